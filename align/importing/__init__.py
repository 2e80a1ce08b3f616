"""Bring alignments of other tools into a corpus: files in, briefings with their beads out.

A file is read twice: once to find every fault in it, once to store it, so a faulty file leaves the
corpus as it was. Memory holds one briefing at a time. A file that names no briefings becomes
briefings of ``LONGEST`` beads.
"""

import dataclasses
import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Protocol

from .. import ladder as ladders
from ..errors import FormatError
from ..formats import FORMATS, Format, FormatModule
from ..formats.cuts import joined
from ..formats.lines import lines
from ..records import Briefing, Pair
from ..store import BeadRow
from ..store.origin import Origin
from .making import briefing, carried, first, keeps_id

LONGEST = 2000
"""Beads of a briefing made of a file that names none: what a reviewer can page through."""

READERS: dict[str, Format] = {
    **FORMATS,
    "lfaligner": Format("lfaligner", ".lfaligner", (".tab",), "LF Aligner's tab files"),
}
"""Name of a format that can be read -> where its module is."""

_SUFFIXES = {
    ".tmx": "tmx",
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".jsonl": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".xml": "tei",
    ".tsv": "tsv",
    ".tab": "lfaligner",
    ".txt": "lfaligner",
    ".zh": "moses",
    ".en": "moses",
}
_HAN = re.compile("[\u3400-\u9fff]")
_REPORTED = (
    "id",
    "date",
    "speaker",
    "zh_index",
    "probability",
    "source_zh",
    "signature",
)

Progress = Callable[[int], object]
"""Called with the number of beads stored so far."""


class Target(Protocol):
    """What import needs of a store."""

    def find(self, address: str, zh_digest: str = "", en_digest: str = "") -> str | None:
        """Give the id of the briefing with this address."""
        ...

    def state(self, briefing_id: str) -> str:
        """Name the state of a briefing; empty where there is none."""
        ...

    def save(
        self,
        briefing: Briefing,
        *,
        address: str,
        carried: Mapping[int, BeadRow] | None = None,
    ) -> None:
        """Store a briefing."""
        ...


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought. ``missing`` names what the file says of no bead at all.

    ``renumbered`` counts briefings whose sentence numbers had gaps, as in a filtered export.
    """

    file: Path
    format: str
    briefings: tuple[str, ...]
    beads: int
    missing: tuple[str, ...] = ()
    renumbered: int = 0
    new_ids: int = 0


def import_(
    store: Target,
    path: Path,
    *,
    form: str | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Bring one file (or folder of InterText files) into a corpus.

    :param form: the name of its format; found by its name and first line when left out.
    :param replace: let a briefing take the place of one with the same id, verdicts and all.
    :raises FormatError: when the file breaks its format, repeats an id, or brings a briefing that
        is there already; nothing was stored then.
    """
    row = _format(path, form)
    module = row.load()
    survey = _surveyed(module, path)
    for name in survey.briefings:
        if store.state(name) and not replace:
            raise FormatError(
                f"{path.name}: the corpus has a briefing {name} already; remove that one first, "
                "or import with --replace"
            )
    return _stored(store, row, path, _groups(module.read(path), path), survey, progress)


