"""The import of alignments made with other tools: their files become briefings.

A file is read twice, first to check it, then to store it, so a faulty file does not change the
corpus. One briefing at a time is in memory, and each briefing is one transaction. Rerun an
interrupted import to resume it: briefings that are identical in the corpus are skipped.
"""

import dataclasses
import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypedDict, Unpack

from ....errors import N_, FormatError, Message, UsageError
from ....records import LANGUAGES, BeadRecord, Briefing, Language
from ....sources.limits import ARCHIVE_MOST, archive_budget
from ....sources.local_files import DOCUMENTS
from ....sources.web.charset import decode
from ...store import BeadRow, Store
from ..formats import READ, Format, jsonl, tsv, xlsx
from ..formats.ladder import read_ladder_with_texts
from ..formats.record import FileRecord
from ..formats.text import language_of
from ..formats.values import KNOWN, to_text
from . import build

# Formats whose ``id`` names one bead; in formats of other tools an id may occur twice.
TABLES = frozenset({"tsv", "csv", "xlsx", "jsonl", "parquet"})
UPDATING = TABLES | {"tmx", "xliff"}  # formats whose changes become decisions

_OTHER_SUFFIXES = {
    ".xliff": "xliff",
    ".sdlxliff": "xliff",
    ".mqxliff": "xliff",
    ".mxliff": "xliff",
    ".json": "jsonl",
}
_ADVICE = {
    (".tbx",): Message(N_("it contains terms: use 'align terms --add'")),
    (".ods", ".xls", ".xlsb", ".numbers", ".et"): Message(N_("save it as .xlsx")),
    (".sdltm", ".mdb", ".txml", ".ttx", ".tmw", ".mqxlz", ".po"): Message(
        N_("export it from the translation tool as TMX")
    ),
    (*DOCUMENTS, ".doc", ".rtf", ".html", ".htm"): Message(
        N_("it contains no aligned text: use 'align add'")
    ),
}
"""Advice for common files that cannot be imported, by suffix."""
MOST_SOURCES = 20  # of the pages from which the rows of a briefing come: its exports name them
TABS = (".tsv", ".tab", ".txt", "")
_LADDER = re.compile(r"\s*\[[\d,\s]*\]\s*:\s*\[|\d+\t\d+\t-?[\d.]+\s*$")


def find_format(path: Path, form: str | None = None) -> Format:
    """Return the format of a file; ``form`` is its name, where the user gave it."""
    if not path.exists() and not Path(f"{path}.zh").is_file():
        raise FormatError(N_("{path}: file not found"), path=path)
    if path.exists() and not path.is_dir():
        if not path.is_file():
            raise FormatError(
                N_("{path}: not a regular file, which is read twice; save it to disk first"),
                path=path,
            )
        if not path.stat().st_size:
            raise FormatError(N_("{path}: the file is empty"), path=path)
    if form is None:
        _refuse_other_kinds(path)
    row = READ.get(form or guess_format(path))
    if row is None:
        raise FormatError(
            N_("{name}: unknown format; give --format with one of {names}"),
            name=path.name,
            names=READ,
        )
    row.require_installed()
    return row


def _refuse_other_kinds(path: Path) -> None:
    """Raise :exc:`FormatError` with advice for a common file that contains no aligned text."""
    suffix = path.suffix.lower()
    for suffixes, advice in _ADVICE.items():
        if suffix in suffixes and not _name_by_suffix(suffix):
            raise FormatError(
                N_("{name}: '{suffix}' files cannot be imported; {advice}"),
                name=path.name,
                suffix=path.suffix,
                advice=advice,
            )


