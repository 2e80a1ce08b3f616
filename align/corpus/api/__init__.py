"""The public API behind ``import align``: ``align.align``, beads as tables.

``docs/reference/python.md`` is made from its docstrings by ``scripts/python_docs.py``.
"""

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ...aligner.encoders import DEFAULT, Encoder, load_configured
from ...aligner.encoders.objects import wrap_object
from ...aligner.match import LookUp, Side, match
from ...aligner.match.long_texts import Report
from ...aligner.text.strings import shorten
from ...errors import N_, AlignError, Message, TextError
from ...extras import require, require_package
from ...records import GAP, LANGUAGE_NAMES, BeadRecord, Language, Pair, Role, Sides, Status
from ...settings import Settings
from ...sources.ingest.plain_text import PlainText, check_languages, cut_lines, make_text
from ..notes import note_odd_texts
from .calibration import TRAINED_WITH, EncoderCalibration, find_calibration
from .progress import StageLines

if TYPE_CHECKING:
    import datasets  # type: ignore[import-untyped] # has no types
    import pandas as pd
    from sentence_transformers import SentenceTransformer

Texts = str | Iterable[str]

Source = str | os.PathLike[str]
"""A URL or a path."""

_SHOWN = 20  # beads that a notebook shows
_SHORT = 24  # characters of a text in the repr of a bead

COLUMNS = ("zh", "en", "zh_index", "en_index", "probability", "type")
"""The columns of every table of beads."""

CORPUS_COLUMNS = (
    "id",
    "briefing",
    "date",
    "speaker",
    "role",
    *COLUMNS,
    "status",
    "reviewer",
    "source_zh",
    "source_en",
    "licence",
    "note",
)
"""The columns of a table of beads from a corpus."""


@dataclass(frozen=True, slots=True, repr=False)
class AlignedBead:
    """A bead of two texts.

    ``zh_index`` and ``en_index`` count the sentences of each text from 0. ``probability`` is
    calibrated: of the beads given 0.9, nine in ten are right (:attr:`AlignmentResult.calibrated`).
    """

    zh: str
    en: str
    zh_index: tuple[int, ...]
    en_index: tuple[int, ...]
    probability: float | None

    @property
    def type(self) -> str:
        """How many sentences of each side it joins, Chinese first: ``1-2``."""
        return f"{len(self.zh_index)}-{len(self.en_index)}"

    def __repr__(self) -> str:
        chance = "" if self.probability is None else f", {self.probability:.2f}"
        texts = f"{shorten(self.zh, _SHORT)!r} | {shorten(self.en, 2 * _SHORT)!r}"
        return f"<{type(self).__name__} {self.type}{chance}: {texts}>"


@dataclass(frozen=True, slots=True, repr=False)
class CorpusBead(AlignedBead):
    """A bead of a corpus, as reviewers left it.

    ``source`` has the URL of each page, or the user's replacement for it: ``bead.source.en``.
    """

    id: str
    briefing: str
    date: dt.date | None
    speaker: str
    role: Role
    status: Status
    reviewer: str
    source: Sides[str]
    licence: str
    note: str

    @classmethod
    def of(cls, bead: BeadRecord) -> "CorpusBead":
        """Return a bead of a corpus as the public API shows it."""
        pair, provenance, verdict = bead.pair, bead.provenance, bead.verdict
        return cls(
            zh=pair.texts.zh,
            en=pair.texts.en,
            zh_index=pair.index.zh,
            en_index=pair.index.en,
            probability=pair.probability,
            id=bead.id or "",
            briefing=provenance.briefing,
            date=provenance.date,
            speaker=provenance.speaker,
            role=provenance.role,
            status=verdict.status,
            reviewer=verdict.reviewer,
            source=provenance.sources,
            licence=provenance.licence,
            note=verdict.note,
        )

    @property
    def source_zh(self) -> str:
        """The source of the Chinese text."""
        return self.source.zh

    @property
    def source_en(self) -> str:
        """The source of the English text."""
        return self.source.en


