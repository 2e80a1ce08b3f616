"""``align.open``: a corpus of briefings, opened from Python."""

import datetime as dt
import logging
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

from ...aligner.checks import failed_checks
from ...aligner.encoders import DEFAULT, Encoder
from ...errors import N_, AbsentError, AlignError, StoreError, count_message
from ...extras import require_package
from ...records import BeadRecord, Briefing, Document
from ...settings import Settings
from ...sources.ingest.documents import check_facts
from ...sources.ingest.inputs import JobFinder
from ...sources.ingest.page_sources import open_page_source
from ..exchange.filters import parse
from ..exchange.formats import SYSTEM
from ..exchange.leaks import Alike
from ..exchange.overlap import rules_without
from ..exchange.plan import Purpose, plan_memory
from ..exchange.run import ExportPlan, ExportResult, export
from ..exchange.splits import Splits
from ..pipeline import add, count_words
from ..search import Concordance, Results
from ..store import BriefingSummary, Store
from . import (
    CORPUS_COLUMNS,
    BeadSequence,
    BeadTable,
    CorpusBead,
    Source,
    describe,
    find_encoder,
    to_path,
)
from .commands import CorpusCommands
from .hub import check_licence, upload

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

ExportFormat = Literal[
    "tmx", "xliff", "tei", "tsv", "xlsx", "moses", "jsonl", "chat", "preferences", "parquet",
    "epub", "html",
]  # fmt: skip
"""Names of the formats of an export; plug-ins may add others."""

_NAMED = 3  # maximum ids that a message lists
Script = Literal["", "simplified", "traditional"]
"""The Chinese script to which an export is normalised; empty: texts stay as they are."""


class CorpusBriefing(BeadSequence):
    """A briefing of a corpus; its texts and beads are read when they are first asked for."""

    columns: ClassVar[tuple[str, ...]] = CORPUS_COLUMNS

    def __init__(self, store: Store, summary: BriefingSummary) -> None:
        self._store, self._summary = store, summary
        self.id = summary.id
        self.date = summary.date
        self.title = summary.en_title or summary.zh_title

    def __repr__(self) -> str:
        return f"<CorpusBriefing {self.id}: {self.title!r}, {self._summary.beads} beads>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a briefing of a corpus cannot be pickled; pickle its beads, or its id and the "
            "location of the corpus"
        )

    @cached_property
    def beads(self) -> tuple[CorpusBead, ...]:
        """The beads, in order, as reviewers left them."""
        return tuple(map(CorpusBead.of, self._records()))

    def _records(self) -> Iterator[BeadRecord]:
        return self._store.pairs([self.id])

    @cached_property
    def _read(self) -> Briefing:
        return self._store.briefing(self.id)

    @property
    def zh(self) -> Document:
        """The Chinese document: title, date, url, participants, turns."""
        return self._read.zh

    @property
    def en(self) -> Document:
        """The English document."""
        return self._read.en

    def describe(
        self,
        *,
        title: str | None = None,
        date: str | dt.date | None = None,
        source: str | None = None,
        licence: str | None = None,
    ) -> "CorpusBriefing":
        """Set title, date, source and licence; return the updated briefing.

        :raises AlignError: a date cannot be read, or the corpus cannot be written.
        """
        facts = _check_said(title=title, date=date, source=source, licence=licence)
        self._store.describe(self.id, facts)
        return _find(self._store, self.id)


