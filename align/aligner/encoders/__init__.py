"""The table of encoders, which turn sentences into vectors: float32 rows of length 1.

``ENCODERS`` lists the known encoders; :func:`load` imports one only when it is needed. A name that
is not in the table is a sentence-transformers model or its folder.
"""

from dataclasses import dataclass
from typing import cast

from ...errors import EncoderError
from ...extras import (
    EXTRAS,
    PluginObject,
    Table,
    import_part,
    name_failures,
    require,
    require_type,
)
from ...settings import Settings
from .base import Encoder, join
from .vector_cache import CACHE_FILE, VectorCache

__all__ = [
    "DEFAULT",
    "ENCODERS",
    "Encoder",
    "available",
    "join",
    "load",
    "load_configured",
    "require_installed",
]

DEFAULT = "use"


@dataclass(frozen=True, slots=True)
class EncoderEntry:
    """One encoder: description, model name, module with the factory, and the extra it needs."""

    about: str
    model: str = ""
    module: str = ".transformers"
    extra: str = "transformers"


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an encoder can be used on this machine, and if not, how to install it."""

    name: str
    about: str
    usable: bool
    note: str


_OWN = {
    "use": EncoderEntry(
        about="Universal Sentence Encoder multilingual v3, included, 512 numbers per vector",
        module=".use",
        extra="",
    ),
    "labse": EncoderEntry(
        about="LaBSE through sentence-transformers, 768 numbers per vector, 1.8 GB to download",
        model="sentence-transformers/LaBSE",
    ),
    "e5": EncoderEntry(
        about="multilingual-e5-small through sentence-transformers, 384 numbers per vector",
        model="intfloat/multilingual-e5-small",
    ),
}


def _find_fault(_name: str, row: object) -> str:
    """Return why an object of a plug-in cannot be an encoder's row, or nothing."""
    if not isinstance(row, EncoderEntry):
        return require_type(row, EncoderEntry)
    if row.extra and row.extra not in EXTRAS:
        return f"briefing-align has no extra {row.extra!r}"
    return ""


ENCODERS: Table[EncoderEntry] = Table("encoders", _OWN, _find_fault)
"""Name to encoder."""


def load(name: str = DEFAULT, *, cache: VectorCache | None = None) -> Encoder:
    """Load an encoder by its name, or by the name or folder of a sentence-transformers model.

    :param cache: cache for the vectors of slow encoders; ``use`` ignores it.
    :raises EncoderError: if the package is not installed or the model cannot be found.
    """
    entry = ENCODERS.get(name) or EncoderEntry("", model=name)
    require_installed(name)
    factory = import_part(entry.module, __package__, f"encoder {name!r}", error=EncoderError)
    if entry.module.startswith("."):
        encoder: Encoder = factory.create(entry.model or name, cache=cache)
        return encoder
    made = name_failures(factory.create, name)(entry.model or name, cache=cache)
    return cast(Encoder, PluginObject(made, name))


def require_installed(name: str) -> None:
    """Check that the packages of an encoder are installed, without importing them.

    :raises EncoderError: if one is missing; the message gives the command that installs it.
    """
    entry = ENCODERS.get(name) or EncoderEntry("", model=name)
    if entry.extra:
        require(entry.extra, f"encoder {name!r}", error=EncoderError)


def load_configured(settings: Settings) -> Encoder:
    """Load the encoder of the settings, with the user's cache for slow encoders.

    :raises EncoderError: if it cannot be loaded.
    """
    if settings.encoder == DEFAULT or not settings.cache_mb:
        return load(settings.encoder)
    path = settings.cache_folder() / CACHE_FILE
    return load(settings.encoder, cache=VectorCache(path, megabytes=settings.cache_mb))


def available() -> tuple[Availability, ...]:
    """Return whether the packages of each encoder in the table are installed; import none."""
    found = []
    for name, entry in ENCODERS.items():
        note = "ready"
        if entry.model:
            note = f"packages installed; give the folder of model {entry.model}, or download it"
        extra = EXTRAS.get(entry.extra)
        usable = not (extra and extra.missing)
        if extra and not usable:
            note = f"missing {extra.missing_packages}; run {extra.install}"
        found.append(Availability(name, entry.about, usable, note))
    return tuple(found)
