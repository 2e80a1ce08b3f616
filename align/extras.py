"""Optional parts of the package: its extras, and the plug-ins that other packages bring.

Code that needs an extra calls :func:`require` before it starts work, so a missing package costs no
time and is reported with the command that installs it.

Sites, readers, formats, encoders and commands are each a :class:`Table`. Another package adds a row
with an entry point in the group ``briefing_align.sites`` and so on; ``docs/howto/plugins.md`` shows
how.
"""

import functools
import importlib.util
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .errors import N_, AlignError, Message

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Extra:
    """One extra of ``pyproject.toml``: its name, the modules it installs, and its purpose."""

    name: str
    modules: tuple[str, ...]
    purpose: str

    @property
    def install(self) -> str:
        """The command that installs it."""
        return f'pip install "briefing-align[{self.name}]"'

    @property
    def missing(self) -> tuple[str, ...]:
        """The modules that are not installed; this check imports none of them."""
        return tuple(module for module in self.modules if not is_installed(module))

    @property
    def missing_packages(self) -> str:
        """The names of the missing packages, separated by commas."""
        return ", ".join(self.missing).replace("_", "-")


_TABLE = (
    Extra("page", ("streamlit", "altair", "babel", "pandas"), "the review page in the browser"),
    Extra("serve", ("starlette", "uvicorn"), "a translation memory over HTTP"),
    Extra("parquet", ("pyarrow", "pandas"), "Parquet files and data frames"),
    Extra("postgres", ("psycopg",), "a corpus in PostgreSQL"),
    Extra("cluster", ("distributed",), "aligning on several processors or machines"),
    Extra("mcp", ("mcp",), "access for language models"),
    Extra("login", ("streamlit", "authlib"), "login on the review page"),
    Extra("peers", ("galechurch",), "the engine 'galechurch'"),
    Extra("transformers", ("sentence_transformers", "torch"), "encoders such as LaBSE"),
    Extra("bertalign", ("bertalign",), "the engine 'bertalign', Python 3.12 or newer"),
)

EXTRAS = {extra.name: extra for extra in _TABLE}
"""Extra by name."""


def is_installed(module: str) -> bool:
    """Return whether a module can be imported, without importing it."""
    return importlib.util.find_spec(module) is not None


def require(extra: str, subject: str, *, error: type[AlignError] = AlignError) -> None:
    """Check that an extra is installed.

    :param extra: its name in :data:`EXTRAS`.
    :param subject: the option, command or call that needs it, for the message.
    :param error: the class of the error to raise.
    :raises AlignError: if a module is missing; the message gives the command that installs it.
    """
    row = EXTRAS[extra]
    if row.missing:
        raise error(
            N_("{subject}: missing {packages}; run {install}"),
            subject=subject,
            packages=row.missing_packages,
            install=row.install,
        )


def require_package(package: str, subject: str) -> None:
    """Check that a package outside the extras is installed.

    :param subject: the call that needs it, for the message.
    :raises AlignError: if it is missing; the message gives the command that installs it.
    """
    if not is_installed(package):
        raise AlignError(
            N_("{subject}: missing {package}; run pip install {package}"),
            subject=subject,
            package=package,
        )


def import_part(
    module: str, package: str | None, subject: str, *, error: type[AlignError] = AlignError
) -> ModuleType:
    """Import the module that a row of a table names; it may belong to a plug-in.

    :param package: the package that a relative name counts from.
    :param subject: what needs the module, for the message.
    :param error: the class to raise.
    :raises AlignError: the module cannot be imported.
    """
    try:
        return import_module(module, package)
    except ImportError as fault:
        raise error(
            N_("{subject}: {module} cannot be imported ({fault})"),
            subject=subject,
            module=module,
            fault=_on_one_line(fault),
        ) from fault


Row = TypeVar("Row")

GROUP = "briefing_align."
"""Entry points of these groups are plug-ins; the name of a table follows."""

# Names that need no quotes on a command line. Those of readers are suffixes, such as ``.adoc``.
_NAME = re.compile(r"\.?[a-z0-9][a-z0-9_-]*")
_LONGEST = 300  # characters of the reason why a plug-in is not used


@dataclass(frozen=True, slots=True)
class Plugin:
    """A row that another package offers for a table."""

    table: str
    name: str
    package: str  # name and version
    problem: str = ""  # why it is not used, empty if it is


