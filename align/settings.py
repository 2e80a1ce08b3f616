"""The settings: default, help text, bounds and environment variable of each.

The table in ``docs/reference/settings.md`` has the same order.
"""

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from .errors import N_, AlignError


def _setting(default: Any, text: str, low: float = 0, high: float = float("inf")) -> Any:  # noqa: ANN401 # a field of any type, as in dataclasses.field
    return field(default=default, metadata={"help": text, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run; each stage takes only the values that it uses."""

    corpus: str = _setting("corpora/main", "corpus: a folder or a PostgreSQL URL")
    encoder: str = _setting("use", "encoder that compares sentences ('align encoders')")
    delay: float = _setting(5.0, "seconds between two requests to one host", 0, 3600)
    timeout: float = _setting(30.0, "maximum seconds for one step of a request", 1, 600)
    deadline: float = _setting(120.0, "maximum seconds for one page in total", 1, 3600)
    retries: float = _setting(3.0, "number of retries after a failed request", 0, 20)
    max_mb: float = _setting(20.0, "maximum megabytes of one page or file", 0.001, 4096)
    http_hosts: str = _setting("", "comma-separated hosts without a valid certificate")
    contact: str = _setting("", "contact address to send in the User-Agent")
    allow_private: bool = _setting(False, "allow the hosts of given URLs to be in your own network")
    cache: str = _setting("", "folder for cached vectors; empty: the user's cache folder")
    cache_mb: float = _setting(512.0, "maximum megabytes of cached vectors", 0, 1e6)
    reviewer: str = _setting("", "reviewer name for decisions; empty: your account name")

    def __post_init__(self) -> None:
        """Reject numbers that are out of bounds, from any source."""
        for item in fields(self):
            value = getattr(self, item.name)
            low, high = item.metadata["low"], item.metadata["high"]
            if isinstance(value, float) and not low <= value <= high:
                raise AlignError(
                    N_("{name} ({variable}) is {value:g}: must be from {low:g} to {high:g}"),
                    name=item.name,
                    variable=variable_name(item.name),
                    value=value,
                    low=low,
                    high=high,
                )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings; read each from ``ALIGN_<NAME>`` if that is set and not empty."""
        everything = os.environ if environment is None else environment
        given = {name: text for name, text in everything.items() if text}
        aliases = {
            variable_name(name): given[alias] for alias, name in ALIASES.items() if alias in given
        }
        source = {**aliases, **given}
        values: dict[str, Any] = {
            item.name: _read(item, source[variable_name(item.name)])
            for item in fields(cls)
            if variable_name(item.name) in source
        }
        return cls(**values)

    @property
    def max_bytes(self) -> int:
        """The size limit of one page or file in bytes."""
        return int(self.max_mb * 1_000_000)

    def cache_folder(self) -> Path:
        """Return the folder of cached vectors, which is separate for each user."""
        if self.cache:
            return Path(self.cache) / _account()
        from platformdirs import user_cache_path

        return user_cache_path("briefing-align")


ALIASES = {"ALIGN_STORE": "corpus"}
"""Other names of environment variables; if both are set, ``ALIGN_<NAME>`` wins."""

_PASSWORD = re.compile(r"(?<=[?&])password=[^&]*&?")


def variable_name(name: str) -> str:
    """Return the environment variable of a setting.

    >>> variable_name("max_mb")
    'ALIGN_MAX_MB'
    """
    return f"ALIGN_{name.upper()}"


def count_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hide_account(location: str) -> str:
    """Return the location of a corpus without account and password.

    >>> hide_account("postgresql://ann:secret@host/corpus?password=other&sslmode=require")
    'postgresql://host/corpus?sslmode=require'
    """
    scheme, mark, rest = location.partition("://")
    return f"{scheme}://{_PASSWORD.sub('', rest).rpartition('@')[2]}" if mark else location


def _account() -> str:
    """Return the user id of this account, or its name on Windows."""
    if hasattr(os, "getuid"):
        return str(os.getuid())
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError) as error:
        raise AlignError(N_("the name of your account is unknown; set USERNAME to it")) from error


def _read(item: Field[Any], text: str) -> object:
    shown = f"{variable_name(item.name)}={text!r}"
    if isinstance(item.default, bool):
        if text.lower() not in _FLAGS:
            raise AlignError(N_("{shown}: must be yes or no"), shown=shown)
        return _FLAGS[text.lower()]
    try:
        return float(text) if isinstance(item.default, float) else text
    except ValueError:
        raise AlignError(N_("{shown}: not a number"), shown=shown) from None


_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
