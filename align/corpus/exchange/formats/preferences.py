"""Pairs of a good and a worse translation: TRL's ``prompt``, ``chosen`` and ``rejected``.

The rejected text is the original, if a reviewer corrected its meaning, or a machine translation of
an accepted bead. Each record names the origin of both texts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ....aligner.text.chinese import detect_language
from ....aligner.text.strings import keep_letters
from ....errors import N_, FormatError
from ....records import LANGUAGES, OTHER, BeadRecord, Language, Pair
from . import ExportHeader, Machine, moses
from .chat import Record, answer, ask
from .jsonl import write_documents
from .record import FileRecord
from .text import read_lines
from .values import to_text, to_texts

_MACHINE = "machine: "


def read_machine(path: Path, beads: Iterable[BeadRecord]) -> Machine:
    """Return a machine translation, read line by line, of an export in the ``moses`` format."""
    ids = [to_text(bead.id) for bead in beads if moses.project_bead(bead, ExportHeader())]
    texts = [text.strip() for _, text in read_lines(path)]
    if len(texts) != len(ids):
        raise FormatError(
            N_(
                "{name}: {count} lines, but the export has {total} beads; translate the output "
                "of --format moses with the same options and without --split"
            ),
            name=path.name,
            count=len(texts),
            total=len(ids),
        )
    return Machine(path.name, detect_language(texts), dict(zip(ids, texts, strict=True)))


def expand(bead: FileRecord, header: ExportHeader) -> Iterator[FileRecord]:
    """Yield one copy of a bead per rejected text, or the unchanged bead if it has none."""
    published = bead.pair.published
    found = [
        _against(bead, "en", published.en, "as published"),
        _against(bead, "zh", published.zh, "as published"),
    ]
    if (machine := header.machine) is not None and bead.verdict.status == "accepted":
        text = machine.texts.get(to_text(bead.id), "")
        found.append(_against(bead, machine.language, text, f"{_MACHINE}{machine.name}"))
    yield from [one for one in found if project_bead(one, header)] or [bead]


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Return a bead if it has a worse text and is complete and not rejected, else ``None``."""
    complete = bead.zh.strip() and bead.en.strip()
    rejected = bead.verdict.status == "rejected"
    return bead if complete and not rejected and _find_worse(bead.pair) else None


def _against(bead: FileRecord, target: Language, worse: str, origin: str) -> FileRecord:
    """Return a bead with one worse text, the origin of that for its signature."""
    pair = replace(bead.pair, raw=bead.pair.texts.put(target, worse))
    return replace(bead, pair=pair, provenance=replace(bead.provenance, signature=origin))


def _find_worse(pair: Pair) -> Language | None:
    """Return the language whose original text differs, ignoring spaces, case and punctuation."""
    for language in LANGUAGES[::-1]:
        text, worse = pair.texts[language], pair.published[language]
        if worse.strip() and keep_letters(text) != keep_letters(worse):
            return language
    return None


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write one object a bead, one a line."""
    write_documents((_to_record(bead, header) for bead in beads), path)


def _to_record(bead: FileRecord, header: ExportHeader) -> Record:
    target = _find_worse(bead.pair) or "en"
    source = OTHER[target]
    direction = f"{source}-{target}"
    texts = to_texts(bead)
    origin = texts.pop("signature")
    reviewer = bead.verdict.reviewer
    decided = bead.verdict.status if origin.startswith(_MACHINE) else "corrected"
    return {
        "prompt": ask(bead.pair.texts[source], direction, header),
        "chosen": [answer(bead.pair.texts[target])],
        "rejected": [answer(bead.pair.published[target])],
        "direction": direction,
        "chosen_origin": f"{decided} by {reviewer}" if reviewer else decided,
        "rejected_origin": origin,
        **texts,
    }
