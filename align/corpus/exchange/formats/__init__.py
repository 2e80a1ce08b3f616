"""The file formats of a corpus: one module each, imported when it is needed.

Every module keeps the contract of :class:`FormatModule`, and export and import build on nothing
else: ``read`` yields what ``write`` was given. What people read, or models learn from, has none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, cast

from ....errors import N_, UsageError
from ....extras import (
    EXTRAS,
    PluginObject,
    Selection,
    Table,
    import_part,
    require,
    require_type,
)
from ....records import Briefing, Language
from .record import FileRecord

# Default instruction to a chat model.
SYSTEM = "Translate from {source} into {target}."


@dataclass(frozen=True, slots=True)
class Machine:
    """Translations that a machine made of the beads, by id, into one language."""

    name: str
    language: Language
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExportHeader:
    """Settings that apply to a file as a whole."""

    format: str = ""
    _: KW_ONLY
    zh: str = "zh"  # the code to write (``zh-CN`` ...)
    en: str = "en"
    raw: bool = False  # include the original text next to the edited one
    context: int = 0  # number of preceding beads whose texts each record includes
    variant: str = ""  # one of the format's variants (:attr:`Format.variants`)
    system: str = SYSTEM  # instruction to a chat model
    machine: Machine | None = None  # machine translations that :mod:`.preferences` compares with
    title: str = ""  # title of a book
    pinyin: bool = False  # print pinyin over Chinese in a book
    briefing: Callable[[str], Briefing] | None = None  # for the headings of a book


class FormatModule(Protocol):
    """The functions of each module of this package."""

    def project_bead(self, bead: FileRecord, header: ExportHeader) -> FileRecord | None:
        """Return a bead reduced to what this format can hold, or ``None`` to skip it."""

    def write(self, beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
        """Write beads as ``project_bead`` returned them, one at a time."""

    def read(self, path: Path) -> Iterator[FileRecord]:
        """Yield the beads of a file one at a time."""


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table."""

    name: str
    module: str
    suffixes: tuple[str, ...]  # one for each file that it needs
    reader: str = "read"  # the function that reads it, if any
    variants: tuple[str, ...] = ()  # other forms in which it can be written
    book: bool = False
    extra: str = ""  # the extra that it needs (:mod:`align.extras`)
    written: bool = True  # others are only imported

    @property
    def suffix(self) -> str:
        """The default file ending; empty for a folder with one file per briefing."""
        return self.suffixes[0]

    def require_installed(self) -> None:
        """Check that the packages of the format are installed; import none.

        :raises AlignError: one is missing; the message has the command that installs it.
        """
        if self.extra:
            require(self.extra, f"format {self.name}")

    def load(self) -> FormatModule:
        """Import the module behind the name.

        :raises AlignError: a package that it needs is missing.
        """
        self.require_installed()
        module: object = import_part(self.module, __package__, f"format {self.name}")
        if self.name not in TABLE.own:
            module = PluginObject(module, self.name, passed=(OSError,))  # such as a full disk
        return cast(FormatModule, module)

    def read(self, path: Path, columns: Mapping[str, str] | None = None) -> Iterator[FileRecord]:
        """Yield the beads of a file, as :meth:`FormatModule.read` does.

        :param columns: the names of columns in a table, by ours.
        """
        read = getattr(self.load(), self.reader)
        return cast(Iterator[FileRecord], read(path, columns) if columns else read(path))

    def files(self, path: Path) -> tuple[Path, ...]:
        """Return the files that belong to an export at ``path``."""
        if len(self.suffixes) == 1:
            return (path,)
        stem = path.with_suffix("") if path.suffix in self.suffixes else path
        return tuple(stem.with_name(stem.name + suffix) for suffix in self.suffixes)


_LAYOUTS = ("under", "after")

_OWN = (
    Format("tmx", ".tmx", (".tmx",)),
    Format("xliff", ".xliff", (".xlf",), variants=("1.2",)),
    Format("tei", ".tei", ("",), variants=("intertext",)),
    Format("tsv", ".tsv", (".tsv",), variants=("spreadsheet",)),
    Format("xlsx", ".xlsx", (".xlsx",)),
    Format("jsonl", ".jsonl", (".jsonl",)),
    Format("parquet", ".parquet", (".parquet",), extra="parquet"),
    Format("moses", ".moses", (".zh", ".en", ".ids")),
    Format("chat", ".chat", (".chat.jsonl",), ""),
    Format("preferences", ".preferences", (".preferences.jsonl",), ""),
    Format("epub", ".book", (".epub",), "", _LAYOUTS, True),
    Format("html", ".book", (".html",), "", _LAYOUTS, True),
    Format("csv", ".tsv", (".csv",), written=False),
    Format("lfaligner", ".tsv", (".tab",), "read_lfaligner", written=False),
)


def _find_fault(name: str, row: object) -> str:
    """Return why an object of a plug-in cannot be the format of a name, or nothing."""
    if not isinstance(row, Format):
        return require_type(row, Format)
    if row.name != name:
        return f"its format is called {row.name!r}, its entry point {name!r}"
    if row.module.startswith("."):
        return f"module {row.module!r} must be an absolute name"
    if not isinstance(row.suffixes, tuple) or not row.suffixes:
        return f"suffixes is {row.suffixes!r}; expected a tuple of strings"
    if row.extra and row.extra not in EXTRAS:
        return f"briefing-align has no extra {row.extra!r}"
    return ""


TABLE: Table[Format] = Table("formats", {row.name: row for row in _OWN}, _find_fault)
"""Name to format, those of plug-ins among them."""

WRITTEN = Selection(TABLE, lambda row: row.written)
"""Every format that can be written, by name."""

FORMATS = Selection(TABLE, lambda row: row.written and row.reader != "")
"""The formats that are written and read, by name."""

READ = Selection(TABLE, lambda row: row.reader != "")
"""The formats that can be read, by name."""

BOOKS = Selection(TABLE, lambda row: row.book)
"""The formats that are written for people, by name."""


def find_format(name: str) -> Format:
    """Return the row of a format; raise :exc:`UsageError` if the format is unknown."""
    if name not in WRITTEN:
        near = get_close_matches(name, WRITTEN, 1)
        if near:
            raise UsageError(
                N_("{name!r}: unknown format (did you mean {near}?); use one of {names}"),
                name=name,
                near=near[0],
                names=WRITTEN,
            )
        raise UsageError(
            N_("{name!r}: unknown format; use one of {names}"), name=name, names=WRITTEN
        )
    return WRITTEN[name]
