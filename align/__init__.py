"""Press briefings published in Chinese and English, as a reviewed parallel corpus.

The package imports without a model, without Streamlit and without a network client: each of
them is loaded by the module that needs it, when it is asked for.
"""

from importlib.metadata import PackageNotFoundError, version

from .errors import AlignError
from .records import Alignment, Bead, Briefing, Document, Page, Participant, Sentence, Turn

__all__ = [
    "AlignError",
    "Alignment",
    "Bead",
    "Briefing",
    "Document",
    "Page",
    "Participant",
    "Sentence",
    "Turn",
    "__version__",
]

try:
    __version__ = version("briefing-align")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0+unknown"
