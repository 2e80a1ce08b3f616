"""The plan of an export, and its result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...records import Pair
from .atomic_write import CROISSANT
from .filters import Rule, parse
from .formats import ExportHeader
from .leaks import Alike
from .splits import Splits

Purpose = Literal["", "cat"]
"""``cat``: one translation memory for a CAT tool."""

TOOL_LANGUAGES = ("zh-CN", "en-US")
"""Language codes that CAT tools expect in a translation memory."""


@dataclass(frozen=True, slots=True)
class ExportPlan(ExportHeader):
    """What to export: target, selection of beads, and the fields of the file header.

    ``output`` is a file, or a folder that also contains a data card (README.md). It is a folder if
    ``split`` is given, if it is an existing folder, or if its name has no ending.
    """

    output: Path = Path()
    filters: Sequence[Rule] = ()  # dropped beads are counted per rule
    split: Splits | None = None  # write train, dev and test, by whole briefings
    alike: Alike = "both"  # sides that make two beads the same, for the parts of a split
    briefings: Sequence[str] | None = None  # ids; ``None`` means all
    check: Callable[[Pair], Sequence[str]] | None = None  # the kinds that a bead fails
    documents: str = ""  # one record per ``briefing``, ``turn`` or number of sentences
    normalise: str = ""  # the Chinese script to write, in one form (:mod:`.normalise`)
    purpose: Purpose = ""  # what the file is for; see :func:`plan_memory`


def plan_memory(plan: ExportPlan) -> ExportPlan:
    """Return a plan for a CAT tool: accepted beads with both texts, the newest first.

    Only the newest wording of a Chinese text is written (:mod:`.newest_first`). Language codes
    other than the default ones are kept.
    """
    codes = dict(zip(("zh", "en"), TOOL_LANGUAGES, strict=True))
    chosen = {name: getattr(plan, name) for name in codes if getattr(plan, name) != name}
    filters = (parse("status=accepted"), parse("complete"), *plan.filters)
    return replace(plan, purpose="cat", filters=filters, **{**codes, **chosen})


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One file, or set of files, of an export; ``checksum`` is of its texts, in any order."""

    name: str
    files: tuple[Path, ...]
    pairs: int
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The result of an export."""

    format: str
    parts: tuple[ExportPart, ...]
    read: int
    dropped: tuple[tuple[str, int], ...] = ()  # number of beads per filter, or from a part
    left_out: int = 0  # beads that the format cannot hold
    altered: int = 0  # beads with a character that the format cannot hold
    card: Path | None = None
    removed: tuple[str, ...] = ()  # parts of an earlier export that this one does not have
    unkept: str = ""  # why the corpus could not keep the parts
    normalised: tuple[tuple[str, int], ...] = ()  # beads with a change of each kind

    @property
    def pairs(self) -> int:
        """Number of beads written."""
        return sum(part.pairs for part in self.parts)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was written."""
        cards = (self.card, self.card.with_name(CROISSANT)) if self.card else ()
        return tuple(file for part in self.parts for file in part.files) + cards
