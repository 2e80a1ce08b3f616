"""Roles of speakers: who chairs, who speaks, who asks; the same people in both languages.

A role belongs to a label and is decided once per document, over all turns of the label. The n-th
turns of both language versions have the same role, so a label that shows its role decides for the
label in the other version that does not.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ....aligner.text.pinyin import is_same_name
from ....records import Document, Participant, Role, Turn
from .header import OFFICE
from .label_words import CHAIR_WORDS, is_answer_label, is_press_label, plain_label
from .labels import name_of, title_of

_WELCOME = re.compile(
    r"welcome to|give the floor|floor is (?:now )?open|"
    r"欢迎(?:大家|各位)?(?:出席|参加)|现在请|请.{1,12}介绍|歡迎",
    re.I,
)
_QUESTION_MARK = re.compile(r"[?？][”\"’']?\s*$")
_LONGEST_QUESTION = 4  # paragraphs


def assign_roles(
    turns: Sequence[Turn], people: Sequence[Participant], title: str = ""
) -> tuple[Turn, ...]:
    """Return the turns with the roles of their labels."""
    roles: dict[str, Role] = {}
    for turn in turns:
        if turn.label:
            roles.setdefault(name_of(turn.label), sure_role(turn.label, people, title))
    sure = {name for name, role in roles.items() if role}
    _decide_unsure(turns, roles, bool(people))
    chair = _find_chair(turns, roles)
    if chair and chair not in sure:
        roles[chair] = "chair"
    return tuple(
        replace(turn, role=roles[name_of(turn.label)]) if turn.label else turn for turn in turns
    )


def sure_role(label: str, people: Iterable[Participant] = (), title: str = "") -> Role:
    """Return the role that a label has by the header, the title or its own words, or ''."""
    name, text = name_of(label), plain_label(label)
    if {text.lower(), title_of(label)} & CHAIR_WORDS:
        return "chair"
    for person in people:
        if person.name == name and person.role:
            return person.role
    if is_press_label(text):
        return "media"
    in_title = len(name) > 1 and name.casefold() in title.casefold()
    if is_answer_label(text) or in_title:
        return "speaker"
    return ""


def _decide_unsure(turns: Sequence[Turn], roles: dict[str, Role], headed: bool) -> None:
    """Decide the roles of labels whose words do not show them, by their turns.

    The most frequent labels are decided first. ``roles`` is modified.

    :param headed: whether the document has a header with participants.
    """
    spoken = [turn for turn in turns if turn.label]
    names = [name_of(turn.label) for turn in spoken]
    by_name: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        by_name.setdefault(name, []).append(place)
    undecided = [name for name in by_name if not roles[name]]
    for name in sorted(undecided, key=lambda name: -len(by_name[name])):
        places = by_name[name]
        asking = sum(_asks_question(spoken[place]) for place in places)
        titled = any(title_of(spoken[place].label) for place in places)
        if titled and not headed:
            roles[name] = "speaker"
            continue
        around = _weigh_neighbours(places, names, roles)
        roles[name] = "media" if 2 * asking - len(places) + around > 0 else "speaker"


def _weigh_neighbours(
    places: Sequence[int], names: Sequence[str], roles: Mapping[str, Role]
) -> int:
    """Return the number of turns between two answers, minus that of turns after a question."""
    weight = 0
    for place in places:
        before = roles[names[place - 1]] if place else ""
        after = roles[names[place + 1]] if place + 1 < len(names) else ""
        if before == "media":
            weight -= 1
        elif after == "speaker" and before in ("speaker", "chair"):
            weight += 1
    return weight


def _asks_question(turn: Turn) -> bool:
    last = turn.paragraphs[-1] if turn.paragraphs else ""
    asks = _QUESTION_MARK.search(last) or "?" in last[-200:] or "？" in last[-60:]
    return bool(asks) and len(turn.paragraphs) <= _LONGEST_QUESTION


def _find_chair(turns: Sequence[Turn], roles: Mapping[str, Role]) -> str:
    """Return the name of a first speaker who welcomes, hosts or introduces another, or ''."""
    if "chair" in roles.values():
        return ""
    answering = [turn for turn in turns if turn.label and roles[name_of(turn.label)] == "speaker"]
    names = [name_of(turn.label) for turn in answering]
    if len(set(names)) < 2 or _answers_questions(names[0], turns, roles):
        return ""
    opening = answering[0]
    second = next(turn for turn in answering if name_of(turn.label) != names[0])
    shorter = len("".join(opening.paragraphs)) < len("".join(second.paragraphs))
    introduces = shorter and names.count(names[0]) > 1
    hosts = OFFICE.search(title_of(opening.label)) or _WELCOME.search(" ".join(opening.paragraphs))
    return names[0] if introduces or hosts else ""


def _answers_questions(name: str, turns: Sequence[Turn], roles: Mapping[str, Role]) -> bool:
    names = [name_of(turn.label) for turn in turns if turn.label]
    asked = sum(roles[before] == "media" for before, other in pairwise(names) if other == name)
    return 2 * asked > names.count(name)


def list_participants(
    turns: Sequence[Turn], header: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Return the participants of the header, and those whom labels name with their title."""
    roles = {name_of(turn.label): turn.role for turn in turns if turn.label}
    people = [
        replace(person, role=person.role or roles.get(person.name, "speaker")) for person in header
    ]
    listed = {person.name for person in people}
    for turn in turns:
        name = name_of(turn.label)
        is_mark = name.lower() in CHAIR_WORDS or is_answer_label(name)
        named = turn.label and not is_mark
        if named and turn.role in ("chair", "speaker") and name not in listed:
            people.append(Participant(name, title_of(turn.label), turn.role))
            listed.add(name)
    return tuple(people)