def guess_format(path: Path) -> str:
    """Return the name of the format that a file seems to have, or nothing."""
    if path.is_dir():
        return "tei"
    if not path.exists():
        return "moses"
    suffix = path.suffix.lower()
    if suffix not in (*TABS, ".xml") and (name := _name_by_suffix(suffix)):
        return name
    try:
        with path.open("rb") as file:
            data = file.read(2000)
    except OSError as error:
        raise FormatError(
            N_("{path}: {strerror}"), path=path, strerror=error.strerror or error
        ) from error
    head = decode(data).text
    if suffix == ".xml":
        return next((name for name in ("tmx", "xliff") if f"<{name}" in head), "tei")
    line = head.partition("\n")[0]
    if _LADDER.match(line):
        raise FormatError(
            N_("{path}: a ladder needs its two texts; give them with --texts FIRST SECOND"),
            path=path,
        )
    if tsv.find_named_line(head.split("\n"), "\t"):
        return "tsv"
    return "lfaligner" if suffix in (".tsv", ".tab", ".txt") or "\t" in line else ""


def _name_by_suffix(suffix: str) -> str:
    """Return the name of the format that has a suffix, or nothing; plug-ins come last."""
    if suffix in _OTHER_SUFFIXES:
        return _OTHER_SUFFIXES[suffix]
    for row in READ.values():
        if suffix in row.suffixes:
            return row.name
    return ""


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield a file; if it is a ``.gz`` or an OPUS ``.zip``, an unpacked copy of it.

    The other language of a Moses pair in ``.gz`` is unpacked next to it.
    """
    suffix = path.suffix.lower()
    if suffix not in (".gz", ".zip") or not path.is_file():
        yield path
        return
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            unpack = _gunzip if suffix == ".gz" else _unzip
            name = unpack(path, Path(folder))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            raise FormatError(
                N_("{name}: cannot be unpacked ({error})"), name=path.name, error=error
            ) from error
        yield Path(folder, name)


def _gunzip(path: Path, folder: Path) -> str:
    inner = Path(path.stem)
    languages = LANGUAGES if inner.suffix in (".zh", ".en") else ()
    partners = [path.with_name(f"{inner.stem}.{language}.gz") for language in languages]
    for file in {path, *filter(Path.is_file, partners)}:
        with gzip.open(file) as packed:
            _copy(packed, folder / file.stem, archive_budget(file.stat().st_size))
    return path.stem


def _unzip(path: Path, folder: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        texts: list[tuple[Language, str]] = []
        for name in archive.namelist():
            language = language_of(name.rpartition(".")[2])
            if language is not None and not name.endswith("/"):
                texts.append((language, name))
        if sorted(language for language, _ in texts) != sorted(LANGUAGES):
            there = archive.namelist()[:5]
            raise FormatError(
                N_(
                    "{name}: needs one Chinese and one English text, but contains {there}; "
                    "unpack it and import each pair"
                ),
                name=path.name,
                there=there,
            )
        most = archive_budget(path.stat().st_size)
        for language, name in texts:
            with archive.open(name) as packed:
                _copy(packed, folder / f"{path.stem}.{language}", most)
    return f"{path.stem}.zh"


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, budget: int) -> None:
    most = min(ARCHIVE_MOST, budget)
    with target.open("wb") as file:
        while block := packed.read(1 << 20):
            file.write(block)
            if file.tell() > most:
                raise FormatError(
                    N_("{name}: over {most:,} bytes unpacked; split it"),
                    name=target.name,
                    most=most,
                )


def parse_columns(text: str) -> dict[str, str]:
    """Return the columns that a user names, by our names.

    >>> parse_columns("zh=src,en=tgt")
    {'zh': 'src', 'en': 'tgt'}
    """
    named = dict(part.strip().partition("=")[::2] for part in text.split(","))
    unknown = sorted(named.keys() - KNOWN)
    if unknown or not all(named.values()):
        raise UsageError(
            N_("columns {text!r}: not valid; write zh=NAME,en=NAME, with {known} if needed"),
            text=text,
            known=str(sorted(KNOWN)),
        )
    return named


# Called with the progress of an import: beads read (the total is 0 while unknown), then stored.
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import; its fields are named as in ``--json``."""

    file: Path
    format: str
    briefings: tuple[str, ...]
    beads: int
    missing: tuple[str, ...] = ()  # fields that no bead of the file has
    new_ids: int = 0
    untranslated: int = 0  # beads with text in one language only
    kept: int = 0  # briefings that were already in the corpus, equal to those of the file
    left_out: tuple[str, ...] = ()  # sheets of a workbook after the first one
    note: str = ""  # how the columns of a table were found


