"""Roles of speakers agreed between the two documents of a briefing.

The role sequences of a translation and its original are equal: where one side's label tells its
role and the other's does not, the first decides.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..records import Document, Role, Turn
from .speakers import align_sequences
from .transcript import Sides
from .transcript.label_candidates import name_of
from .transcript.roles import sure_role

# Below this share of equal roles two sequences are not those of a translation and its original.
_LEAST_EQUAL = 0.5
_EQUAL, _OPEN, _NEVER = 2, 1, -9


@dataclass(frozen=True, slots=True)
class _Speaker:
    """A label of one side: its name, its role, and whether its words decide the role."""

    name: str
    role: Role
    sure: bool


def reconcile_roles(zh: Document, en: Document) -> Sides:
    """Return both documents with the roles on which their sequences of turns agree.

    Only roles that neither header nor words decide are changed, each for all turns of its label.
    """
    ours, theirs = _speakers(zh), _speakers(en)
    if [speaker.role for speaker in ours] == [speaker.role for speaker in theirs]:
        return Sides(zh, en)
    pairs = align_sequences(ours, theirs, _likeness)
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


def _speakers(document: Document) -> list[_Speaker]:
    header = [person for person in document.participants if person.role == "chair"]
    speakers = []
    for turn in document.turns:
        if turn.label:
            sure = sure_role(turn.label, header, document.title)
            speakers.append(_Speaker(name_of(turn.label), turn.role, sure == turn.role))
    return speakers


def _votes(
    speakers: Sequence[_Speaker], pairs: Sequence[tuple[_Speaker, _Speaker]]
) -> dict[str, Role]:
    """Return the labels of one side that the other side's turns give another role."""
    votes: dict[str, Counter[Role]] = {}
    for mine, other in pairs:
        if not mine.sure and other.role in ("media", "speaker"):
            votes.setdefault(mine.name, Counter())[other.role] += 2 if other.sure else 1
    roles = {speaker.name: speaker.role for speaker in speakers}
    found = {name: counts.most_common(1)[0][0] for name, counts in votes.items()}
    return {
        name: role
        for name, role in found.items()
        if role != roles[name] and votes[name][role] > votes[name][roles[name]]
    }


def _repeats(speakers: Sequence[_Speaker], changed: Mapping[str, Role]) -> int:
    """Count the turns that follow one of the same role; questions and answers alternate."""
    roles = [changed.get(speaker.name, speaker.role) for speaker in speakers]
    return sum(before == after for before, after in pairwise(roles))


def _with_roles(document: Document, changed: Mapping[str, Role]) -> Document:
    if not changed:
        return document

    def with_role(turn: Turn) -> Turn:
        return replace(turn, role=changed.get(name_of(turn.label), turn.role))

    turns = tuple(with_role(turn) if turn.label else turn for turn in document.turns)
    asking = {name for name, role in changed.items() if role == "media"}
    people = tuple(
        replace(person, role=changed.get(person.name, person.role))
        for person in document.participants
        if person.name not in asking or person.title
    )
    return replace(document, turns=turns, participants=people)


def _likeness(mine: _Speaker, other: _Speaker) -> int:
    """Return the points of a pair of turns; an open role is no evidence."""
    if not (mine.sure and other.sure):
        return _OPEN
    return _EQUAL if mine.role == other.role else _NEVER
