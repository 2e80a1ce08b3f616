"""Chat records to fine-tune a model on translation: TRL's conversational ``messages``.

Two records a bead, one in each direction, with all its fields as text beside the messages. A bead
with an empty side is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import FormatError
from ...records import LANGUAGE_NAMES, LANGUAGES, ExportedBead
from . import ExportHeader
from .jsonl import read_objects, write_documents
from .values import from_values, to_texts

DIRECTIONS = ("zh-en", "en-zh")

Record = dict[str, Any]


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep all but the text as published, and the checksum: nobody edits such a file."""
    if not (pair.zh.strip() and pair.en.strip()):
        return None
    return replace(pair, zh_raw=pair.zh, en_raw=pair.en, checksum="")


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> None:
    """Write two objects a bead, one a line."""

    def records() -> Iterator[Record]:
        for pair in pairs:
            for direction, source, target in zip(
                DIRECTIONS, (pair.zh, pair.en), (pair.en, pair.zh), strict=True
            ):
                messages = [*ask(source, direction, header), answer(target)]
                yield {"messages": messages, "direction": direction, **to_texts(pair)}

    write_documents(records(), path)


def ask(text: str, direction: str, header: ExportHeader) -> list[Record]:
    """Return the system's and the user's message; no system's where its text is empty."""
    source, target = (
        LANGUAGE_NAMES[code] for code in LANGUAGES[:: 1 if direction == "zh-en" else -1]
    )
    system = header.system.replace("{source}", source).replace("{target}", target)
    first = [{"role": "system", "content": system}] if system else []
    return [*first, {"role": "user", "content": text}]


def answer(text: str) -> Record:
    """Return the model's message."""
    return {"role": "assistant", "content": text}


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the bead of each two lines."""
    records = read_objects(path)
    for number, there in records:
        back = next(records, (0, None))[1]
        where = f"{path.name}, line {number}"
        zh, en = contents(there, where, "messages")[-2:]
        if [*contents(back, where, "messages")[-2:]] != [en, zh]:
            raise FormatError(f"{where}: the next line is not the same in the other direction")
        yield from_values(zh, en, fields(there), where)


def contents(values: Any, where: str, *names: str) -> list[str]:  # noqa: ANN401 # any JSON value
    """Return what the messages of some fields say; raise :exc:`FormatError` when there are none."""
    try:
        return [message["content"] for name in names for message in values[name]]
    except (KeyError, TypeError):
        raise FormatError(f"{where}: no object with {' and '.join(names)}") from None


def fields(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what a record says of its bead beside the texts."""
    return {name: value for name, value in values.items() if isinstance(value, str)}