class Reading(TypedDict, total=False):
    """Options to read a file that its name and first line do not determine."""

    form: str | None  # the name of its format
    # The two texts of a ladder, one sentence per line, in the order of the ladder; the Chinese one
    # is recognised by its characters. The numbers of a ladder are ignored: they are costs in
    # Vecalign, scores in Hunalign.
    texts: tuple[Path, Path] | None
    columns: Mapping[str, str] | None  # the names of columns in a table, by ours


def import_file(
    store: Store,
    path: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
    **reading: Unpack[Reading],
) -> ImportReport:
    """Import one file (or folder of InterText files) into a corpus.

    :param replace: replace briefings with the same ids, and their verdicts.
    """
    with unpacked(path) as file:
        source = _Source(file, reading)
        done = _import(store, source, replace=replace, progress=progress or (lambda *_: None))
    return dataclasses.replace(done, file=path)


def check_file(path: Path, **reading: Unpack[Reading]) -> None:
    """Raise the first error of a file, or of a ladder and its texts, before a corpus is created."""
    with unpacked(path) as file:
        source = _Source(file, reading)
        for _briefing in build.Validation(source.form in TABLES).read(source.read(), file):
            pass


class _Source:
    """A file to import: the name of its format, and how to read it from its first bead."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path, self.form = path, "ladder"
        self._texts, self._columns = reading.get("texts"), reading.get("columns")
        if not self._texts:
            named = "tsv" if self._columns and path.suffix in TABS else None
            self._row = find_format(path, reading.get("form") or named)
            self.form = self._row.name
            if self._columns and self.form not in TABLES:
                raise FormatError(
                    N_("{name}: {form} has no columns; remove --columns"),
                    name=path.name,
                    form=self.form,
                )

    def read(self) -> Iterator[FileRecord]:
        if self._texts:
            return read_ladder_with_texts(self.path, *self._texts)
        return self._row.read(self.path, self._columns)

    def note(self) -> str:
        """Return what the user should know of how the columns of a table were found, or ''."""
        if self.form == "xlsx":
            return xlsx.note_header(self.path, self._columns)
        if self.form == "jsonl":
            return jsonl.note_header(self.path, self._columns)
        if self.form == "lfaligner":
            return tsv.note_first_line(self.path)
        return tsv.note_header(self.path, self._columns) if self.form in ("tsv", "csv") else ""

    def build(
        self, store: Store, name: str, pairs: Sequence[BeadRecord]
    ) -> tuple[Briefing, dict[int, BeadRow]]:
        """Make a briefing of its beads, with its file in the notes, and its rows."""
        file = (f"Imported from {self.path.name} ({self.form})",)
        briefing = build.build_briefing(name, pairs, f"import:{self.form}", file)
        return briefing, build.carry_decisions(store, briefing, pairs)


def _import(store: Store, source: _Source, *, replace: bool, progress: Progress) -> ImportReport:
    found = build.Validation(source.form in TABLES)
    present: set[str] = set()
    for name, pairs in found.read(source.read(), source.path):
        progress(found.beads, 0)
        if not replace and store.state(name):
            _check_stored(store, source, name, pairs)
            present.add(name)
    beads, done, new_ids, untranslated = 0, 0, 0, 0
    for name, pairs in build.group_by_briefing(source.read(), source.path):
        done += len(pairs)
        if name not in present:
            briefing, rows = source.build(store, name, pairs)
            beads += len(pairs)
            untranslated += sum(not (pair.zh and pair.en) for pair in pairs)
            new_ids += sum(rows[at].id != pair.id for at, pair in enumerate(pairs))
            aside = _other_columns(rows, pairs)
            if aside:  # before the briefing: a resumed import skips stored briefings
                store.set_preference("", aside_name(name), _to_json(aside))
            stated = _stated_facts(pairs)
            store.save(briefing, address=f"import:{name}", carried=rows, facts=stated)
        progress(done, found.beads)
    return ImportReport(
        file=source.path,
        format=source.form,
        briefings=tuple(name for name in found.briefings if name not in present),
        beads=beads,
        missing=found.missing,
        new_ids=new_ids,
        untranslated=untranslated,
        kept=len(present),
        left_out=xlsx.list_other_sheets(source.path) if source.form == "xlsx" else (),
        note=source.note(),
    )


def _check_stored(store: Store, source: _Source, name: str, pairs: Sequence[FileRecord]) -> None:
    """Raise :exc:`FormatError` if the briefing of that name in the corpus is another one."""
    if not _is_stored(store, *source.build(store, name, pairs)):
        raise FormatError(
            N_(
                "{name}: the corpus already has briefing {briefing} with other beads or "
                "decisions; re-import an edited table with --update, or replace the "
                "briefing with --replace"
            ),
            name=source.path.name,
            briefing=name,
        )


def _other_columns(
    rows: Mapping[int, BeadRow], pairs: Sequence[FileRecord]
) -> dict[str, dict[str, object]]:
    """Return the columns that only the file knows, by id of a bead, and ids that were replaced."""
    aside: dict[str, dict[str, object]] = {}
    for row, pair in zip(rows.values(), pairs, strict=True):
        columns = dict(pair.aside)
        if pair.id not in (None, row.id):
            columns["id"] = pair.id
        if columns:
            aside[row.id] = columns
    return aside


def _to_json(values: object) -> object:
    """Return values in a form that JSON supports: Parquet has times, bytes and NaN."""
    text = json.dumps(values, default=to_text)
    return json.loads(text, parse_constant=lambda _nan: None)


def _stated_facts(pairs: Sequence[BeadRecord]) -> dict[str, str]:
    """Return the facts of a file about a briefing that its documents cannot hold."""
    known = [pair.provenance for pair in pairs]
    times = [one.retrieved for one in known if one.retrieved]
    retrieved = max(times).isoformat() if times else ""
    licences = "; ".join({one.licence: None for one in known if one.licence})  # each binds
    facts = {"licence": licences, "retrieved": retrieved}
    sides = [{one.sources[language]: None for one in known} for language in LANGUAGES]
    if any(len(side.keys() - {""}) > 1 for side in sides):
        sources = [*sides[0], *(source for source in sides[1] if source not in sides[0])]
        facts["source"] = "; ".join(filter(None, sources[:MOST_SOURCES]))
    return {name: value for name, value in facts.items() if value}


def aside_name(briefing_id: str) -> str:
    """Return the setting that keeps the columns of another tool's file, by id of a bead."""
    return build.shorten_name(f"aside {briefing_id}")


def _is_stored(store: Store, briefing: Briefing, rows: Mapping[int, BeadRow]) -> bool:

    def plain(briefing: Briefing) -> Briefing:  # the notes of its documents name the file
        zh, en = replace(briefing.zh, notes=()), replace(briefing.en, notes=())
        return replace(briefing, zh=zh, en=en)

    return plain(store.briefing(briefing.id)) == plain(briefing) and all(
        (row.id, row.zh_edit, row.en_edit, row.reviewer, row.note, row.crossing)
        == (new.id, new.zh_edit, new.en_edit, new.reviewer, new.note, new.crossing)
        for row, new in zip(store.rows(briefing.id), rows.values(), strict=True)
    )
