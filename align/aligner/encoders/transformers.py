"""Any sentence-transformers model, by name or folder. The only module that imports torch.

The text of every span is encoded, because a transformer's vector of two sentences cannot be
computed from their own vectors. The cache keeps all vectors.
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from huggingface_hub import HfApi, try_to_load_from_cache
from huggingface_hub.errors import RepositoryNotFoundError
from sentence_transformers import SentenceTransformer
from transformers.utils.logging import disable_progress_bar

from ...errors import N_, EncoderError
from ...records import Language
from ..arrays import F32
from .base import Text, check_texts, encode_joined, normalise_rows
from .vector_cache import VectorCache

_BATCH = {"cpu": 32, "mps": 64}
_BATCH_OTHER = 128
_HUB_SECONDS = 10.0
_READ = 1 << 20  # bytes at the start and the end of a file that go into its checksum
_FAILURES = (OSError, ValueError, KeyError, RuntimeError, AssertionError, ImportError)


def create(model: str, *, cache: VectorCache | None = None) -> "Transformer":
    """Load a model from its folder, from the local cache of the hub, or from the hub.

    :raises EncoderError: if the model or folder does not exist, or the hub cannot be reached.
    """
    logging.getLogger("transformers").setLevel(logging.ERROR)
    disable_progress_bar()  # the command line shows its own progress
    if not Path(model).is_dir():
        _check_stored(model)
    try:
        loaded = SentenceTransformer(model)
    except _FAILURES as error:
        raise EncoderError(
            N_(
                "sentence-transformers cannot load model {model!r} ({reason}); give the name of "
                "a sentence-transformers model or the path of its folder"
            ),
            model=model,
            reason=_first_line(error),
        ) from error
    return Transformer(loaded, model, cache)


def wrap(model: SentenceTransformer) -> "Transformer":
    """Return the encoder of a model that is already loaded; its vectors are not cached."""
    return Transformer(model, str(_config(model, "name_or_path") or "sentence-transformer"))


class Transformer:
    """A loaded model, with the prefix that models of the E5 family expect."""

    def __init__(
        self, model: SentenceTransformer, source: str, cache: VectorCache | None = None
    ) -> None:
        self._model = model
        self._cache = cache
        name = Path(source).name.lower()
        needs_prefix = "e5" in name.split("-") and not model.prompts.get("query")
        self._prefix = "query: " if needs_prefix else ""
        self.signature = f"{name}@{_revision(source, model)}"
        self.width: int = self._compute(["."]).shape[1]

    def encode(self, texts: Sequence[str], /) -> F32:
        """Return one row per text; the model ignores text beyond its maximum input length."""
        check_texts(texts)
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        if self._cache is None:
            return self._compute(texts)
        return self._cache.encode(self.signature, texts, self._compute)

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language, /) -> F32:
        """Join and encode every span, (longest, n, width)."""
        check_texts(sentences)
        return encode_joined(self.encode, [(sentences, language)], longest, self.width)[0]

    def encode_texts(self, texts: Sequence[Text], longest: int, /) -> list[F32]:
        """Join and encode every span of each text, in full batches."""
        return encode_joined(self.encode, texts, longest, self.width)

    def _compute(self, texts: Sequence[str]) -> F32:
        vectors = self._model.encode(
            [self._prefix + text for text in texts],
            batch_size=_BATCH.get(self._model.device.type, _BATCH_OTHER),
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return normalise_rows(np.asarray(vectors, dtype=np.float32), self.signature)


def _check_stored(model: str) -> None:
    """Check that the local cache of the hub, or the hub, has the model.

    The hub is asked once; sentence-transformers itself would retry for a minute.
    """
    if model.startswith((".", "~", os.sep)) or model.count("/") > 1:
        raise EncoderError(
            N_("folder {model!r} not found; give the folder or the name of a model"), model=model
        )
    full = model if "/" in model else f"sentence-transformers/{model}"
    if isinstance(try_to_load_from_cache(full, "config.json"), str):
        return
    try:
        HfApi().model_info(full, timeout=_HUB_SECONDS)
    except RepositoryNotFoundError as error:
        raise EncoderError(
            N_(
                "model {model!r} is neither on the model hub nor a local folder; run 'align "
                "encoders' for a list"
            ),
            model=model,
        ) from error
    except Exception as error:  # of httpx or requests, depending on the version of the hub's client
        raise EncoderError(
            N_(
                "model {model!r} is not on this machine and the model hub cannot be reached "
                "({reason}); download it on another machine and give its folder as the encoder"
            ),
            model=model,
            reason=_first_line(error),
        ) from error


def _revision(source: str, model: SentenceTransformer) -> str:
    folder = Path(source)
    if folder.is_dir():
        return _checksum(folder)
    return str(_config(model, "_commit_hash") or "unknown")[:12]


def _config(model: SentenceTransformer, name: str) -> object:
    return getattr(getattr(getattr(model[0], "auto_model", None), "config", None), name, None)


def _checksum(folder: Path) -> str:
    """Return a checksum of the files of a folder: names, sizes, first and last megabytes."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            size = path.stat().st_size
            total.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
            with path.open("rb") as file:
                total.update(file.read(_READ))
                file.seek(max(0, size - _READ))
                total.update(file.read(_READ))
    return total.hexdigest()[:12]


def _first_line(error: Exception) -> str:
    """Return the first line of an error message."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
