"""Speakers of a briefing matched across the two languages, and roles agreed between its documents.

Names are compared by pinyin (方禾乔 = Fang Heqiao), the press by the order in which it asks. The
role sequences of a translation and its original are equal: where one side's label tells its role
and the other's does not, the first decides.
"""

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeVar

from ..records import Document, Role, Turn
from ..text.pinyin import is_same_name
from .transcript import Sides
from .transcript.label_candidates import name_of
from .transcript.roles import sure_role

Item = TypeVar("Item")

# A turn that finds no partner costs one point; two turns of one person earn three, two turns of
# unknown people in one role one, so that a skipped question never shifts those after it.
_SAME, _ALIKE, _GAP, _NEVER = 3, 1, -1, -9
# The points of two turns whose roles are equal, and of two of which one is open.
_EQUAL, _OPEN = 2, 1
# Below this share of equal roles two sequences are not those of a translation and its original.
_LEAST_EQUAL = 0.5


@dataclass(frozen=True, slots=True)
class SpeakerPair:
    """One speaker's names in both languages, the role, and what joined them."""

    zh: str
    en: str
    role: Role
    by: Literal["pinyin", "role", "order"]


@dataclass(frozen=True, slots=True)
class _Voice:
    """A speaker of one side; ``sure`` says that the words of the label decide the role."""

    name: str
    role: Role
    sure: bool = False


def join_speakers(zh: Document, en: Document) -> tuple[SpeakerPair, ...]:
    """Return the speakers of both documents that are one person or one outlet, in Chinese order."""
    left, right = _voices(zh), _voices(en)
    joined = {
        a.name: SpeakerPair(a.name, b.name, a.role or b.role, "pinyin")
        for a in left
        for b in right
        if is_same_name(a.name, b.name)
    }
    for pair in (*_by_role(left, right, joined), *_by_order(zh, en, joined)):
        taken = {known.en for known in joined.values()}
        if pair.zh not in joined and pair.en not in taken:
            joined[pair.zh] = pair
    return tuple(joined[voice.name] for voice in left if voice.name in joined)


def _voices(document: Document) -> tuple[_Voice, ...]:
    """Return participants and labels, each name once."""
    found = {person.name: _Voice(person.name, person.role) for person in document.participants}
    for turn in document.turns:
        name = name_of(turn.label)
        if name:
            found.setdefault(name, _Voice(name, turn.role))
    return tuple(found.values())


def _by_role(
    left: Sequence[_Voice], right: Sequence[_Voice], joined: dict[str, SpeakerPair]
) -> Iterator[SpeakerPair]:
    """Join the chairs, and the speakers when one is left over on each side."""
    taken = {pair.en for pair in joined.values()}
    roles: tuple[Role, ...] = ("chair", "speaker")
    for role in roles:
        ours = [voice for voice in left if voice.role == role and voice.name not in joined]
        theirs = [voice for voice in right if voice.role == role and voice.name not in taken]
        if len(ours) == len(theirs) == 1:
            yield SpeakerPair(ours[0].name, theirs[0].name, role, "role")


def _by_order(zh: Document, en: Document, joined: dict[str, SpeakerPair]) -> Iterator[SpeakerPair]:
    """Join what is left by the place in the conversation, the likeliest partner of each first."""
    ours, theirs = _speaking(zh), _speaking(en)
    likeness = functools.partial(_likeness, known={pair.zh: pair.en for pair in joined.values()})
    votes = Counter(
        (ours[i].name, theirs[j].name, ours[i].role)
        for i, j in align_sequences(ours, theirs, likeness)
        if ours[i].role == theirs[j].role
    )
    for (name, other, role), _ in votes.most_common():
        yield SpeakerPair(name, other, role, "order")


def _speaking(document: Document) -> list[_Voice]:
    """Return the speaker of each labelled turn."""
    header = [person for person in document.participants if person.role == "chair"]
    return [
        _Voice(
            name_of(turn.label),
            turn.role,
            turn.role == sure_role(turn.label, header, document.title),
        )
        for turn in document.turns
        if turn.label
    ]


