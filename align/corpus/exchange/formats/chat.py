"""Chat records to fine-tune a model on translation: TRL's conversational ``messages``.

Two records a bead, one in each direction, with all its fields as text beside the messages. A bead
with an empty side is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ....records import LANGUAGE_NAMES, LANGUAGES, ExportedBead
from . import ExportHeader
from .jsonl import write_documents
from .values import to_texts

Record = dict[str, Any]


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep all but the text as published, and the checksum: nobody edits such a file."""
    if not (pair.zh.strip() and pair.en.strip()):
        return None
    return replace(pair, checksum="")


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> None:
    """Write two objects a bead, one a line."""

    def records() -> Iterator[Record]:
        for pair in pairs:
            ways = (("zh-en", pair.zh, pair.en), ("en-zh", pair.en, pair.zh))
            for direction, source, target in ways:
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
