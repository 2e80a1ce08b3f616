"""Labels of speakers: the blocks that open a turn, their labels, and the names in them.

A colon makes a candidate. Its shape, its markup and the rest of the document decide, by the points
that tests/pages/README.md lists.
"""

import functools
import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain

from ....aligner.text.chinese import has_han
from ....records import Language
from . import Block
from . import label_words as words

ENOUGH = 3  # least points of a label

OWN_LIMIT = 140
INLINE_LIMIT = 70
_CANDIDATE = re.compile(
    r"^(?P<label>[^:：\n]{1,140}?)\s*(?P<colon>[:：])(?P<rest>[\s\u3000]*.*)$", re.S
)
_BRACKETED = re.compile(r"^[\[【](?P<label>[^\]】:：]{1,60})[\]】][:：]*(?P<rest>.*)$", re.S)


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
        """The label without colon and spaces."""
        return strip_label(self.label)

    @property
    def phrase(self) -> str:
        """The label without colon, courtesy title and aside, in lower case."""
        return words.plain_label(self.label).casefold()

    @property
    def own(self) -> bool:
        """Whether the label is the only text of its paragraph."""
        return not self.rest.strip(" \u3000")


def strip_label(label: str) -> str:
    """Return a label without its colon, brackets and spaces.

    >>> strip_label("国新办新闻局副局长 方禾乔：")
    '国新办新闻局副局长 方禾乔'
    """
    return label.strip(" \u3000:：[]【】／｜").strip()


@functools.lru_cache(maxsize=1 << 16)
def name_of(label: str) -> str:
    """Return the name in a label, without title, courtesy title and colon.

    A surname by itself keeps its courtesy title, which tells Mr Chan from Mrs Chan.

    >>> name_of("国新办新闻局副局长 方禾乔："), name_of("Mr. Tang Yulin, director of the bureau:")
    ('方禾乔', 'Tang Yulin')
    >>> name_of("MRS CHAN:"), name_of("王女士（居民代表）：")
    ('MRS CHAN', '王女士')
    >>> name_of("Jane Doe - Chief Executive Officer"), name_of("方禾乔，局长")
    ('Jane Doe', '方禾乔')
    """
    text = words.plain_label(label)
    if words.is_surname(text) and words.has_courtesy_title(label):
        return words.drop_aside(label)
    if person := _before_office(text):
        return person
    if has_han(text):
        if words.is_media(text):
            return text
        _, blank, tail = text.replace("\u3000", " ").rpartition(" ")
        tail = words.strip_honorific(tail)
        if blank and (words.is_han_name(tail) or words.is_titled_zh(text)):
            return tail
        return text[max(words.surname_starts(text), 0) :]
    parts = text.split()
    for first in range(1, len(parts) - 1):
        name = " ".join(parts[first:])
        if words.is_pinyin_name(name) and not words.is_media(text):
            return name
    return text


def _before_office(text: str) -> str:
    """Return the name before a comma or a dash and an office, or ''."""
    person, *office = re.split(r"[,，]|\s?(?:--|[–—]{1,2}|\s-)\s", text, maxsplit=1)
    person = person.strip()
    is_name = words.is_han_name(person) or words.is_pinyin_name(person) or len(person.split()) > 1
    return person if office and is_name else ""


@functools.lru_cache(maxsize=1 << 16)
def title_of(label: str) -> str:
    """Return the text of a label without the name: ``国新办新闻局副局长``, or ''."""
    text, name = words.plain_label(label), name_of(label)
    if name == text or name not in text:
        return ""
    return text.replace(name, "", 1).strip(" ,，\u3000")


def label_candidate(index: int, block: Block, language: Language) -> LabelCandidate | None:
    """Return the label that a block may begin with; header keys and credits are not labels."""
    if block.label:
        return LabelCandidate(index, block.text, "", ENOUGH, True)
    if block.caption or not _may_open_with_label(block.text):
        return None
    bracketed = _BRACKETED.match(block.text)
    match = bracketed or _CANDIDATE.match(block.text)
    if match is None:
        return None
    label, rest = match["label"], match["rest"]
    own = not rest.strip(" \u3000")
    if _is_no_label(label, rest) or len(label) > (OWN_LIMIT if own else INLINE_LIMIT):
        return None
    shape = _shape(label, language)
    if shape == 1 and not own and _is_lone_word(label):
        shape = 0
    emphasised = bool(block.lead) and strip_label(block.lead).startswith(strip_label(label))
    if bracketed and shape:
        shape = 2
        emphasised = True
    printed = block.text[: len(block.text) - len(rest)].rstrip()
    return LabelCandidate(index, printed, rest.strip(" \u3000"), shape, emphasised)