def count_same_speakers(zh: Document, en: Document) -> int:
    """Count the people in headers or labels whose Chinese name matches an English one."""
    others = _names(en)
    return sum(any(is_same_name(name, other) for other in others) for name in _names(zh))


def _names(document: Document) -> set[str]:
    people = {person.name for person in document.participants}
    speakers = {name_of(turn.label) for turn in document.turns}
    return people | (speakers - {""})


def reconcile_roles(zh: Document, en: Document) -> tuple[Document, Document]:
    """Return both documents with matching roles, if they have the same number of turns.

    Only roles that neither header nor label words decide are changed, for all turns of a label.
    """
    ours, theirs = _list_sure_roles(zh), _list_sure_roles(en)
    if len(ours) != len(theirs):
        return zh, en
    return _with_roles(zh, _votes(ours, theirs)), _with_roles(en, _votes(theirs, ours))


def _list_sure_roles(document: Document) -> list[tuple[str, Role]]:
    """Return the name of each labelled turn, and its role if header or label words decide it."""
    chairs = [person for person in document.participants if person.role == "chair"]
    turns = [turn for turn in document.turns if turn.label]
    sure = (sure_role(turn.label, chairs, document.title) for turn in turns)
    return [
        (name_of(turn.label), role if role == turn.role else "")
        for turn, role in zip(turns, sure, strict=True)
    ]


def _votes(ours: Sequence[tuple[str, Role]], theirs: Sequence[tuple[str, Role]]) -> dict[str, Role]:
    """Return the roles of names without a sure role, by most turns of the other version."""
    votes: dict[str, Counter[Role]] = {}
    for (name, role), (_, other) in zip(ours, theirs, strict=True):
        if not role and other in ("media", "speaker"):
            votes.setdefault(name, Counter())[other] += 1
    return {
        name: role
        for name, counts in votes.items()
        for role, times in counts.items()
        if 2 * times > counts.total()
    }


def _with_roles(document: Document, changed: Mapping[str, Role]) -> Document:
    turns = (
        replace(turn, role=changed.get(name_of(turn.label), turn.role)) if turn.label else turn
        for turn in document.turns
    )
    people = tuple(
        replace(person, role=changed.get(person.name, person.role))
        for person in document.participants
        if changed.get(person.name) != "media" or person.title
    )
    return replace(document, turns=tuple(turns), participants=people)