class BeadTable:
    """Beads as a table of pandas or datasets, or as a translation memory."""

    columns: ClassVar[tuple[str, ...]] = COLUMNS

    if TYPE_CHECKING:  # a field of one child, computed by the others

        @property
        def beads(self) -> Sequence[AlignedBead]:
            """The beads, in order."""

    def _records(self) -> Iterable[BeadRecord]:
        """Return the beads as records for a translation memory."""
        raise NotImplementedError

    def to_pandas(self) -> "pd.DataFrame":
        """Return a row for each bead.

        :raises AlignError: when pandas is not installed.
        """
        require("parquet", "to_pandas()")
        import pandas as pd

        return pd.DataFrame(self._values())

    def to_dataset(self) -> "datasets.Dataset":
        """Return a row for each bead as a ``datasets.Dataset``.

        :raises AlignError: when datasets is not installed.
        """
        require_package("datasets", "to_dataset()")
        import datasets

        return datasets.Dataset.from_dict(self._values())

    def to_tmx(self, path: str | os.PathLike[str]) -> Path:
        """Write a translation memory, in place of one that is there; return its path.

        :raises AlignError: when it cannot be written.
        """
        from ..exchange.atomic_write import staged_file  # imports lxml
        from ..exchange.formats import ExportHeader, find_format
        from ..exchange.formats.record import FileRecord

        tmx, header = find_format("tmx").load(), ExportHeader()
        place = to_path(path, "path")
        with staged_file(place) as file:
            held = (tmx.project_bead(FileRecord.of(bead), header) for bead in self._records())
            # Without a checksum: such a file is for another tool, and does not come back.
            tmx.write((replace(bead, checksum=None) for bead in held if bead), file, header)
        return place

    def _values(self) -> dict[str, list[Any]]:
        def plain(value: object) -> object:
            return list(value) if isinstance(value, tuple) else value

        beads = self.beads
        return {name: [plain(getattr(bead, name)) for bead in beads] for name in self.columns}


class BeadSequence(BeadTable):
    """Beads of one alignment, counted from 0."""

    def __len__(self) -> int:
        return len(self.beads)

    def __iter__(self) -> Iterator[AlignedBead]:
        return iter(self.beads)

    def __getitem__(self, place: int) -> AlignedBead:
        return self.beads[place]

    def _repr_html_(self) -> str:
        """Return the first beads as a table, for notebooks."""
        lines = [
            f"<p>{escape(repr(self))}</p>",
            "<table><tr><th></th><th>zh</th><th>en</th><th>probability</th></tr>",
        ]
        for place, bead in enumerate(self.beads[:_SHOWN]):
            chance = "" if bead.probability is None else f"{bead.probability:.2f}"
            cells = (str(place), escape(bead.zh), escape(bead.en), chance)
            lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
        lines.append("</table>")
        more = len(self.beads) - _SHOWN
        if more > 0:
            lines.append(f"<p>and {more:,} more</p>")
        return "".join(lines)


def to_path(value: object, name: str) -> Path:
    """Return a path that the caller gave as text or path.

    :raises TypeError: when it is something else.
    """
    if isinstance(value, (str, os.PathLike)) and isinstance(os.fspath(value), str):
        return Path(value)
    raise TypeError(f"{name} is {describe(value)}; expected a str or a Path")


def describe(value: object) -> str:
    """Return a description of a value that the caller passed, for the message of a TypeError.

    >>> describe(None), describe([1]), describe("zh")
    ('None', 'a list', "a str ('zh')")
    """
    if value is None:
        return "None"
    name = type(value).__name__
    shown = f" ({str(value)[:40]!r})" if isinstance(value, (str, bytes, int, float)) else ""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}{shown}"


