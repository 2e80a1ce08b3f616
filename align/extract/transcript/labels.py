"""Labels of speakers: which blocks open a turn, and with what label.

A colon makes a candidate; its shape, its markup and the rest of the document decide. Points that
were tried on the shared transcript, the label lines of the shared gold excerpts and the replicas
in tests/pages (``tests/extract/test_labels.py`` holds the figures):

================================================  ===============================
shape of a name, an outlet or a role word          2
shape that may be one (capitals, surname)          1
alone in its paragraph                             1
emphasised (bold, coloured)                        1 (*)
named in the header, or by a full title before     2
the same label more than once                      1 (2 from three times on)
answers a label of the press                       2
its text asks                                      1
it asks, and a name that is known comes next       1
its text opens as a speech does                    1 (2 for the first label)
================================================  ===============================

(*) a shape of 1 gets one point for being alone and emphasised together, else bold headings
("Basic Principles:") would pass.
"""

import functools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ...records import Language
from .blocks import Block
from .label_words import (
    header_key,
    is_media,
    is_plain_word,
    is_press_label,
    is_titled_zh,
    shape_en,
    shape_zh,
)
from .person_names import (
    is_common_word,
    is_han_name,
    is_pinyin_name,
    plain_label,
    strip_honorific,
    surname_starts,
)

ENOUGH = 3
OWN_LIMIT = 140
INLINE_LIMIT = 70
_LONGEST_TITLE = 60

_CANDIDATE = re.compile(
    r"^(?P<label>[^:：\n]{1,140}?)\s*(?P<colon>[:：])(?P<rest>[\s\u3000]*.*)$", re.S
)
_BRACKETED = re.compile(r"^[\[【](?P<label>[^\]】]{1,60})[\]】](?P<rest>.*)$", re.S)
_OPENER = re.compile(
    r"^[\s\u3000]*(?:ladies and gentlemen|good (?:morning|afternoon|evening)|hello|dear |friends|"
    r"thank you|thanks|my question|i(?:'m| am) (?:with|from)|i have (?:a|one|two|three|another) |"
    r"女士们|各位|大家|谢谢|感谢|您好|你好|我是|我的问题|我有[一两二三几个]|朋友们|记者朋友|请问|首先|"
    r"女士們|謝謝|感謝)",
    re.I,
)
# A question may end in thanks: "..., and why? Thank you."
_QUESTION = re.compile(
    r"[?？][”\"’']?\s*"
    r"(?:(?:many )?(?:thank you|thanks)[^.!?]{0,30}[.!]?|[谢謝]{2}[^。！？]{0,8}[。！]?)?\s*$",
    re.I,
)
_END_OF_QUESTION = 60


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


@functools.lru_cache(maxsize=4096)
def name_of(label: str) -> str:
    """Return the name in a label: no title, no courtesy, no colon.

    >>> name_of("国新办新闻局副局长 方禾乔："), name_of("Mr. Tang Yulin, director of the bureau:")
    ('方禾乔', 'Tang Yulin')
    """
    text = plain_label(label)
    person, comma, _ = text.partition(",")
    if comma and (is_pinyin_name(person.strip()) or len(person.split()) > 1):
        return person.strip()
    if re.search(r"[\u3400-\u9fff]", text):
        return _han_name_of(text)
    words = text.split()
    for first in range(1, len(words) - 1):
        name = " ".join(words[first:])
        if is_pinyin_name(name) and not is_media(text):
            return name
    return text


def _han_name_of(text: str) -> str:
    _, blank, tail = text.replace("\u3000", " ").rpartition(" ")
    tail = strip_honorific(tail)
    if blank and not is_media(text) and (is_han_name(tail) or is_titled_zh(text)):
        return tail
    start = surname_starts(text) if not is_media(text) else -1
    return text[start:] if start >= 0 else text


@functools.lru_cache(maxsize=4096)
def title_of(label: str) -> str:
    """Return what a label says besides the name: ``国新办新闻局副局长``, or ''."""
    text, name = plain_label(label), name_of(label)
    return text.replace(name, "", 1).strip(" ,，\u3000") if name != text else ""


def label_candidate(index: int, block: Block, language: Language) -> LabelCandidate | None:
    """Return the label that a block may begin with, header keys excepted."""
    if block.label:
        return LabelCandidate(index, block.text, "", ENOUGH, True)
    if block.caption or not _may_have_label(block.text):
        return None
    bracketed = _BRACKETED.match(block.text)
    match = bracketed or _CANDIDATE.match(block.text)
    if match is None:
        return None
    label, rest = match["label"], match["rest"].lstrip(":：" if bracketed else "")
    if header_key(label) in ("date", "place") or rest[:2] == "//" or _is_time(label, rest):
        return None
    own = not rest.strip(" \u3000")
    if len(label) > (OWN_LIMIT if own else INLINE_LIMIT):
        return None
    shape = (shape_zh if language == "zh" or _has_han(label) else shape_en)(label)
    if shape == 1 and not own and is_plain_word(label) and not _has_han(label):
        shape = 0
    emphasised = bool(block.lead) and strip_label(block.lead).startswith(strip_label(label))
    if bracketed and shape:
        shape, emphasised = 2, True
    printed = block.text[: len(block.text) - len(rest)].rstrip()
    return LabelCandidate(index, printed, rest.strip(" \u3000"), shape, emphasised)


