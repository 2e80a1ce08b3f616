"""Roles of speakers: who chairs, who speaks, who asks."""

import re
from collections.abc import Sequence

from ...records import Participant, Role, Turn
from .header import OFFICE
from .label_words import ANSWER_WORDS, CHAIR_WORDS, is_press_label
from .labels import name_of, strip_label, title_of
from .person_names import plain_label

_WELCOME = re.compile(
    r"welcome to|give the floor|floor is (?:now )?open|"
    r"欢迎(?:大家|各位)?(?:出席|参加)|现在请|请.{1,12}介绍|歡迎"
)


def assign_roles(turns: Sequence[Turn], people: Sequence[Participant]) -> tuple[Turn, ...]:
    """Return the turns with the role of each speaker filled in."""
    known: dict[str, Role] = {person.name: person.role for person in people}
    chair = _chair(turns, people)
    return tuple(
        Turn(turn.label, turn.paragraphs, _role(turn, known, chair)) if turn.label else turn
        for turn in turns
    )


def list_participants(
    turns: Sequence[Turn], header: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Return the header's participants, or those whom the labels introduce by a full title.

    Roles that the header left open are taken from the turns; who never spoke is a speaker.
    """
    roles = {name_of(turn.label): turn.role for turn in turns if turn.label}
    people = [
        Participant(person.name, person.title, person.role or roles.get(person.name, "speaker"))
        for person in header
    ]
    listed = {person.name for person in people}
    for turn in turns:
        name = name_of(turn.label)
        if turn.label and turn.role in ("chair", "speaker") and name not in listed:
            if name.lower() in CHAIR_WORDS | ANSWER_WORDS:
                continue
            people.append(Participant(name, title_of(turn.label), turn.role))
            listed.add(name)
    return tuple(people)


def _role(turn: Turn, known: dict[str, Role], chair: str) -> Role:
    name, label = name_of(turn.label), plain_label(turn.label)
    if name == chair or {label.lower(), title_of(turn.label)} & CHAIR_WORDS:
        return "chair"
    if known.get(name):
        return known[name]
    if is_press_label(label):
        return "media"
    if label.lower() in ANSWER_WORDS:
        return "speaker"
    return "media" if _only_asks(turn, known) else "speaker"


def _only_asks(turn: Turn, known: dict[str, Role]) -> bool:
    """Say whether an unknown name puts a question: the header does not list it, its turn asks."""
    last = turn.paragraphs[-1] if turn.paragraphs else ""
    asks = bool(re.search(r"[?？][”\"’']?\s*$", last)) or "?" in last[-200:] or "？" in last[-60:]
    return asks and len(turn.paragraphs) <= 4 and (bool(known) or not title_of(turn.label))


def _chair(turns: Sequence[Turn], people: Sequence[Participant]) -> str:
    """Return the chair's name: by the header, else a first speaker who welcomes or hosts."""
    for person in people:
        if person.role == "chair":
            return person.name
    answering = [
        turn for turn in turns if turn.label and not is_press_label(strip_label(turn.label))
    ]
    names = [name_of(turn.label) for turn in answering]
    if len(set(names)) < 2:
        return ""
    opening, second = answering[0], next(t for t in answering if name_of(t.label) != names[0])
    introduces = _length(opening) < _length(second) and names.count(names[0]) > 1
    hosts = OFFICE.search(title_of(opening.label)) or _WELCOME.search(" ".join(opening.paragraphs))
    return names[0] if introduces or hosts else ""


def _length(turn: Turn) -> int:
    return sum(map(len, turn.paragraphs))