class Table(Mapping[str, Row], Generic[Row]):
    """Rows by name: those of this package in their order, then those of installed plug-ins.

    Rows of this package are found without reading plug-ins. Plug-ins are looked up when another
    name or all names are requested, and each is imported only then. A plug-in that cannot be used
    is reported once, in a warning of one line, and is not in the table. A plug-in cannot take a
    name of this package; if two plug-ins have the same name, the package that sorts first gets it.
    """

    def __init__(
        self,
        table: str,
        own: dict[str, Row],
        find_fault: Callable[[str, object], str],
        packages: Callable[[], "tuple[Distribution, ...]"] | None = None,
    ) -> None:
        """Make a table.

        :param table: its name, which is the end of the group of entry points.
        :param own: the rows of this package.
        :param find_fault: returns why an object cannot be the row of a name, empty if it can.
        :param packages: finds installed packages with plug-ins; by default those of this Python.
        """
        self.own = own
        self._table = table
        self._find_fault = find_fault
        self._packages = packages or find_packages
        self._offers: dict[str, EntryPoint] | None = None
        self._loaded: dict[str, Row | None] = {}  # None: not usable
        self._loading: list[str] = []
        self._cycles: set[str] = set()
        self._plugins: list[Plugin] = []
        self._lock = RLock()  # the page and the servers ask from several threads

    def __getitem__(self, name: str) -> Row:
        if name in self.own:
            return self.own[name]
        row = self._find(name)
        if row is None:
            raise KeyError(name)
        return row

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        for name in self.offers():
            if self._find(name) is not None:
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def offers(self) -> dict[str, str]:
        """Return the package behind the name of each plug-in; none is imported."""
        return {name: _package_of(offer) for name, offer in self._look_up().items()}

    def plugins(self) -> tuple[Plugin, ...]:
        """Import every plug-in of this table; return them, and those that cannot be used."""
        for name in self.offers():
            self._find(name)
        return tuple(self._plugins)

    def _find(self, name: str) -> Row | None:
        """Return the row of a plug-in, or ``None`` if there is none that can be used."""
        with self._lock:
            offer = self._look_up().get(name)
            if offer is None:
                return None
            if name in self._loading:
                self._cycles.add(name)
                return None
            if name not in self._loaded:
                self._loading.append(name)
                try:
                    self._loaded[name] = self._load(name, offer)
                finally:
                    self._loading.remove(name)
            return self._loaded[name]

    def _load(self, name: str, offer: "EntryPoint") -> Row | None:
        row: object = None
        try:
            row = offer.load()
            problem = self._find_fault(name, row)
        except (Exception, SystemExit) as fault:  # noqa: BLE001 # code of others raises anything
            problem = f"{offer.value} cannot be loaded ({_on_one_line(fault)})"
        if name in self._cycles:
            problem = f"{offer.value} uses the table of {self._table} while it is imported"
        self._note(offer, problem)
        return None if problem else cast(Row, row)

    def _look_up(self) -> "dict[str, EntryPoint]":
        """Return the entry point of each name, without those whose name cannot be used."""
        with self._lock:
            if self._offers is None:
                self._offers = {}
                for offer in self._read_entry_points():
                    if problem := self._find_fault_of_name(offer):
                        self._note(offer, problem)
                    else:
                        self._offers[offer.name] = offer
            return self._offers

    def _read_entry_points(self) -> "list[EntryPoint]":
        offers: list[EntryPoint] = []
        for package in self._packages():
            try:
                offers += package.entry_points.select(group=GROUP + self._table)
            except Exception as fault:  # noqa: BLE001 # a damaged file raises nearly anything
                logger.warning(
                    "plug-ins of %s are ignored: entry_points.txt cannot be read (%s)",
                    _on_one_line(package.name),
                    _on_one_line(fault),
                )
        return sorted(offers, key=lambda offer: (offer.name, _package_of(offer)))

    def _find_fault_of_name(self, offer: "EntryPoint") -> str:
        if not _NAME.fullmatch(offer.name):
            return "its name may hold only a-z, 0-9, _ and -"
        if offer.name in self.own:
            return "briefing-align already uses this name"
        if other := (self._offers or {}).get(offer.name):
            return f"{_package_of(other)} also uses this name"
        return ""

    def _note(self, offer: "EntryPoint", problem: str) -> None:
        """Record whether a plug-in can be used, and warn if it cannot."""
        name = _on_one_line(offer.name)
        self._plugins.append(Plugin(self._table, name, _package_of(offer), problem))
        if problem:
            logger.warning(
                "plug-in %s (%s, %s) is ignored: %s",
                name,
                self._table,
                _package_of(offer),
                _on_one_line(problem),
            )


