"""Phrases at the beginning of blocks that may be a speaker's label, and the name in a label."""

import functools
import re
from dataclasses import dataclass

from ...records import Language
from ...text.chinese import has_han
from .blocks import Block
from .label_words import header_key, is_credit, is_media, is_titled_zh, shape_en, shape_zh
from .person_names import is_han_name, is_pinyin_name, plain_label, strip_honorific, surname_starts

ENOUGH = 3
"""The points that make a candidate a label."""

OWN_LIMIT = 140
INLINE_LIMIT = 70
_CANDIDATE = re.compile(
    r"^(?P<label>[^:：\n]{1,140}?)\s*(?P<colon>[:：])(?P<rest>[\s\u3000]*.*)$", re.S
)
_BRACKETED = re.compile(r"^[\[【](?P<label>[^\]】:：]{1,60})[\]】](?P<rest>.*)$", re.S)


@dataclass(frozen=True, slots=True)
class LabelCandidate:
    """A block whose beginning may be a label. ``label`` is as printed, ``rest`` what follows."""

    index: int
    label: str
    rest: str
    shape: int
    emphasised: bool

    @property
    def name(self) -> str:
        """The label without colon and blanks."""
        return strip_label(self.label)

    @property
    def own(self) -> bool:
        """Whether the label stands alone in its paragraph."""
        return not self.rest.strip(" \u3000")


def strip_label(label: str) -> str:
    """Return a label without its colon, brackets and blanks.

    >>> strip_label("国新办新闻局副局长 方禾乔：")
    '国新办新闻局副局长 方禾乔'
    """
    return label.strip(" \u3000:：[]【】").strip()


@functools.lru_cache(maxsize=1 << 16)
def name_of(label: str) -> str:
    """Return the name in a label: no title, no courtesy, no colon.

    >>> name_of("国新办新闻局副局长 方禾乔："), name_of("Mr. Tang Yulin, director of the bureau:")
    ('方禾乔', 'Tang Yulin')
    """
    text = plain_label(label)
    person, comma, _ = text.partition(",")
    if comma and (is_pinyin_name(person.strip()) or len(person.split()) > 1):
        return person.strip()
    if has_han(text):
        return _han_name_of(text)
    words = text.split()
    for first in range(1, len(words) - 1):
        name = " ".join(words[first:])
        if is_pinyin_name(name) and not is_media(text):
            return name
    return text


def _han_name_of(text: str) -> str:
    if is_media(text):
        return text
    _, blank, tail = text.replace("\u3000", " ").rpartition(" ")
    tail = strip_honorific(tail)
    if blank and (is_han_name(tail) or is_titled_zh(text)):
        return tail
    start = surname_starts(text)
    return text[start:] if start >= 0 else text


@functools.lru_cache(maxsize=1 << 16)
def title_of(label: str) -> str:
    """Return what a label says besides the name: ``国新办新闻局副局长``, or ''."""
    text, name = plain_label(label), name_of(label)
    return text.replace(name, "", 1).strip(" ,，\u3000") if name != text else ""


def label_candidate(index: int, block: Block, language: Language) -> LabelCandidate | None:
    """Return the label that a block may begin with, header keys excepted."""
    if block.label:
        return LabelCandidate(index, block.text, "", ENOUGH, True)
    start = block.text[: OWN_LIMIT + 2]
    if block.caption or not (":" in start or "：" in start or start[:1] in "[【"):
        return None
    bracketed = _BRACKETED.match(block.text)
    match = bracketed or _CANDIDATE.match(block.text)
    if match is None:
        return None
    label, rest = match["label"], match["rest"].lstrip(":：" if bracketed else "")
    if _is_other_key(label, rest):
        return None
    own = not rest.strip(" \u3000")
    if len(label) > (OWN_LIMIT if own else INLINE_LIMIT):
        return None
    shape = (shape_zh if language == "zh" or has_han(label) else shape_en)(label)
    if shape == 1 and not own and len(label.split()) == 1 and not label.isupper():
        shape = int(has_han(label))  # one word with small letters ("Industry") is no name inline
    emphasised = bool(block.lead) and strip_label(block.lead).startswith(strip_label(label))
    if bracketed and shape:
        shape, emphasised = 2, True
    printed = block.text[: len(block.text) - len(rest)].rstrip()
    return LabelCandidate(index, printed, rest.strip(" \u3000"), shape, emphasised)


def _is_other_key(label: str, rest: str) -> bool:
    """Say whether a phrase before a colon is a header key, a credit, a time or an address.

    A time or day has digits about the colon, or no letter at all.
    """
    keyed = header_key(label) in ("date", "place") or is_credit(label)
    timed = (label[-1:].isdigit() and rest[:1].isdigit()) or not re.search(r"[^\W\d_]", label)
    return keyed or rest[:2] == "//" or timed
