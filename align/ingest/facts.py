"""What the user says of briefings, on the command line or in a ``briefing.toml`` beside the files.

Facts are texts by name, so that they are stored and merged alike wherever they come from.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import TextError
from ..text.strings import describe_unknown, normalise_space

FACTS = ("title", "date", "source", "licence", "id")
FILE = "briefing.toml"

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,39}", re.ASCII)


def check_facts(given: Mapping[str, object], where: str = "") -> dict[str, str]:
    """Return facts as texts, without those that are ``None``.

    :param where: the file that says them, for the message.
    :raises TextError: a name that is none, a date or id that cannot be read, or no text.
    """
    start = f"{where}: " if where else ""
    if unknown := describe_unknown(given, FACTS):
        raise TextError(f"{start}{unknown}")
    return {
        name: _read_fact(name, value, start) for name, value in given.items() if value is not None
    }


def _read_fact(name: str, value: object, start: str) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if not isinstance(value, str):
        raise TextError(f"{start}{name} is {value!r}; give a text")
    text = normalise_space(value)
    try:
        if name == "date" and text:
            return dt.date.fromisoformat(text).isoformat()
        urlsplit(text)  # what reads the row takes its source apart
    except ValueError:
        expected = "a day such as 2031-05-14" if name == "date" else "an address or a plain text"
        raise TextError(f"{start}{name} is {text!r}; give {expected}") from None
    if name == "id" and not _ID.fullmatch(text):
        raise TextError(f"{start}id is {text!r}; give up to 40 letters, digits, - _ or .")
    return text


def facts_of_files(paths: Sequence[Path]) -> dict[str, str]:
    """Return what the ``briefing.toml`` of the files' folder, or of the one above, says of them."""
    folder = paths[0].absolute().parent
    card = next((file for file in (folder / FILE, folder.parent / FILE) if file.is_file()), None)
    if card is None:
        return {}
    try:
        said = tomllib.loads(card.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise TextError(f"{card}: not readable as TOML: {error}") from error
    tables = {name: table for name, table in said.items() if isinstance(table, dict)}
    facts = check_facts({name: said[name] for name in said if name not in tables}, str(card))
    for path in paths:
        facts |= check_facts(tables.get(path.name, {}), f"{card}, {path.name}")
    return facts