class Selection(Mapping[str, Row], Generic[Row]):
    """The rows of a table that meet a condition, including those of plug-ins."""

    def __init__(self, rows: Mapping[str, Row], condition: Callable[[Row], bool]) -> None:
        self._rows = rows
        self._condition = condition

    def __getitem__(self, name: str) -> Row:
        row = self._rows[name]
        if not self._condition(row):
            raise KeyError(name)
        return row

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._rows if self._condition(self._rows[name]))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class PluginError(AlignError):
    """The code of a plug-in failed, or returned an invalid value."""

    code = "plugin.failed"


@contextmanager
def naming_plugin(
    name: str, part: str, *, passed: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Turn an exception of a plug-in's code into an error of one line that names the plug-in.

    The traceback is logged, and ``align --verbose`` shows it.

    :param part: what failed, such as a hook.
    :param passed: exceptions that the caller handles itself.
    :raises PluginError: if the block raises anything but an :class:`AlignError`.
    """
    try:
        yield
    except Exception as fault:
        if isinstance(fault, (AlignError, *passed)):
            raise
        logger.info("plug-in %s: %s failed", name, part, exc_info=True)
        raise PluginError(
            N_("plug-in {name}: {part} failed ({fault}); 'align --verbose' shows where"),
            name=name,
            part=part,
            fault=_on_one_line(fault),
        ) from fault


class PluginObject:
    """An object or module of a plug-in, whose functions name the plug-in if they fail.

    :param passed: exceptions that the caller handles itself.
    """

    def __init__(
        self, target: object, name: str, *, passed: tuple[type[Exception], ...] = ()
    ) -> None:
        self._target, self._name, self._passed = target, name, passed

    def __getattr__(self, attribute: str) -> Any:  # noqa: ANN401 # any attribute of the object
        value = getattr(self._target, attribute)
        if not callable(value):
            return value
        return name_failures(value, self._name, attribute, passed=self._passed)


def name_failures(
    function: Callable[..., Any],
    plugin: str,
    name: str = "",
    *,
    passed: tuple[type[Exception], ...] = (),
) -> Callable[..., Any]:
    """Return a function of a plug-in with errors that name the plug-in and the function.

    If it returns an iterator, errors of that are named, too.

    :param name: the name of the function, if it is not its own.
    :param passed: exceptions that the caller handles itself.
    """
    shown = name or getattr(function, "__name__", "function")
    part = Message(N_("function '{function}'"), function=shown)

    def call(*args: object, **options: object) -> object:
        with naming_plugin(plugin, part, passed=passed):
            found = function(*args, **options)
        return iterate(found) if isinstance(found, Iterator) else found

    def iterate(items: Iterator[object]) -> Iterator[object]:
        with naming_plugin(plugin, part, passed=passed):
            yield from items

    return call


def require_type(row: object, expected: type[object]) -> str:
    """Return what is wrong with the type of a plug-in's row, or nothing."""
    if isinstance(row, expected):
        return ""
    return f"expected an object of {expected.__name__}, got one of {type(row).__name__}"


@functools.cache
def find_packages() -> "tuple[Distribution, ...]":
    """Return the installed packages that offer plug-ins, each once, without importing any.

    This reads a small file of every installed package: some 20 ms where there are 220.
    """
    from importlib.metadata import distributions  # takes 20 ms to import

    found: dict[str, Distribution] = {}
    for package in distributions():
        try:
            if GROUP in (package.read_text("entry_points.txt") or ""):
                found.setdefault(package.name, package)  # the first on the path is imported
        except Exception:  # noqa: BLE001 # a damaged package that may be no plug-in at all
            continue
    return tuple(found.values())


def _package_of(offer: "EntryPoint") -> str:
    if offer.dist is None:
        return "a package without a name"
    return _on_one_line(f"{offer.dist.name} {offer.dist.version}")


def _on_one_line(text: object) -> str:
    """Return a text, or an exception with its kind, on one line of printable characters."""
    shown = f"{type(text).__name__}: {text}" if isinstance(text, BaseException) else str(text)
    line = " ".join(shown.split())[:_LONGEST]
    return "".join(char if char.isprintable() else "\ufffd" for char in line)
