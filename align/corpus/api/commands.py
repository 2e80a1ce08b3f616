"""What other commands do with a corpus, for the library: import, update, terms, overlap, backup."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from ...errors import N_, FormatError
from ..exchange.importing import ImportReport, import_file
from ..exchange.importing.update import Editor, UpdateReport, update
from ..exchange.overlap import CorpusIndex, OverlapReport, find_overlap
from ..exchange.run import decide_parts
from ..exchange.splits import Splits
from ..search import Concordance
from ..search.terms.renderings import KeptTerms
from ..store import Store
from ..store import copy as copies
from ..store.index import TERM_LISTS, Term, TermList
from . import Source, describe, to_path

ImportFormat = Literal[
    "tmx", "xliff", "tei", "tsv", "csv", "xlsx", "moses", "jsonl", "parquet", "lfaligner", "ladder"
]
"""Names of the formats that are imported; plug-ins may add others."""


class CorpusCommands:
    """The methods of a corpus that are commands of the command line."""

    @property
    def _store(self) -> Store:
        raise NotImplementedError

    def import_file(
        self,
        path: Source,
        *,
        format: ImportFormat | None = None,
        columns: Mapping[str, str] | None = None,
        texts: tuple[Source, Source] | None = None,
        replace: bool = False,
    ) -> ImportReport:
        """Import the alignment in a file of another tool, as ``align import`` does.

        :param format: its name, if file name and content do not show it.
        :param columns: the names of columns in a table, by ours: ``{"zh": "source"}``.
        :param texts: the two texts of a ladder.
        :param replace: replace briefings with the same id, including decisions about them.
        :raises AlignError: the file cannot be read, or a briefing is there with other beads.
        """
        files = None if texts is None else (to_path(texts[0], "texts"), to_path(texts[1], "texts"))
        return import_file(
            self._store,
            to_path(path, "path"),
            replace=replace,
            form=format,
            columns=columns,
            texts=files,
        )

    def update_from(self, path: Source, reviewer: str, *, dry_run: bool = False) -> UpdateReport:
        """Turn the changes in an edited export into decisions, as ``align import --update`` does.

        :param reviewer: who made them, where the file names nobody else.
        :param dry_run: only report them.
        :raises AlignError: the file cannot be read, or its format cannot update a corpus.
        """
        if not isinstance(reviewer, str) or not reviewer.strip():
            raise TypeError(f"reviewer is {describe(reviewer)}; expected a name")
        return update(self._store, to_path(path, "path"), Editor(reviewer), dry=dry_run)

    def terms(
        self, *, least: int = 3, lists: Sequence[TermList] = TERM_LISTS, limit: int = -1
    ) -> tuple[Term, ...]:
        """Return recurring terms with their renderings, the surest first, as ``align terms`` does.

        They are counted when the texts have changed, which takes a while.

        :param least: the number of beads in which a term occurs at least.
        :param limit: the largest number of terms; all by default.
        """
        with closing(Concordance(self._store)) as concordance:
            terms = KeptTerms(concordance.index, least)
            concordance.refresh()
            if not terms.current:
                terms.count_again()
            return terms.find(lists=lists, limit=limit)

    def overlap(self, test_set: Source, *, dev: float = 0.1, test: float = 0.1) -> OverlapReport:
        """Return which lines of a test set occur in the corpus, as ``align overlap`` does.

        :param dev: with ``test``, the shares of the split by which matches are counted.
        :raises AlignError: the file cannot be read.
        """
        path = to_path(test_set, "test_set")
        if not path.exists():
            raise FormatError(N_("{path}: file not found"), path=path)
        index = CorpusIndex(self._store.pairs())
        parts = decide_parts(self._store, Splits(dev, test)).parts
        return find_overlap(index, path, parts)

    def backup(self, folder: Source) -> Path:
        """Copy the corpus into a new folder, itself a corpus, and check it; return its path.

        :raises AlignError: the folder exists, or the corpus is in PostgreSQL.
        """
        path = to_path(folder, "folder")
        copies.backup(self._store, path)
        return path
