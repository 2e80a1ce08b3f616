"""Header of a transcript: participants, date and place of the event."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ...records import Language, Participant, Role
from ...text.chinese import detect_language, has_han
from ...text.dates import find_dates, parse_lone_date
from .blocks import Block
from .label_words import header_key, is_titled_zh
from .person_names import is_han_name, is_pinyin_name, strip_honorific, surname_starts

# The longest header known has four participants; a list of forty would be a page of another kind.
LIMIT = 40
# The longest name with its offices has 190 characters in English, 70 in Chinese.
LONGEST_LINE: dict[Language, int] = {"en": 240, "zh": 100}
_LONGEST_SUMMARY = 600

_KEY = re.compile(r"^(?P<key>[^:：]{1,20}?)\s*[:：]\s*(?P<value>.*)$", re.S)
_COURTESY = re.compile(r"^(?:Mr|Ms|Mrs|Miss|Dr|Prof)\b\.?\s", re.I)
_PLACE_AND_TIME = re.compile(r"^(?P<place>[^|｜\d]{2,40}?)\s*[|｜]\s*(?P<time>.+)$")
_SUMMARY = re.compile(
    r"(?:held|holds|gives|gave|host(?:s|ed)) a (?:press|news|regular)|"
    r"(?:举行|召开|舉行|主持).{0,40}(?:发布会|吹风会|發佈會|记者会)"
)
_ANNOUNCEMENT = re.compile(r"\bwill\b|\bto be\b|将|將|届时|欢迎|歡迎|明天|下周")
OFFICE = re.compile(r"SCIO|Information Office|Press Bureau|新闻办|国新办|新闻局|新聞辦")


@dataclass(frozen=True, slots=True)
class TranscriptHeader:
    """What a document says of itself.

    ``consumed`` are the indices of blocks read as header; ``keyed`` says that words such as
    "Date:" stand before a value.
    """

    participants: tuple[Participant, ...] = ()
    date: dt.date | None = None
    place: str = ""
    consumed: frozenset[int] = frozenset()
    keyed: bool = False


@dataclass(slots=True)
class _State:
    key: str = ""
    participants: list[Participant] = field(default_factory=list)
    date: dt.date | None = None
    place: str = ""
    consumed: set[int] = field(default_factory=set)
    keyed: bool = False


def read_header(blocks: Sequence[Block]) -> TranscriptHeader:
    """Read keys ("Speakers:", 时间：) with their values, or values alone where keys are missing."""
    state = _State()
    for index, block in enumerate(blocks[:LIMIT]):
        if _read_line(state, block.text):
            state.consumed.add(index)
        elif not block.caption:
            state.key = ""
    return TranscriptHeader(
        tuple(_with_chair(state.participants)),
        state.date,
        state.place,
        frozenset(state.consumed),
        state.keyed,
    )


def is_summary(text: str) -> bool:
    """Say whether a paragraph tells that a conference was held, as the first lines of a page do.

    One that announces a conference is a part of what is said.
    """
    if len(text) >= _LONGEST_SUMMARY:
        return False
    return bool(_SUMMARY.search(text)) and not _ANNOUNCEMENT.search(text)


def is_long_line(text: str) -> bool:
    """Say whether a line is longer than one of a header is: than a name with its offices."""
    return len(text) > LONGEST_LINE["zh" if detect_language([text]) == "zh" else "en"]


def _read_line(state: _State, text: str) -> bool:
    match = _KEY.match(text)
    key = header_key(match["key"]) if match else header_key(text)
    if key and (match is None or len(match["value"]) < 300):
        state.key, state.keyed = key, True
        value = match["value"].strip() if match else ""
        return not value or _take(state, key, value)
    if state.key and _take(state, state.key, text):
        return True
    return _without_key(state, text)


def _take(state: _State, key: str, text: str) -> bool:
    """Read a value under its key; False when the text cannot be one."""
    if key == "date":
        days = find_dates(text)
        if not days or len(text) > 80:
            return False
        state.date = state.date or days[0]
        return True
    if key == "place":
        if len(text) > 60:
            return False
        state.place = state.place or text
        return True
    people = [person for part in re.split(r"[;；]", text) if (person := _person(part, key))]
    _add(state, people)
    return bool(people)


def _without_key(state: _State, text: str) -> bool:
    day = parse_lone_date(text)
    if day:
        state.date = state.date or day
        return True
    place = _PLACE_AND_TIME.match(text)
    if place and find_dates(place["time"]):
        state.place = state.place or place["place"].strip()
        state.date = state.date or find_dates(place["time"])[0]
        return True
    if _COURTESY.match(text) and len(text) < 300 and (person := _person(text, "")):
        _add(state, [person])
        return True
    return False


def _add(state: _State, people: Sequence[Participant]) -> None:
    known = {person.name for person in state.participants}
    state.participants += [person for person in people if person.name not in known]


def _person(text: str, key: str) -> Participant | None:
    """Read "Mr. Name, title" or "title name"; None when the text is longer talk."""
    text = text.strip(" \u3000,，。.")
    role: Role = "chair" if key == "chair" else "speaker" if key == "speaker" else ""
    if not text or len(text) > 300 or re.search(r"[。！？!?]", text):
        return None
    if has_han(text):
        return _person_zh(text, role)
    name, _, title = strip_honorific(text).partition(",")
    name = name.strip()
    named = is_pinyin_name(name) or (len(name.split()) in (2, 3, 4) and name.istitle())
    single = bool(_COURTESY.match(text)) and len(name.split()) <= 4
    return Participant(name, title.strip(), role) if named or single else None


def _person_zh(text: str, role: Role) -> Participant | None:
    parts = [part for part in re.split(r"[\s\u3000,，:：]+", text) if part]
    names = [part for part in parts if is_han_name(strip_honorific(part))]
    if names:
        name = strip_honorific(names[-1])
        return Participant(name, " ".join(part for part in parts if part != names[-1]), role)
    if is_titled_zh(text):
        start = surname_starts(text)
        name = text[start:] if start >= 0 else parts[-1]
        return Participant(name, " ".join(parts).removesuffix(name).strip(), role)
    stripped = strip_honorific(text)
    for size in (3, 2):
        if stripped != text and is_han_name(stripped[-size:]):
            return Participant(stripped[-size:], stripped[:-size].strip(), role)
    return None


def _with_chair(people: Sequence[Participant]) -> list[Participant]:
    """Return the chair where its key is missing: the last of several who is of the host's office.

    Roles that neither a key nor this rule gives stay open; the turns decide.
    """
    if any(person.role == "chair" for person in people) or len(people) < 2:
        return list(people)
    hosts = [person for person in people if OFFICE.search(person.title)]
    return [
        Participant(
            person.name, person.title, "chair" if hosts and person is hosts[-1] else person.role
        )
        for person in people
    ]
