"""Speakers of a briefing in both languages: same names by pinyin, and roles that both agree on.

The role sequences of a translation and its original are equal: where one side's label tells its
role and the other's does not, the first decides.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..records import Document, Role, Turn
from ..text.pinyin import is_same_name
from .transcript.blocks import Sides
from .transcript.labels import name_of
from .transcript.roles import sure_role

# A turn that finds no partner costs one point, so that a skipped question shifts none after it.
_GAP, _NEVER = -1, -9
# The points of two turns whose roles are equal, and of two of which one is open.
_EQUAL, _OPEN = 2, 1
# Below this share of equal roles two sequences are not those of a translation and its original.
_LEAST_EQUAL = 0.5


@dataclass(frozen=True, slots=True)
class _Voice:
    """A speaker of one side; ``sure`` says that the words of the label decide the role."""

    name: str
    role: Role
    sure: bool


def count_same_speakers(zh: Document, en: Document) -> int:
    """Count the people, named by header or label, whose Chinese name an English one spells."""
    others = _names(en)
    return sum(any(is_same_name(name, other) for other in others) for name in _names(zh))


def _names(document: Document) -> set[str]:
    people = {person.name for person in document.participants}
    return people | {name for turn in document.turns if (name := name_of(turn.label))}


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


def _align_turns(ours: Sequence[_Voice], theirs: Sequence[_Voice]) -> list[tuple[int, int]]:
    """Return the index pairs of the best alignment of two sequences (Needleman, Wunsch 1970)."""
    best = [[_GAP * (i + j) for j in range(len(theirs) + 1)] for i in range(len(ours) + 1)]
    for i, mine in enumerate(ours, 1):
        for j, other in enumerate(theirs, 1):
            best[i][j] = max(
                best[i - 1][j - 1] + _likeness(mine, other),
                best[i - 1][j] + _GAP,
                best[i][j - 1] + _GAP,
            )
    i, j = len(ours), len(theirs)
    pairs: list[tuple[int, int]] = []
    while i and j:
        if best[i][j] == best[i - 1][j - 1] + _likeness(ours[i - 1], theirs[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif best[i][j] == best[i - 1][j] + _GAP:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def reconcile_roles(zh: Document, en: Document) -> Sides:
    """Return both documents with the roles on which their sequences of turns agree.

    Only roles that neither header nor words decide are changed, each for all turns of its label.
    """
    ours, theirs = _speaking(zh), _speaking(en)
    if [speaker.role for speaker in ours] == [speaker.role for speaker in theirs]:
        return Sides(zh, en)
    pairs = _align_turns(ours, theirs)
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


def _likeness(mine: _Voice, other: _Voice) -> int:
    """Return the points of a pair of turns; an open role is no evidence."""
    if not (mine.sure and other.sure):
        return _OPEN
    return _EQUAL if mine.role == other.role else _NEVER