def import_ladder(
    store: Target,
    path: Path,
    first: Path,
    second: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Bring a ladder of Vecalign or Bertalign with its two texts, one sentence a line.

    The texts are in the order of the ladder; which is Chinese is found by its characters. The
    third number of a line is left aside: it is a cost in Vecalign and a probability in ours.

    :raises FormatError: when the ladder leaves out, repeats or invents a sentence, a text has a
        blank line, or both texts are in one language.
    """
    pairs = tuple(_ladder_pairs(path, first, second))
    survey = _Survey()
    for _, group in _groups(iter(pairs), path):
        survey.add(group)
    for name in survey.briefings:
        if store.state(name) and not replace:
            raise FormatError(f"{path.name}: was imported already; use --replace to do it again")
    row = Format("ladder", "", ("",), "a ladder with its texts")
    return _stored(store, row, path, _groups(iter(pairs), path), survey, progress)


def _ladder_pairs(path: Path, first: Path, second: Path) -> Iterator[Pair]:
    texts = [[_sentence(text, number, file) for number, text in lines(file)]
             for file in (first, second)]  # fmt: skip
    han = [bool(_HAN.search("".join(text))) for text in texts]
    if han[0] == han[1]:
        raise FormatError(f"{first.name} and {second.name}: one must be Chinese, one English")
    beads = ladders.read((text for _, text in lines(path)), name=path.name)
    ladders.check(beads, len(texts[0]), len(texts[1]), name=path.name)
    for bead in beads:
        sides = (bead.zh, bead.en) if han[0] else (bead.en, bead.zh)
        zh_texts, en_texts = texts if han[0] else reversed(texts)
        zh = joined([zh_texts[index] for index in sides[0]], "zh")
        en = joined([en_texts[index] for index in sides[1]], "en")
        yield Pair("", "", zh=zh, en=en, zh_raw=zh, en_raw=en, zh_index=sides[0], en_index=sides[1])


def _sentence(text: str, number: int, path: Path) -> str:
    if not text.strip():
        raise FormatError(f"{path.name}, line {number}: blank; every line must be a sentence")
    return text.strip()


def _format(path: Path, form: str | None) -> Format:
    """Find the format of a file.

    :raises FormatError: when its name says nothing we know.
    """
    if not path.exists() and not Path(f"{path}.zh").is_file():
        raise FormatError(f"{path}: no such file")
    name = form or _guess(path)
    row = READERS.get(name)
    if row is None:
        raise FormatError(
            f"{path}: cannot tell its format; say --format with one of {', '.join(READERS)}"
        )
    return row


def _guess(path: Path) -> str:
    if path.is_dir():
        return "tei"
    if not path.exists():
        return "moses"
    name = _SUFFIXES.get(path.suffix.lower(), "")
    if name == "tsv":
        _, head = next(lines(path), (0, ""))
        return "tsv" if {"zh", "en"} <= set(head.split("\t")) else "lfaligner"
    return name


@dataclass(slots=True)
class _Survey:
    """What the first reading of a file found."""

    beads: int = 0
    briefings: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    renumbered: int = 0

    def add(self, pairs: Sequence[Pair]) -> None:
        self.beads += len(pairs)
        self.briefings.append(pairs[0].briefing)
        self.renumbered += not _gapless(pairs)
        for pair in pairs:
            self.said.update(
                name for name in _REPORTED if getattr(pair, name) not in ("", (), None)
            )


def _gapless(pairs: Sequence[Pair]) -> bool:
    """Say whether the sentence numbers, where there are any, run from 0 without a gap."""
    for numbers in ([n for p in pairs for n in p.zh_index], [n for p in pairs for n in p.en_index]):
        if sorted(numbers) != list(range(len(numbers))):
            return False
    return True


def _surveyed(module: FormatModule, path: Path) -> _Survey:
    """Read a whole file without storing anything.

    :raises FormatError: naming what is wrong with it.
    """
    survey = _Survey()
    ids: set[bytes] = set()
    for name, pairs in _groups(module.read(path), path):
        if name in survey.briefings:
            raise FormatError(f"{path.name}: the beads of briefing {name} do not stand together")
        for pair in pairs:
            key = hashlib.blake2b(pair.id.encode(), digest_size=8).digest()
            if pair.id and key in ids:
                raise FormatError(f"{path.name}: the id {pair.id!r} stands there twice")
            ids.add(key)
            _check_indices(pair, path)
        survey.add(pairs)
    if not survey.beads:
        raise FormatError(f"{path.name}: no bead in it")
    return survey


def _check_indices(pair: Pair, path: Path) -> None:
    for numbers in (pair.zh_index, pair.en_index):
        if list(numbers) != sorted(set(numbers)):
            raise FormatError(f"{path.name}: bead {pair.id!r} has the sentences {list(numbers)}")


def _groups(pairs: Iterator[Pair], path: Path) -> Iterator[tuple[str, list[Pair]]]:
    """Yield (briefing, its beads); beads without a briefing are cut into portions."""
    for name, group in groupby(pairs, key=lambda pair: pair.briefing):
        if name:
            yield name, list(group)
            continue
        for number, portion in enumerate(_portions(group), start=1):
            made = _made_name(path, number, portion)
            yield made, [_named(pair, made) for pair in portion]


def _portions(pairs: Iterator[Pair]) -> Iterator[list[Pair]]:
    while portion := list(islice(pairs, LONGEST)):
        yield portion


def _made_name(path: Path, number: int, pairs: Sequence[Pair]) -> str:
    """Name a portion by its file and its text, the same each time."""
    sha = hashlib.sha256()
    for pair in pairs:
        sha.update(f"{pair.zh}\x00{pair.en}\x01".encode("utf-8", "surrogatepass"))
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:20].strip("-")
    return f"{stem or 'import'}-{number}-{sha.hexdigest()[:8]}"


def _named(pair: Pair, briefing: str) -> Pair:
    return dataclasses.replace(pair, briefing=briefing)


def _stored(
    store: Target,
    row: Format,
    path: Path,
    groups: Iterable[tuple[str, list[Pair]]],
    survey: _Survey,
    progress: Progress | None,
) -> Imported:
    beads = new_ids = 0
    for name, pairs in groups:
        origin = Origin(f"{path.name} ({row.name})", _latest(pairs), first(pairs, "licence"))
        made = briefing(name, pairs, f"import:{row.name}", origin.notes())
        store.save(made, address=f"import:{name}", carried=carried(made, pairs))
        beads += len(pairs)
        new_ids += sum(not keeps_id(pair) for pair in pairs)
        if progress is not None:
            progress(beads)
    missing = tuple(name for name in _REPORTED if not survey.said[name])
    return Imported(
        path, row.name, tuple(survey.briefings), beads, missing, survey.renumbered, new_ids
    )


def _latest(pairs: Sequence[Pair]) -> dt.datetime | None:
    return max((pair.retrieved for pair in pairs if pair.retrieved), default=None)
