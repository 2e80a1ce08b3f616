"""Chat records to fine-tune a model on translation: TRL's conversational ``messages``.

Two records per bead, one in each direction, with all its fields next to the messages. A bead with
an empty text is skipped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ....records import LANGUAGE_NAMES
from . import ExportHeader
from .jsonl import write_documents
from .record import FileRecord
from .values import to_json_fields

Record = dict[str, Any]


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Return a bead without its checksum, or ``None`` to skip it; these files are not edited."""
    if not (bead.zh.strip() and bead.en.strip()):
        return None
    return replace(bead, checksum=None)


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write two objects a bead, one a line."""

    def records() -> Iterator[Record]:
        for bead in beads:
            ways = (("zh-en", bead.zh, bead.en), ("en-zh", bead.en, bead.zh))
            for direction, source, target in ways:
                messages = [*ask(source, direction, header), answer(target)]
                yield {"messages": messages, "direction": direction, **to_json_fields(bead)}

    write_documents(records(), path)


def ask(text: str, direction: str, header: ExportHeader) -> list[Record]:
    """Return the system's and the user's message; no system's where its text is empty."""
    source, target = LANGUAGE_NAMES["zh"], LANGUAGE_NAMES["en"]
    if direction != "zh-en":
        source, target = target, source
    system = header.system.replace("{source}", source).replace("{target}", target)
    first = [{"role": "system", "content": system}] if system else []
    return [*first, {"role": "user", "content": text}]


def answer(text: str) -> Record:
    """Return the model's message."""
    return {"role": "assistant", "content": text}
