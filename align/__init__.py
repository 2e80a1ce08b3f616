"""Press briefings published in Chinese and English, as a reviewed parallel corpus.

The public API is ``__all__``: its names are documented in ``docs/reference/python.md`` and stay;
everything else is internal. Each name is loaded on first use, so ``import align`` takes no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .corpus.api import AlignedBead, AlignmentResult, CorpusBead, align
    from .corpus.api.corpus import Corpus, CorpusBriefing, open
    from .corpus.api.gold import calibrate, evaluate
    from .corpus.api.many import align_many
    from .errors import AlignError
    from .records import Document, Participant, Sentence, Turn

    __version__: str

__all__ = [
    "AlignError",
    "AlignedBead",
    "AlignmentResult",
    "Corpus",
    "CorpusBead",
    "CorpusBriefing",
    "Document",
    "Participant",
    "Sentence",
    "Turn",
    "__version__",
    "align",
    "align_many",
    "calibrate",
    "evaluate",
    "open",
]

_MODULES = {
    "AlignError": ".errors",
    "AlignedBead": ".corpus.api",
    "AlignmentResult": ".corpus.api",
    "CorpusBead": ".corpus.api",
    "align": ".corpus.api",
    "align_many": ".corpus.api.many",
    "calibrate": ".corpus.api.gold",
    "evaluate": ".corpus.api.gold",
    "Corpus": ".corpus.api.corpus",
    "CorpusBriefing": ".corpus.api.corpus",
    "open": ".corpus.api.corpus",
    "Document": ".records",
    "Participant": ".records",
    "Sentence": ".records",
    "Turn": ".records",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from importlib.metadata import version

        globals()[name] = version("briefing-align")
    else:
        globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
    return globals()[name]


def __dir__() -> list[str]:
    return __all__
