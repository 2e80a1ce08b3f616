"""Header of a transcript: participants, date and place of the event."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ....aligner.text.chinese import has_han
from ....aligner.text.dates import find_dates, parse_lone_date
from ....records import Language, Participant, Role
from . import Block
from . import label_words as words

# Maximum lines of a header; the longest known header has four participants.
LIMIT = 40
# Maximum characters of a header line; the longest name with its offices has 190 in English, 70 in
# Chinese.
LONGEST_LINE: dict[Language, int] = {"en": 240, "zh": 100}
_LONGEST_SUMMARY = 600

_KEY = re.compile(r"^(?P<key>[^:：]{1,20}?)\s*[:：]\s*(?P<value>.*)$", re.S)
_COURTESY = re.compile(r"^(?:Mr|Ms|Mrs|Miss|Dr|Prof)\b\.?\s", re.I)
# "Ms. Vale: Good morning." and "Good morning. Welcome": speech, not a person with an office.
_SPEECH = re.compile(r"[:：]|[。！？!?]|(?<!\bProf)(?<=[a-z]{4})\.\s+(?=[A-Z])")
_PLACE_AND_TIME = re.compile(r"^(?P<place>[^|｜\d]{2,40}?)\s*[|｜]\s*(?P<time>.+)$")
_SUMMARY = re.compile(
    r"(?:held|holds|gives|gave|host(?:s|ed)) a (?:press|news|regular)|"
    r"(?:举行|召开|舉行|主持).{0,40}(?:发布会|吹风会|發佈會|记者会)"
)
_ANNOUNCEMENT = re.compile(r"\bwill\b|\bto be\b|将|將|届时|欢迎|歡迎|明天|下周")
OFFICE = re.compile(r"SCIO|Information Office|Press Bureau|新闻办|国新办|新闻局|新聞辦")


@dataclass(slots=True)
class TranscriptHeader:
    """The facts in the header of a transcript."""

    participants: list[Participant] = field(default_factory=list)
    date: dt.date | None = None
    place: str = ""
    consumed: set[int] = field(default_factory=set)  # indices of the blocks read as header
    keyed: bool = False  # keys such as "Date:" occur
    key: str = ""  # the meaning of the last key

    @property
    def is_marked(self) -> bool:
        """Whether a key or a place shows that these lines are a header."""
        return self.keyed or bool(self.place)

    def filled_from(self, other: "TranscriptHeader") -> "TranscriptHeader":
        """Return the same header, with the facts of another one where it states none."""
        return replace(
            self,
            participants=self.participants or other.participants,
            date=self.date or other.date,
            place=self.place or other.place,
        )


def read_header(blocks: Sequence[Block]) -> TranscriptHeader:
    """Return the header: keys ("Speakers:", 时间：) with values, or values without keys."""
    header = TranscriptHeader()
    for index, block in enumerate(blocks[:LIMIT]):
        if _read_line(header, block.text, labelled=block.label):
            header.consumed.add(index)
        elif not block.caption:
            header.key = ""
    people = header.participants
    if len(people) > 1 and not any(person.role == "chair" for person in people):
        # Without a key, the chair is the last of several participants from the host's office.
        host = next((person for person in reversed(people) if OFFICE.search(person.title)), None)
        header.participants = [
            replace(person, role="chair") if person is host else person for person in people
        ]
    return header


def is_summary(text: str) -> bool:
    """Return whether a paragraph reports that a conference was held, as a summary does."""
    if len(text) >= _LONGEST_SUMMARY:
        return False
    return bool(_SUMMARY.search(text)) and not _ANNOUNCEMENT.search(text)


def _read_line(header: TranscriptHeader, text: str, *, labelled: bool) -> bool:
    """Read a line into the header; return whether it is part of it.

    :param labelled: whether the format declares the line a speaker's label, which is then only a
        header line if it is a key.
    """
    match = _KEY.match(text)
    key = words.header_key(match["key"]) if match else words.header_key(text)
    if key and (match is None or len(match["value"]) < 300):
        header.key, header.keyed = key, True
        value = match["value"].strip() if match else ""
        return not value or _take(header, key, value)
    if labelled:
        return False
    if header.key and _take(header, header.key, text):
        return True
    return _without_key(header, text)


def _take(header: TranscriptHeader, key: str, text: str) -> bool:
    if key == "date":
        days = find_dates(text) if len(text) <= 80 else ()
        header.date = header.date or (days[0] if days else None)
        return bool(days)
    if key == "place":
        short = len(text) <= 60
        header.place = header.place or (text if short else "")
        return short
    people = [_person(part, key) for part in re.split(r"[;；]", text)]
    found = [person for person in people if person is not None]
    _add(header, found)
    return bool(found)


def _without_key(header: TranscriptHeader, text: str) -> bool:
    if day := parse_lone_date(text):
        header.date = header.date or day
        return True
    place = _PLACE_AND_TIME.match(text)
    if place and (days := find_dates(place["time"])):
        header.place = header.place or place["place"].strip()
        header.date = header.date or days[0]
        return True
    name, comma, _title = text.partition(",")
    listed = comma and words.is_pinyin_name(name) and not text.endswith(".")
    if (listed or _COURTESY.match(text)) and (person := _person(text, "")):
        _add(header, [person])
        return True
    return False


def _add(header: TranscriptHeader, people: Sequence[Participant]) -> None:
    known = {person.name for person in header.participants}
    header.participants += [person for person in people if person.name not in known]


def _person(text: str, key: str) -> Participant | None:
    """Return the person in "Mr. Name, title" or "title name", or ``None`` if there is none."""
    text = text.strip(" \u3000,，。.")
    role = _ROLES.get(key, "")
    if not text or len(text) > 300:
        return None
    if has_han(text):
        return None if re.search(r"[。！？!?]", text) else _person_zh(text, role)
    if _SPEECH.search(text):
        return None
    name, _, title = words.strip_honorific(text).partition(",")
    name = name.strip()
    named = words.is_pinyin_name(name) or (len(name.split()) in (2, 3, 4) and name.istitle())
    single = bool(_COURTESY.match(text)) and len(name.split()) <= 4
    return Participant(name, title.strip(), role) if named or single else None


_ROLES: dict[str, Role] = {"chair": "chair", "speaker": "speaker"}


def _person_zh(text: str, role: Role) -> Participant | None:
    parts = [part for part in re.split(r"[\s\u3000,，:：]+", text) if part]
    names = [part for part in parts if words.is_han_name(words.strip_honorific(part))]
    if names:
        name = words.strip_honorific(names[-1])
        return Participant(name, " ".join(part for part in parts if part != names[-1]), role)
    if words.is_titled_zh(text):
        start = words.surname_starts(text)
        name = text[start:] if start >= 0 else parts[-1]
        return Participant(name, " ".join(parts).removesuffix(name).strip(), role)
    return None
