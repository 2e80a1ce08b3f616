"""Optional dependencies: the table of extras, and the command that installs a missing one.

Code that needs an extra calls :func:`require` before it starts work, so a missing package is
reported at once, with the command that installs it.
"""

import importlib.util
from dataclasses import dataclass

from .errors import AlignError


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
    Extra("parquet", ("pyarrow", "pandas"), "Parquet files and data frames"),
    Extra("postgres", ("psycopg",), "a corpus in PostgreSQL"),
    Extra("cluster", ("distributed",), "adding many briefings on several machines"),
    Extra("mcp", ("mcp",), "the corpus for a language model"),
    Extra("login", ("streamlit", "authlib"), "people log in on the page"),
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
        raise error(f"{subject}: missing {row.missing_packages}; run {row.install}")


def require_package(package: str, subject: str) -> None:
    """Check that a package outside the extras is installed.

    :param subject: the call that needs it, for the message.
    :raises AlignError: if it is missing; the message gives the command that installs it.
    """
    if not is_installed(package):
        raise AlignError(f"{subject}: missing {package}; run pip install {package}")