class Corpus(BeadTable, CorpusCommands, AbstractContextManager["Corpus"]):
    """A corpus: its briefings by id, search and export. A context manager."""

    columns: ClassVar[tuple[str, ...]] = CORPUS_COLUMNS

    def __init__(self, store: Store, encoder: "str | Encoder | SentenceTransformer") -> None:
        self._opened, self._encoder = store, encoder
        self.is_closed = False

    @property
    def _store(self) -> Store:
        if self.is_closed:
            raise StoreError(
                N_("{name}: the corpus is closed; open it again"), name=self._opened.name
            )
        return self._opened

    def close(self) -> None:
        """Close the corpus; nothing can be asked of it then."""
        self.is_closed = True
        self._opened.close()

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a corpus cannot be pickled; pickle its location, and open it there")

    def __repr__(self) -> str:
        state = "closed" if self.is_closed else f"{len(self)} briefings"
        return f"<Corpus {self._opened.name}: {state}>"

    @property
    def briefings(self) -> tuple[CorpusBriefing, ...]:
        """The briefings, the newest event first."""
        return tuple(CorpusBriefing(self._store, row) for row in self._store.briefings())

    @property
    def beads(self) -> tuple[CorpusBead, ...]:
        """The beads of all briefings, by their ids and in order."""
        return tuple(map(CorpusBead.of, self._records()))

    def _records(self) -> Iterator[BeadRecord]:
        return self._store.pairs()

    def __bool__(self) -> bool:
        """Return ``True``: a corpus without briefings is still a corpus."""
        return True

    def __len__(self) -> int:
        return len(self._store.briefings())

    def __iter__(self) -> Iterator[CorpusBriefing]:
        return iter(self.briefings)

    def __contains__(self, briefing: object) -> bool:
        return isinstance(briefing, str) and bool(self._store.state(briefing))

    def __getitem__(self, briefing: str) -> CorpusBriefing:
        if not isinstance(briefing, str):
            raise TypeError(f"briefing is {describe(briefing)}; expected its id, a str")
        return _find(self._store, briefing)

    def add(
        self,
        what: Source,
        /,
        *,
        zh: Source | None = None,
        title: str | None = None,
        date: str | dt.date | None = None,
        source: str | None = None,
        licence: str | None = None,
        id: str | None = None,
        capture: Source | None = None,
        force: bool = False,
    ) -> CorpusBriefing:
        """Read, align and store a briefing; update it if it is already in the corpus.

        :param what: the URL of a page in either language, or a file: in one language if ``zh`` is
            given, otherwise bilingual.
        :param zh: the URL or file of the other language version.
        :param title: replaces the title found in the documents; ``date``, ``source`` and
            ``licence`` do the same for theirs.
        :param id: the id of a new briefing; by default its date and a checksum.
        :param capture: a WARC file or a folder of saved pages to read pages from.
        :param force: store the texts even if they do not look like one briefing.
        :raises AlignError: the source cannot be read, or is not a briefing.
        """
        said = _check_said(title=title, date=date, source=source, licence=licence, id=id)
        other = "" if zh is None else _to_source(zh, "zh")
        return self._add([_to_source(what, "the source")], other, said, capture, force, 1)[0]

    def add_all(
        self,
        *sources: Source,
        source: str | None = None,
        licence: str | None = None,
        capture: Source | None = None,
        force: bool = False,
    ) -> tuple[CorpusBriefing, ...]:
        """Add every briefing of folders, files, list pages and lists of addresses.

        :raises AlignError: at the first one that cannot be added; those before it are kept.
        """
        names = [_to_source(one, f"source {at}") for at, one in enumerate(sources)]
        said = _check_said(source=source, licence=licence)
        return self._add(names, "", said, capture, force)

    def _add(
        self,
        sources: Sequence[str],
        zh: str,
        said: dict[str, str],
        capture: Source | None,
        force: bool,
        count: int | None = None,
    ) -> tuple[CorpusBriefing, ...]:
        settings, encoder = Settings.from_environment(), find_encoder(self._encoder)
        pages = None if capture is None else to_path(capture, "capture")
        with open_page_source(settings, logger.info, (*sources, zh), capture=pages) as source:
            given: dict[str, Any] = {"zh": zh, "max_bytes": settings.max_bytes, "facts": said}
            finder = JobFinder(source.get, known=source.known, check=source.check, **given)
            jobs = finder.find(sources)
            if count not in (None, len(jobs)):
                raise AlignError(
                    count_message(
                        "{source}: contains {count:,} briefing; use add_all",
                        "{source}: contains {count:,} briefings; use add_all",
                        len(jobs),
                        source=sources[0],
                    )
                )
            documents = (job.read(source.get, logger.info, finder.lists) for job in jobs)
            added = [add(self._store, one, encoder, force=force).id for one in documents]
        count_words(self._store, len(added))
        return tuple(self[name] for name in added)

    def remove(self, briefing: str, *, force: bool = False) -> None:
        """Delete a briefing with its beads and history, as ``align remove`` does.

        :param briefing: its id, or the start of it.
        :param force: delete it even if reviewers made decisions about it.
        :raises AlignError: the briefing is unknown, or has decisions.
        """
        name = self[briefing].id
        decisions = self._store.count_decisions(name)
        if decisions and not force:
            raise AlignError(
                count_message(
                    "{briefing}: has {count:,} decision; make a backup, or delete it with "
                    "force=True",
                    "{briefing}: has {count:,} decisions; make a backup, or delete it with "
                    "force=True",
                    decisions,
                    briefing=name,
                )
            )
        self._store.remove(name)

    def search(self, query: str, limit: int = 50) -> Results:
        """Return the beads that fit a query (``docs/howto/search.md``), the newest first.

        :return: its ``total``, and ``hits``, each with ``zh.text``, ``en.text``, ``briefing``.
        :raises AlignError: when the query cannot be read.
        """
        if not isinstance(query, str):
            raise TypeError(f"the query is {describe(query)}; expected a str")
        with closing(Concordance(self._store)) as concordance:
            return concordance.search(query, limit)

    def export(
        self,
        format: ExportFormat,
        path: Source,
        *,
        split: bool = False,
        dev: float = 0.1,
        test: float = 0.1,
        reviewed_test: bool = False,
        by_date: str | dt.date | None = None,
        filters: Iterable[str] = (),
        without: Iterable[Source] = (),
        alike: Alike = "both",
        briefings: Iterable[str] | None = None,
        raw: bool = False,
        documents: str | int = "",
        context: int = 0,
        checks: bool = True,
        normalise: Script = "",
        variant: str = "",
        system: str = SYSTEM,
        purpose: Purpose = "",
    ) -> ExportResult:
        """Write the beads in a format of ``align export``, as that command does.

        :param path: a file, or a folder, which also gets a data card.
        :param briefings: only these briefings: their ids, or the starts of them.
        :param split: split into train, dev and test sets, by whole briefings.
        :param by_date: put briefings dated after this day into the test set, instead of a share.
        :param documents: write one record per ``"briefing"``, ``"turn"`` or number of sentences.
        :param context: include the texts of this many preceding beads in each record.
        :param filters: rules (docs/howto/export.md): ``"complete"``, ``"status=accepted"``.
        :param without: test sets; beads that occur in them are dropped.
        :param alike: for ``without`` and ``split``: drop a bead if ``"both"`` sides are alike, or
            ``"one"`` side that is not a formula of many briefings.
        :param normalise: one Chinese script, one width, one kind of quotes, no hidden characters.
        :param variant: a variant of the format, as ``align export --variant``.
        :param system: the system message of the format ``chat``.
        :param purpose: ``"cat"`` for a translation memory, as ``align export --for cat``.
        :return: a result with ``pairs`` (how many were written), ``files``, ``parts``, ``dropped``.
        :raises AlignError: the format or a rule is unknown, or nothing can be written.
        """
        _check_lists(filters=filters, briefings=briefings, without=without)
        plan = ExportPlan(
            format,
            to_path(path, "path"),
            filters=tuple(map(parse, filters)),
            split=_plan_splits(split, dev, test, reviewed_test, by_date),
            alike=alike,
            raw=raw,
            briefings=None if briefings is None else self._find_ids(briefings),
            documents=str(documents),
            context=context,
            normalise=normalise,
            variant=variant,
            system=system,
            check=failed_checks if checks else None,
        )
        test_sets = [to_path(path, "without") for path in without]
        plan = self._drop_test_sets(plan_memory(plan) if purpose else plan, test_sets)
        return export(self._store, plan)

    def _find_ids(self, starts: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of briefings, which may be given by their starts."""
        return tuple(_find(self._store, start).id for start in starts)

    def _drop_test_sets(self, plan: ExportPlan, test_sets: Sequence[Path]) -> ExportPlan:
        """Return a plan that also drops the beads that occur in test sets."""
        if not test_sets:
            return plan
        rules = rules_without(test_sets, self._store.pairs(plan.briefings), plan.alike)
        return replace(plan, filters=(*rules, *plan.filters))

    def push_to_hub(
        self,
        repository: str,
        *,
        private: bool = True,
        format: ExportFormat = "parquet",
        split: bool = True,
        api: "HfApi | None" = None,
        **options: Any,  # those of export
    ) -> str:
        """Upload an export with its data card as a data set to the Hugging Face hub.

        Address and token are those of ``huggingface_hub``: ``HF_ENDPOINT``, ``HF_TOKEN`` or what
        ``hf auth login`` keeps. The licence of every briefing must be known.

        :param repository: its name there: ``"user/name"``.
        :param private: create a private repository, and reject one that is public.
        :param format: a format of ``align export`` that ``datasets`` reads.
        :param api: a client of the hub with other settings.
        :param options: those of :meth:`export`: ``filters``, ``without``, ``briefings`` ...
        :return: the URL of the data set.
        :raises AlignError: a licence is missing, or the hub rejects the upload.
        """
        require_package("huggingface_hub", "push_to_hub()")
        from huggingface_hub import HfApi

        if not isinstance(repository, str):
            raise TypeError(f"repository is {describe(repository)}; expected 'user/name'")
        chosen = options.get("briefings")
        check_licence(self._store, None if chosen is None else tuple(chosen))
        with TemporaryDirectory() as folder:
            path = Path(folder) / "dataset"
            if not split:  # a folder with a data card also for one part
                path.mkdir()
            self.export(format, path, split=split, **options)
            return upload(path, repository, private=private, api=api or HfApi())


def _check_lists(**lists: object) -> None:
    """Raise :exc:`TypeError` for a text where a list of texts is expected."""
    for name, value in lists.items():
        if isinstance(value, str):
            raise TypeError(f"{name} is {describe(value)}; expected a list of them")


def _plan_splits(
    split: bool, dev: float, test: float, reviewed_test: bool, by_date: str | dt.date | None
) -> Splits | None:
    """Return the split that the caller wants, if any; a day replaces the share of the test set."""
    if not isinstance(split, bool):
        raise TypeError(f"split is {describe(split)}; expected True; dev and test are the shares")
    if by_date is None:
        splits = Splits(dev, test, reviewed_test)
        return splits if split else None
    if not split:
        raise TypeError("by_date needs split=True")
    day = dt.date.fromisoformat(_check_said(date=by_date)["date"])
    return Splits(dev, 0.0, reviewed_test, day)


def open(
    location: Source,
    create: bool = False,
    *,
    encoder: "str | Encoder | SentenceTransformer" = DEFAULT,
) -> Corpus:
    """Open a corpus, to be closed by ``with`` or ``close()``.

    :param location: its folder, or the URL of a PostgreSQL database.
    :param create: create the corpus if it does not exist.
    :param encoder: the encoder for new briefings, as in :func:`align.align`.
    :raises AlignError: the corpus does not exist, or cannot be opened.
    """
    named = str(_to_source(location, "the corpus"))
    store = Store.open(named, create=create)
    if store.card_doubts:
        warnings.warn(store.card_doubts, stacklevel=2)
    return Corpus(store, encoder)


def _find(store: Store, briefing: str) -> CorpusBriefing:
    """Return the briefing with this id, or the only one whose id begins so.

    :raises AbsentError: there is none, or more than one.
    """
    found = [row for row in store.briefings() if briefing and row.id.startswith(briefing)]
    exact = [row for row in found if row.id == briefing]
    if not found:
        raise AbsentError(
            N_("{briefing}: unknown briefing; 'briefings' lists all ids"),
            briefing=briefing or '""',
        )
    if not exact and len(found) > 1:
        raise AbsentError(
            N_("{start}: matches {count} briefings, such as {names}; give more of the id"),
            start=briefing,
            count=len(found),
            names=[row.id for row in found[:_NAMED]],
        )
    return CorpusBriefing(store, (exact or found)[0])


def _to_source(value: object, name: str) -> str:
    """Return an address as it is, and a path as text; raise :exc:`TypeError` when it is neither."""
    return value if isinstance(value, str) else str(to_path(value, name))


def _check_said(**said: object) -> dict[str, str]:
    """Return the user's facts about a briefing in the form in which they are stored.

    :raises TypeError: a value is neither text nor (for ``date``) a date.
    """
    for name, value in said.items():
        wanted = (str, dt.date) if name == "date" else (str,)
        if value is not None and not isinstance(value, wanted):
            words = " or a ".join(kind.__name__ for kind in wanted)
            raise TypeError(f"{name} is {describe(value)}; expected a {words}")
    return check_facts(said)