def find_labels(
    blocks: Sequence[Block], language: Language, known: Collection[str] = ()
) -> tuple[LabelCandidate, ...]:
    """Return the candidates that open a turn; ``known`` are names that the header gave."""
    found = [
        label
        for index, block in enumerate(blocks)
        if (label := label_candidate(index, block, language) or _without_colon(index, blocks))
    ]
    times = Counter(label.name for label in found)
    named = {strip_honorific(name) for name in known}
    named |= {name_of(label.label) for label in found if label.shape == 2 and title_of(label.label)}
    chosen: list[LabelCandidate] = []
    for label, following in zip_longest(found, found[1:]):
        previous = chosen[-1] if chosen else None
        points = _points(label, named) + min(times[label.name] - 1, 2 if label.shape else 1)
        if not points:
            continue
        points += _context(label, blocks, previous)
        if following and _asks(label, blocks) and label.shape:
            points += _is_listed(following, named | {one.name for one in chosen})
        if points >= ENOUGH:
            chosen.append(label)
    return tuple(chosen)


def _without_colon(index: int, blocks: Sequence[Block]) -> LabelCandidate | None:
    """Take a line without a colon for a label where a speech opens or follows.

    A Chinese title with a name before words that open a speech, or a bold line that is a name or
    an outlet before a paragraph that is not bold. Another bold line has no shape, so that it only
    counts where its name is known.
    """
    block = blocks[index]
    if len(block.text) > _LONGEST_TITLE or index + 1 == len(blocks) or block.caption:
        return None
    following = blocks[index + 1]
    bold = block.lead == block.text and not following.lead
    bold = bold and bool(re.search(r"[.!?。！？”]$", following.text))
    shape = (shape_zh if _has_han(block.text) else shape_en)(block.text) if bold else 0
    longer = len(following.text) > len(block.text)
    speech = opens_speech(following.text) and is_titled_zh(block.text)
    if (shape == 2 and longer) or speech:
        return LabelCandidate(index, block.text, "", 2, bool(block.lead))
    return LabelCandidate(index, block.text, "", 0, True) if bold else None


def _points(label: LabelCandidate, named: Collection[str]) -> int:
    """Add up what a label says by itself; 0 means that nothing speaks for it."""
    listed = _is_listed(label, named)
    if not label.shape and not listed:
        return 0
    if label.shape == 1:
        bare_name = label.own and is_han_name(label.name) and not is_common_word(label.name)
        markup = max(label.own, label.emphasised) + bare_name
    else:
        markup = label.own + label.emphasised
    return label.shape + markup + 2 * listed


def _is_listed(label: LabelCandidate, named: Collection[str]) -> bool:
    """Say whether a label is or ends in a name that is known."""
    return name_of(label.label) in named or any(
        len(name) > 1 and label.name.endswith(name) and len(label.name) <= 40 for name in named
    )


def _context(
    label: LabelCandidate, blocks: Sequence[Block], previous: LabelCandidate | None
) -> int:
    """Add up what the text around a label says."""
    answers = previous is not None and is_press_label(previous.name) and not is_media(label.name)
    opens = opens_speech(_said(label, blocks)) * (2 if previous is None else 1)
    return 2 * answers + _asks(label, blocks) + opens


def opens_speech(text: str) -> bool:
    """Say whether a paragraph begins as a speech does: with thanks or a greeting."""
    return bool(_OPENER.match(text))


def _said(label: LabelCandidate, blocks: Sequence[Block]) -> str:
    """Return the first paragraph under a label."""
    if label.own and label.index + 1 < len(blocks):
        return blocks[label.index + 1].text
    return label.rest


def _asks(label: LabelCandidate, blocks: Sequence[Block]) -> bool:
    return bool(_QUESTION.search(_said(label, blocks)[-_END_OF_QUESTION:]))


def _may_have_label(text: str) -> bool:
    start = text[: OWN_LIMIT + 2]
    return ":" in start or "：" in start or start[:1] in "[【"


def _is_time(label: str, rest: str) -> bool:
    """Say whether a candidate is a time or a day: digits about the colon, or no letter at all."""
    return (label[-1:].isdigit() and rest[:1].isdigit()) or not re.search(r"[^\W\d_]", label)


def _has_han(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))
