"""Roles of speakers: who chairs, who speaks, who asks.

A role belongs to a label. It is decided once for a document, over all turns under the label.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ...records import Participant, Role, Turn
from .header import OFFICE
from .label_words import ANSWER_WORDS, CHAIR_WORDS, is_press_label, plain_label
from .labels import name_of, title_of

_WELCOME = re.compile(
    r"welcome to|give the floor|floor is (?:now )?open|"
    r"欢迎(?:大家|各位)?(?:出席|参加)|现在请|请.{1,12}介绍|歡迎"
)
_QUESTION_MARK = re.compile(r"[?？][”\"’']?\s*$")
_LONGEST_QUESTION = 4  # paragraphs


def assign_roles(
    turns: Sequence[Turn], people: Sequence[Participant], title: str = ""
) -> tuple[Turn, ...]:
    """Return the turns with the role of each label filled in."""
    roles: dict[str, Role] = {}
    for turn in turns:
        if turn.label:
            roles.setdefault(name_of(turn.label), sure_role(turn.label, people, title))
    sure = {name for name, role in roles.items() if role}
    _decide_open(turns, roles, bool(people))
    chair = _chair(turns, roles)
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
    if text.lower() in ANSWER_WORDS or in_title:
        return "speaker"
    return ""


def _decide_open(turns: Sequence[Turn], roles: dict[str, Role], headed: bool) -> None:
    """Decide the labels whose words do not tell, the most frequent first, by all their turns."""
    spoken = [turn for turn in turns if turn.label]
    names = [name_of(turn.label) for turn in spoken]
    by_name: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        by_name.setdefault(name, []).append(place)
    undecided = [name for name in by_name if not roles[name]]
    for name in sorted(undecided, key=lambda name: -len(by_name[name])):
        places = by_name[name]
        asking = sum(_asks(spoken[place]) for place in places)
        titled = any(title_of(spoken[place].label) for place in places)
        if titled and not headed:
            roles[name] = "speaker"
            continue
        around = sum(_place_in_dialogue(names, place, roles) for place in places)
        roles[name] = "media" if 2 * asking - len(places) + around > 0 else "speaker"


def _asks(turn: Turn) -> bool:
    """Say whether a turn is short and ends in a question, or nearly so."""
    last = turn.paragraphs[-1] if turn.paragraphs else ""
    asks = _QUESTION_MARK.search(last) or "?" in last[-200:] or "？" in last[-60:]
    return bool(asks) and len(turn.paragraphs) <= _LONGEST_QUESTION


def _place_in_dialogue(names: Sequence[str], place: int, roles: Mapping[str, Role]) -> int:
    """Return 1 where a turn stands between two answers, -1 where it follows a question, else 0."""
    before = roles[names[place - 1]] if place else ""
    after = roles[names[place + 1]] if place + 1 < len(names) else ""
    if before == "media":
        return -1
    return int(after == "speaker" and before in ("speaker", "chair"))


def _chair(turns: Sequence[Turn], roles: Mapping[str, Role]) -> str:
    """Return the name of a first speaker who welcomes, hosts or introduces another, or ''."""
    if "chair" in roles.values():
        return ""
    answering = [turn for turn in turns if turn.label and roles[name_of(turn.label)] == "speaker"]
    names = [name_of(turn.label) for turn in answering]
    if len(set(names)) < 2 or _answers(names[0], turns, roles):
        return ""
    opening, second = answering[0], next(t for t in answering if name_of(t.label) != names[0])
    shorter = len("".join(opening.paragraphs)) < len("".join(second.paragraphs))
    introduces = shorter and names.count(names[0]) > 1
    hosts = OFFICE.search(title_of(opening.label)) or _WELCOME.search(" ".join(opening.paragraphs))
    return names[0] if introduces or hosts else ""


def _answers(name: str, turns: Sequence[Turn], roles: Mapping[str, Role]) -> bool:
    """Say whether most turns of a label follow a question, as a chair's do not."""
    names = [name_of(turn.label) for turn in turns if turn.label]
    asked = sum(roles[before] == "media" for before, other in pairwise(names) if other == name)
    return 2 * asked > names.count(name)


def list_participants(
    turns: Sequence[Turn], header: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Return the header's participants, or those whom the labels introduce by a full title.

    Roles that the header left open are taken from the turns; who never spoke is a speaker.
    """
    roles = {name_of(turn.label): turn.role for turn in turns if turn.label}
    people = [
        replace(person, role=person.role or roles.get(person.name, "speaker")) for person in header
    ]
    listed = {person.name for person in people}
    for turn in turns:
        name = name_of(turn.label)
        wanted = (
            turn.role in ("chair", "speaker") and name.lower() not in CHAIR_WORDS | ANSWER_WORDS
        )
        if turn.label and wanted and name not in listed:
            people.append(Participant(name, title_of(turn.label), turn.role))
            listed.add(name)
    return tuple(people)