def _may_open_with_label(text: str) -> bool:
    """Return whether a text has a colon near its start, or starts with a bracket."""
    start = text[: OWN_LIMIT + 2]
    return ":" in start or "：" in start or start[:1] in "[【"


def _is_lone_word(label: str) -> bool:
    """Return whether a label is one English word such as "Industry", which is not a name."""
    return len(label.split()) == 1 and not label.isupper() and not has_han(label)


def _is_no_label(label: str, rest: str) -> bool:
    """Return whether a text is a time, a URL, a header key, a credit or a stage direction."""
    if label.strip(" .。").lower() in words.STAGE_DIRECTIONS:
        return True
    if (label[-1:].isdigit() and rest[:1].isdigit()) or rest[:2] == "//":
        return True
    if not re.search(r"[^\W\d_]", label):
        return True
    return words.header_key(label) in ("date", "place") or bool(words.CREDIT.search(label))


def _shape(label: str, language: Language) -> int:
    """Return how much a text looks like a label: 0 not, 1 may be, 2 does."""
    if language == "zh" or has_han(label):
        return words.shape_zh(label)
    return words.shape_en(label)


_LONGEST_TITLE = 60
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


def find_labels(
    blocks: Sequence[Block], language: Language, known: Collection[str] = (), title: str = ""
) -> tuple[LabelCandidate, ...]:
    """Return the candidates that open a turn.

    :param known: names of speakers.
    :param title: the title of the document, which may contain names.
    """
    candidates: list[LabelCandidate] = []
    for index, block in enumerate(blocks):
        is_speech = index > 0 and blocks[index - 1].label and not block.label
        if is_speech:
            continue
        label = label_candidate(index, block, language) or _without_colon(index, blocks)
        if label is not None:
            candidates.append(label)
    chosen = _by_points(candidates, blocks, known, title.casefold())
    return _with_recurring(candidates, chosen, blocks, language)


def _by_points(
    candidates: Sequence[LabelCandidate],
    blocks: Sequence[Block],
    known: Collection[str],
    title: str,
) -> list[LabelCandidate]:
    """Return the candidates with enough points."""
    times = Counter(label.name for label in candidates)
    named = {words.strip_honorific(name) for name in known}
    named |= {name_of(label.label) for label in candidates if _is_named(label, title)}
    chosen: list[LabelCandidate] = []
    for label in candidates:
        previous = chosen[-1] if chosen else None
        points = _points(label, named) + min(times[label.name] - 1, 2 if label.shape else 1)
        if not points:
            continue
        points += _context(label, blocks, previous)
        if points >= ENOUGH:
            chosen.append(label)
    return chosen


def _is_named(label: LabelCandidate, title: str) -> bool:
    """Return whether a label has a title and a name, or is a name in the document's title."""
    if label.shape == 2 and title_of(label.label):
        return True
    is_name = words.is_han_name(label.name) or 2 <= len(label.name.split()) <= 3
    return is_name and label.name.casefold() in title


def _with_recurring(
    candidates: Sequence[LabelCandidate],
    chosen: Sequence[LabelCandidate],
    blocks: Sequence[Block],
    language: Language,
) -> tuple[LabelCandidate, ...]:
    """Return the labels with recurring short phrases added, which are labels in a transcript.

    A phrase is also added if it is a chosen label elsewhere, names a person (with a courtesy title,
    in capitals among others, or as another paragraph does), names the press ("Follow-up",
    会后有记者问及), or asks between two turns of one speaker. Nothing is added to a text that is
    not a transcript: with fewer than two labels and recurring phrases.
    """
    others = _leave_out(candidates, chosen)
    recurring = _find_recurring(chosen, others, language)
    if len(chosen) + len(recurring) < 2:
        return tuple(chosen)
    in_capitals = sum(_bare_name(label).isupper() for label in chosen) >= 2
    added: list[LabelCandidate] = []
    rest: list[LabelCandidate] = []
    for label in others:
        is_capitalised = in_capitals and _is_name_in_capitals(label)
        is_known = label.phrase in recurring or _is_mentioned(label, blocks)
        if is_known or is_capitalised or _names_somebody(label):
            added.append(label)
        else:
            rest.append(label)
    order = _in_order(chosen, added)
    for label in rest:
        is_question = _asks(label, blocks) and words.is_short_phrase(label.phrase, language)
        if is_question and _interrupts_speaker(label, order):
            added.append(label)
    return tuple(_in_order(chosen, added))


def _leave_out(
    candidates: Sequence[LabelCandidate], chosen: Sequence[LabelCandidate]
) -> list[LabelCandidate]:
    """Return the other candidates with a colon, unless a quotation follows it, as after a verb."""
    indices = {label.index for label in chosen}
    return [
        label
        for label in candidates
        if label.index not in indices
        and label.label[-1:] in ":："
        and not label.rest.startswith(("“", '"', "「", "『", "‘"))
    ]