@dataclass(frozen=True, repr=False)
class AlignmentResult(BeadSequence):
    """The beads of two texts, in order, each sentence in exactly one.

    ``zh`` and ``en`` are the sentences that the indices of the beads count; ``signature`` names
    the model and the encoder. ``calibrated`` is false if the probabilities were fitted with another
    encoder (:func:`align.calibrate` fits them to this one). ``notes`` say what is odd: most of a
    text has no translation, repeats itself, or is not English. ``pair`` and ``error`` are set by
    :func:`align.align_many`: the number of the pair, and why it could not be aligned.
    """

    beads: tuple[AlignedBead, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    signature: str = ""
    calibrated: bool = True
    notes: tuple[str, ...] = ()
    pair: int = 0
    error: AlignError | None = None

    def _records(self) -> Iterator[BeadRecord]:
        for bead in self.beads:
            index = Sides(bead.zh_index, bead.en_index)
            pair = Pair(Sides(bead.zh, bead.en), None, index, bead.probability)
            yield BeadRecord(None, pair)

    def __repr__(self) -> str:
        if self.error is not None:
            return f"<AlignmentResult: {self.error}>"
        return (
            f"<AlignmentResult: {len(self.beads)} beads of {len(self.zh)} Chinese and "
            f"{len(self.en)} English sentences>"
        )


def align(
    zh: Texts,
    en: Texts,
    *,
    encoder: "str | Encoder | SentenceTransformer" = DEFAULT,
    progress: bool | Report = False,
) -> AlignmentResult:
    """Align two texts, or two lists of sentences, Chinese first.

    A text is cut into sentences, and a line of it is a paragraph; sentences in a list (tuple,
    generator, array, Series) are taken as they are.

    :param encoder: a name from ``align encoders``, a sentence-transformers model or its name or
        folder, or any object with ``encode``, which takes a list of texts and returns one vector
        for each (``docs/howto/python.md``).
    :param progress: for texts of more than 12,000 sentences, report to standard error every ten
        seconds, or call this function with what was done to sentences, how many are done, and of
        how many.
    :raises TypeError: when one side is a text and the other a list, or something else is wrong.
    :raises AlignError: when a side or a sentence is empty, a side is in the wrong language, or
        the encoder cannot be loaded.
    """
    chosen = find_encoder(encoder)
    calibration = find_calibration(chosen.signature)
    report: Report | None = None
    if callable(progress):
        report = progress
    elif progress:
        report = StageLines()
    return align_texts(*read_texts(zh, en), chosen, calibration, report)


def read_texts(zh: object, en: object) -> tuple[PlainText, PlainText]:
    """Return two texts as sentences, cut if they are not lists of sentences.

    :raises TypeError: when one side is a text and the other a list, or something else.
    :raises TextError: when a side or a sentence is empty.
    """
    if isinstance(zh, str) != isinstance(en, str):
        raise TypeError(
            f"zh is {describe(zh)} and en is {describe(en)}; expected two texts, or two lists of "
            "sentences"
        )
    return _read_side(zh, "zh"), _read_side(en, "en")


def align_texts(
    left: PlainText,
    right: PlainText,
    encoder: Encoder,
    calibration: EncoderCalibration | None,
    report: Report | None = None,
    look_up: LookUp | None = None,
) -> AlignmentResult:
    """Align two texts that were cut, Chinese first.

    :param calibration: corrects the probabilities of the encoder.
    :param report: reports the progress of long texts.
    :param look_up: looks up the words of both texts; by default, this process does.
    :raises TextError: when a side is in the wrong language.
    """
    check_languages(left, right)
    zh, en = left.side.sentences, right.side.sentences
    found = match(left.side, right.side, encoder, report, look_up).alignment
    beads = (
        AlignedBead(
            zh=GAP["zh"].join(zh[index] for index in bead.zh),
            en=GAP["en"].join(en[index] for index in bead.en),
            zh_index=bead.zh,
            en_index=bead.en,
            probability=calibration.apply(bead.probability) if calibration else bead.probability,
        )
        for bead in found.beads
    )
    calibrated = calibration is not None or encoder.signature.startswith(TRAINED_WITH)
    notes = note_odd_texts(Sides(zh, en), found.beads)
    return AlignmentResult(tuple(beads), zh, en, found.signature, calibrated, notes)


def _read_side(value: object, language: Language) -> PlainText:
    if isinstance(value, str):
        _check_is_no_file(value, language)
        return make_text(language, cut_lines(value), language, presegmented=False)
    unordered = isinstance(value, (bytes, bytearray, Mapping, Set, os.PathLike))
    if unordered or not isinstance(value, Iterable) or getattr(value, "ndim", 1) != 1:
        raise TypeError(f"{language} is {describe(value)}; expected a text or a list of sentences")
    sentences = []
    for number, item in enumerate(value):
        if not isinstance(item, str):
            name = f"{language}[{number}]"
            raise TypeError(f"{name} is {describe(item)}; expected a sentence, a str")
        sentences.append(item.strip())
    if not sentences:
        raise TextError(
            N_("{language}: empty; give the {name} sentences"),
            language=language,
            name=Message(LANGUAGE_NAMES[language]),
        )
    if "" in sentences:
        raise TextError(
            N_("{language}[{index}] is empty; remove it"),
            language=language,
            index=sentences.index(""),
        )
    return PlainText(language, Side(tuple(sentences)))


def _check_is_no_file(text: str, language: Language) -> None:
    """Raise :exc:`TextError` if a text is a file name: that of a file, or with a known suffix."""
    suffix = Path(text).suffix.lower() if len(text.split()) == 1 else ""
    if (suffix and _has_reader(suffix)) or os.path.isfile(text):  # noqa: PTH113 # Path.is_file raises for long texts
        raise TextError(
            N_("{language}: {name!r} looks like a file name; read the file and pass its text"),
            language=language,
            name=text,
        )


def _has_reader(suffix: str) -> bool:
    from ...sources.readers import READERS  # the readers take 0.25 s to import

    return suffix in READERS


_OWN_ENCODERS = Encoder.__module__.rpartition(".")[0]
_load = lru_cache(maxsize=2)(load_configured)  # an encoder serves many texts


def find_encoder(value: object) -> Encoder:
    """Return the encoder that the caller named or passed.

    :raises TypeError: the value is not an encoder.
    :raises EncoderError: the encoder cannot be loaded.
    """
    if isinstance(value, (str, os.PathLike)):
        return _load(replace(Settings.from_environment(), encoder=str(value)))
    if any(kind.__name__ == "SentenceTransformer" for kind in type(value).__mro__):
        from ...aligner.encoders.transformers import wrap  # loads torch, as its maker did

        return wrap(cast("SentenceTransformer", value))
    if type(value).__module__.startswith(_OWN_ENCODERS):
        return cast(Encoder, value)
    if isinstance(value, type) or not callable(getattr(value, "encode", None)):
        raise TypeError(
            f"encoder is {describe(value)}; expected the name of an encoder, a "
            "SentenceTransformer, or an object with encode(list of str)"
        )
    return wrap_object(value)
