"""Labels of speakers: which blocks open a turn, and with what label.

A colon makes a candidate; its shape, its markup and the rest of the document decide, by points
that docs/sites.md lists.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain, zip_longest

from ...records import Language
from ...text.chinese import has_han
from .blocks import Block
from .label_candidates import ENOUGH, LabelCandidate, label_candidate, name_of, title_of
from .label_words import (
    is_media,
    is_press_label,
    is_press_phrase,
    is_short_phrase,
    is_titled_zh,
    shape_en,
    shape_zh,
)
from .person_names import is_common_word, is_han_name, plain_label, strip_honorific

_LONGEST_TITLE = 60
_LONGEST_NAMED = 40
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
    """Return the candidates that open a turn, in page order.

    :param known: the names that the header gave.
    :param title: the document's title, which names who holds a conference.
    """
    candidates = [
        label
        for index, block in enumerate(blocks)
        if (label := label_candidate(index, block, language) or _without_colon(index, blocks))
    ]
    chosen = _by_points(candidates, blocks, known, title.casefold())
    return _with_recurring(candidates, chosen, blocks, language)


def _by_points(
    candidates: Sequence[LabelCandidate],
    blocks: Sequence[Block],
    known: Collection[str],
    title: str,
) -> list[LabelCandidate]:
    times = Counter(label.name for label in candidates)
    named = {strip_honorific(name) for name in known}
    named |= {
        name_of(label.label)
        for label in candidates
        if (label.shape == 2 and title_of(label.label)) or _is_titled(label, title)
    }
    names = set(named)
    chosen: list[LabelCandidate] = []
    for label, following in zip_longest(candidates, candidates[1:]):
        previous = chosen[-1] if chosen else None
        points = _points(label, named) + min(times[label.name] - 1, 2 if label.shape else 1)
        if not points:
            continue
        points += _context(label, blocks, previous)
        if following and _asks(label, blocks) and label.shape:
            points += _is_listed(following, names)
        if points >= ENOUGH:
            chosen.append(label)
            names.add(label.name)
    return chosen


def _is_titled(label: LabelCandidate, title: str) -> bool:
    """Say whether a label is a name that stands in the title, in whatever letters."""
    is_name = is_han_name(label.name) or 2 <= len(label.name.split()) <= 3
    return is_name and label.name.casefold() in title


def _with_recurring(
    candidates: Sequence[LabelCandidate],
    chosen: Sequence[LabelCandidate],
    blocks: Sequence[Block],
    language: Language,
) -> tuple[LabelCandidate, ...]:
    """Add what is a label in a transcript whatever its words: short phrases that recur.

    A phrase need not recur that names the press ("Follow-up", 会后有记者问及), or that asks between
    two turns of one speaker. Nothing is added to a text that is no transcript: one without two
    labels or two phrases that take turns.
    """
    indices = {label.index for label in chosen}
    others = [label for label in candidates if label.index not in indices and _is_phrase(label)]
    times = Counter(_phrase(label) for label in (*chosen, *others))
    repeated = [label for label in others if times[_phrase(label)] > 1]
    phrases = {_phrase(label) for label in repeated}
    phrases &= _taking_turns(_in_order(chosen, repeated))
    recurring = {phrase for phrase in phrases if is_short_phrase(phrase, language)}
    if len(chosen) + len(recurring) < 2:
        return tuple(chosen)
    surer, rest = list[LabelCandidate](), list[LabelCandidate]()
    for label in others:
        sure = _phrase(label) in recurring or is_press_phrase(label.name)
        (surer if sure else rest).append(label)
    order = _in_order(chosen, surer)
    between = [
        label
        for label in rest
        if _asks(label, blocks)
        and is_short_phrase(_phrase(label), language)
        and _parts_one_speaker(label, order)
    ]
    return tuple(_in_order(order, between))


def _in_order(*labels: Sequence[LabelCandidate]) -> list[LabelCandidate]:
    return sorted(chain(*labels), key=lambda label: label.index)


def _parts_one_speaker(label: LabelCandidate, order: Sequence[LabelCandidate]) -> bool:
    """Say whether a candidate stands between two turns under one and the same label."""
    after = bisect(order, label.index, key=lambda other: other.index)
    neighbours = order[after - 1 : after + 1] if after else []
    return len(neighbours) == 2 and _phrase(neighbours[0]) == _phrase(neighbours[1])


def _is_phrase(label: LabelCandidate) -> bool:
    """Say whether a candidate has a colon, and no quotation behind it, which a verb opens."""
    return label.label[-1:] in ":：" and label.rest[:1] not in '“"「『‘'


def _phrase(label: LabelCandidate) -> str:
    return plain_label(label.label).casefold()


def _taking_turns(labels: Sequence[LabelCandidate]) -> set[str]:
    """Return the phrases between two occurrences of which another label stands."""
    last: dict[str, int] = {}
    taking: set[str] = set()
    for index, phrase in enumerate(map(_phrase, labels)):
        if index - last.get(phrase, index) > 1:
            taking.add(phrase)
        last[phrase] = index
    return taking


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
    shape = (shape_zh if has_han(block.text) else shape_en)(block.text) if bold else 0
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
    markup = label.own + label.emphasised
    if label.shape == 1:
        bare_name = label.own and is_han_name(label.name) and not is_common_word(label.name)
        markup = min(markup, 1) + bare_name
    return label.shape + markup + 2 * listed


def _is_listed(label: LabelCandidate, named: Collection[str]) -> bool:
    """Say whether a label is or ends in a name that is known."""
    name = label.name
    ends = range(len(name) - 1 if len(name) <= _LONGEST_NAMED else 0)
    return name_of(label.label) in named or any(name[start:] in named for start in ends)


def _context(
    label: LabelCandidate, blocks: Sequence[Block], previous: LabelCandidate | None
) -> int:
    """Add up what the text around a label says."""
    answers = previous is not None and is_press_label(previous.name) and not is_media(label.name)
    opens = opens_speech(_first_words(label, blocks)) * (2 if previous is None else 1)
    return 2 * answers + _asks(label, blocks) + opens


def opens_speech(text: str) -> bool:
    """Say whether a paragraph begins as a speech does: with thanks or a greeting."""
    return bool(_OPENER.match(text))


def _first_words(label: LabelCandidate, blocks: Sequence[Block]) -> str:
    """Return the first paragraph under a label."""
    below = blocks[label.index + 1 : label.index + 2] if label.own else ()
    return below[0].text if below else label.rest


def _asks(label: LabelCandidate, blocks: Sequence[Block]) -> bool:
    return bool(_QUESTION.search(_first_words(label, blocks)[-_END_OF_QUESTION:]))