def align_sequences(
    ours: Sequence[Item], theirs: Sequence[Item], likeness: Callable[[Item, Item], int]
) -> list[tuple[int, int]]:
    """Return the index pairs of the best alignment of two sequences (Needleman and Wunsch, 1970).

    :param likeness: the points of a pair; what finds no partner costs one.
    """
    best = [[_GAP * (i + j) for j in range(len(theirs) + 1)] for i in range(len(ours) + 1)]
    for i, mine in enumerate(ours, 1):
        for j, other in enumerate(theirs, 1):
            best[i][j] = max(
                best[i - 1][j - 1] + likeness(mine, other),
                best[i - 1][j] + _GAP,
                best[i][j - 1] + _GAP,
            )
    i, j = len(ours), len(theirs)
    pairs: list[tuple[int, int]] = []
    while i and j:
        if best[i][j] == best[i - 1][j - 1] + likeness(ours[i - 1], theirs[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif best[i][j] == best[i - 1][j] + _GAP:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _likeness(mine: _Voice, other: _Voice, known: Mapping[str, str]) -> int:
    if known.get(mine.name) == other.name:
        return _SAME
    if mine.name in known or other.name in known.values():
        return _NEVER
    return _ALIKE if mine.role == other.role else _NEVER


def reconcile_roles(zh: Document, en: Document) -> Sides:
    """Return both documents with the roles on which their sequences of turns agree.

    Only roles that neither header nor words decide are changed, each for all turns of its label.
    """
    ours, theirs = _speaking(zh), _speaking(en)
    if [speaker.role for speaker in ours] == [speaker.role for speaker in theirs]:
        return Sides(zh, en)
    pairs = align_sequences(ours, theirs, _role_likeness)
    equal = sum(ours[i].role == theirs[j].role for i, j in pairs)
    if equal < _LEAST_EQUAL * min(len(ours), len(theirs)):
        return Sides(zh, en)
    changed_zh = _votes(ours, [(ours[i], theirs[j]) for i, j in pairs])
    changed_en = _votes(theirs, [(theirs[j], ours[i]) for i, j in pairs])
    for i, j in pairs:
        if ours[i].name in changed_zh and theirs[j].name in changed_en:
            # Neither side knows; the one whose roles repeat less after the change gives way.
            if _repeats(theirs, changed_en) < _repeats(ours, changed_zh):
                del changed_zh[ours[i].name]
            else:
                del changed_en[theirs[j].name]
    return Sides(_with_roles(zh, changed_zh), _with_roles(en, changed_en))


def _votes(speakers: Sequence[_Voice], pairs: Sequence[tuple[_Voice, _Voice]]) -> dict[str, Role]:
    """Return the labels of one side that the other side's turns give another role."""
    votes: dict[str, Counter[Role]] = {}
    roles = {speaker.name: speaker.role for speaker in speakers}
    for mine, other in pairs:
        if not mine.sure and other.role in ("media", "speaker"):
            votes.setdefault(mine.name, Counter())[other.role] += 2 if other.sure else 1
    return {
        name: role
        for name, counts in votes.items()
        for role, points in counts.most_common(1)
        if role != roles[name] and points > counts[roles[name]]
    }


def _repeats(speakers: Sequence[_Voice], changed: Mapping[str, Role]) -> int:
    """Count the turns that follow one of the same role; questions and answers alternate."""
    roles = [changed.get(speaker.name, speaker.role) for speaker in speakers]
    return sum(before == after for before, after in pairwise(roles))


def _with_roles(document: Document, changed: Mapping[str, Role]) -> Document:
    def with_role(turn: Turn) -> Turn:
        role = changed.get(name_of(turn.label)) if turn.label else None
        return replace(turn, role=role) if role else turn

    people = tuple(
        replace(person, role=changed.get(person.name, person.role))
        for person in document.participants
        if changed.get(person.name) != "media" or person.title
    )
    turns = tuple(map(with_role, document.turns))
    return replace(document, turns=turns, participants=people)


def _role_likeness(mine: _Voice, other: _Voice) -> int:
    """Return the points of a pair of turns; an open role is no evidence."""
    if not (mine.sure and other.sure):
        return _OPEN
    return _EQUAL if mine.role == other.role else _NEVER
