"""Pairs of a good and a worse translation: TRL's ``prompt``, ``chosen`` and ``rejected``.

What is worse is the text as published where a reviewer corrected its meaning, or a translation of
an accepted bead that a machine made. Each record names the origin of both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ....aligner.text.chinese import detect_language
from ....aligner.text.strings import keep_letters
from ....errors import N_, FormatError
from ....records import LANGUAGES, ExportedBead, Language
from . import ExportHeader, Machine, moses
from .chat import Record, answer, ask
from .jsonl import write_documents
from .text import read_lines
from .values import to_texts

_MACHINE = "machine: "


def read_machine(path: Path, beads: Iterable[ExportedBead]) -> Machine:
    """Read a translation, line by line, of what ``moses`` writes of some beads."""
    ids = [bead.id for bead in beads if moses.project_bead(bead, ExportHeader())]
    texts = [text.strip() for _, text in read_lines(path)]
    if len(texts) != len(ids):
        raise FormatError(
            N_(
                "{name}: {count} lines where the export has {total} beads; translate what "
                "--format moses writes with the same options, without --split"
            ),
            name=path.name,
            count=len(texts),
            total=len(ids),
        )
    return Machine(path.name, detect_language(texts), dict(zip(ids, texts, strict=True)))


def expand(pair: ExportedBead, header: ExportHeader) -> Iterator[ExportedBead]:
    """Yield a bead once for each worse text of it, or as it is where there is none."""
    found = [
        _against(pair, "en", pair.en_raw, "as published"),
        _against(pair, "zh", pair.zh_raw, "as published"),
    ]
    if (machine := header.machine) is not None and pair.status == "accepted":
        text = machine.texts.get(pair.id, "")
        found.append(_against(pair, machine.language, text, f"{_MACHINE}{machine.name}"))
    yield from [one for one in found if project_bead(one, header)] or [pair]


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep what :func:`expand` set against a worse text."""
    complete = pair.zh.strip() and pair.en.strip()
    return pair if complete and pair.status != "rejected" and _find_worse(pair) else None


def _against(pair: ExportedBead, target: Language, worse: str, origin: str) -> ExportedBead:
    """Return a bead with one worse text, the origin of that for its signature."""
    zh, en = (worse, pair.en) if target == "zh" else (pair.zh, worse)
    return replace(pair, zh_raw=zh, en_raw=en, signature=origin, checksum="")


def _find_worse(pair: ExportedBead) -> Language | None:
    """Return the side that has another text beside it; blanks, case and signs mean nothing."""
    for language in LANGUAGES[::-1]:
        text, worse = (getattr(pair, name) for name in (language, f"{language}_raw"))
        if worse.strip() and keep_letters(text) != keep_letters(worse):
            return language
    return None


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> None:
    """Write one object a bead, one a line."""
    write_documents((_to_record(pair, header) for pair in pairs), path)


def _to_record(pair: ExportedBead, header: ExportHeader) -> Record:
    source, target, worse = pair.zh, pair.en, pair.en_raw
    direction = "zh-en"
    if _find_worse(pair) == "zh":
        source, target, worse, direction = pair.en, pair.zh, pair.zh_raw, "en-zh"
    texts = to_texts(pair)
    origin = texts.pop("signature")
    decided = pair.status if origin.startswith(_MACHINE) else "corrected"
    return {
        "prompt": ask(source, direction, header),
        "chosen": [answer(target)],
        "rejected": [answer(worse)],
        "direction": direction,
        "chosen_origin": f"{decided} by {pair.reviewer}" if pair.reviewer else decided,
        "rejected_origin": origin,
        **texts,
    }