def _names_somebody(label: LabelCandidate) -> bool:
    """Return whether a label names the press, the chair, a person with a title, or a foreigner."""
    return (
        words.is_press_phrase(label.name)
        or label.phrase in words.CHAIR_WORDS
        or words.has_courtesy_title(label.label)
        or ("·" in label.phrase and words.is_han_name(label.phrase))
    )


def _bare_name(label: LabelCandidate) -> str:
    """Return the label without courtesy title, aside, and office after a comma."""
    return words.plain_label(label.label).partition(",")[0]


def _is_name_in_capitals(label: LabelCandidate) -> bool:
    name = _bare_name(label)
    return name.isupper() and not has_han(name) and len(name.split()) <= 4


def _is_mentioned(label: LabelCandidate, blocks: Sequence[Block]) -> bool:
    """Return whether a full English name is in a paragraph that it does not begin."""
    name = _bare_name(label)
    parts = name.split()
    if not 2 <= len(parts) <= 3 or not all(part.isalpha() and part.istitle() for part in parts):
        return False
    return any(block.text.find(name) > 0 for block in blocks)


def _find_recurring(
    chosen: Sequence[LabelCandidate], others: Sequence[LabelCandidate], language: Language
) -> set[str]:
    """Return the short phrases of candidates that are chosen too, or recur after another label."""
    times = Counter(label.phrase for label in (*chosen, *others))
    repeated = [label for label in others if times[label.phrase] > 1]
    last: dict[str, int] = {}
    known = {label.phrase for label in chosen}
    recurring = {phrase for phrase in known if words.is_short_phrase(phrase, language)}
    for at, label in enumerate(_in_order(chosen, repeated)):
        if at - last.get(label.phrase, at) > 1 and words.is_short_phrase(label.phrase, language):
            recurring.add(label.phrase)
        last[label.phrase] = at
    return recurring & {label.phrase for label in repeated}


def _interrupts_speaker(label: LabelCandidate, order: Sequence[LabelCandidate]) -> bool:
    """Return whether a label is between two labels of one speaker."""
    after = bisect(order, label.index, key=lambda other: other.index)
    if not 0 < after < len(order):
        return False
    return order[after - 1].phrase == order[after].phrase


def _in_order(*labels: Sequence[LabelCandidate]) -> list[LabelCandidate]:
    return sorted(chain(*labels), key=lambda label: label.index)


def _without_colon(index: int, blocks: Sequence[Block]) -> LabelCandidate | None:
    """Return a line without a colon as a label, if a speech follows.

    It is a Chinese title with a name before words that open a speech, or a bold line before a
    paragraph that is not bold. A bold line is a label if it is a name or an outlet; any other bold
    line needs a known name.
    """
    block = blocks[index]
    if len(block.text) > _LONGEST_TITLE or index + 1 == len(blocks) or block.caption:
        return None
    following = blocks[index + 1]
    bold = block.lead == block.text and not following.lead
    bold = bold and bool(re.search(r"[.!?。！？”]$", following.text))
    shape = _shape(block.text, "en") if bold else 0
    longer = len(following.text) > len(block.text)
    speech = opens_speech(following.text) and words.is_titled_zh(block.text)
    if (shape == 2 and longer) or speech:
        return LabelCandidate(index, block.text, "", 2, bool(block.lead))
    return LabelCandidate(index, block.text, "", 0, True) if bold else None


def _points(label: LabelCandidate, named: Collection[str]) -> int:
    listed = name_of(label.label) in named
    if not label.shape and not listed:
        return 0
    markup = label.own + label.emphasised
    if label.shape == 1:
        bare_name = label.own and words.is_han_name(label.name)
        markup = min(markup, 1) + bare_name
    return label.shape + markup + 2 * listed


def _context(
    label: LabelCandidate, blocks: Sequence[Block], previous: LabelCandidate | None
) -> int:
    asked = previous is not None and words.is_press_label(previous.name)
    answers = asked and not words.is_media(label.name)
    points = 0
    if answers:
        points += 2
    if _asks(label, blocks):
        points += 1
    if opens_speech(_first_words(label, blocks)):
        points += 2 if previous is None else 1
    return points


def opens_speech(text: str) -> bool:
    """Return whether a paragraph begins like a speech, with thanks or a greeting."""
    return bool(_OPENER.match(text))


def _first_words(label: LabelCandidate, blocks: Sequence[Block]) -> str:
    below = blocks[label.index + 1 : label.index + 2] if label.own else ()
    return below[0].text if below else label.rest


def _asks(label: LabelCandidate, blocks: Sequence[Block]) -> bool:
    return bool(_QUESTION.search(_first_words(label, blocks)[-_END_OF_QUESTION:]))
