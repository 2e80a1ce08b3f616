"""Read-only access to a corpus for other programs, over HTTP or MCP."""

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TypeVar

from ...aligner.encoders import load_configured
from ...corpus.exchange.formats.text import language_of
from ...corpus.search import Concordance, Results, Where
from ...corpus.search.memory import LEAST, TranslationMemory
from ...corpus.search.semantic import SemanticHit, SemanticSearch
from ...corpus.search.terms import KeptTerms
from ...corpus.store import Store
from ...corpus.store.index.vectors import has_vectors
from ...errors import N_, AbsentError, AlignError, Message, StoreError, UsageError
from ...records import STATUSES, BeadRecord, Language
from ...settings import Settings

Value = TypeVar("Value")

MOST = 200  # maximum results per request
CONTEXT = 2  # number of beads before and after the requested one


class UnknownLanguageError(AlignError):
    """Unsupported language code, or a pair of the same language."""

    code = "language.unknown"


def _read_language(name: str) -> Language:
    language = language_of(re.split("[@.]", name)[0])
    if language is None:
        raise UnknownLanguageError(N_("{name!r}: unknown language; use zh or en"), name=name[:40])
    return language


class ServedCorpus:
    """Corpus shared by concurrent requests; it is reopened after its connection is lost.

    Each method raises :class:`~align.errors.StoreError` while the corpus cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._parts: _Parts | None = _Parts(settings)

    def close(self) -> None:
        """Close the corpus."""
        if self._parts:
            self._parts.close()

    @contextmanager
    def _open(self) -> "Iterator[_Parts]":
        with self._lock:
            if self._parts is None:
                self._parts = _Parts(self._settings)
            parts = self._parts
        try:
            yield parts
        except AbsentError:
            raise
        except StoreError:
            self._parts = None  # not closed here, because other requests may still use it
            raise

    def refresh(self, progress: Callable[[int, int], object] = lambda *_: None) -> None:
        """Update the word index, so that the first request does not have to wait for it."""
        with self._open() as parts:
            parts.concordance.refresh(progress)

    def translate(
        self, source: str, target: str, text: str, *, limit: int = 10, least: int = LEAST
    ) -> list[dict[str, Any]]:
        """Return translations of a text, best first, each with the URL of its page."""
        own, other = _read_language(source), _read_language(target)
        if own == other:
            raise UnknownLanguageError(
                N_("{source} to {target}: unsupported language pair; use zh to en, or en to zh"),
                source=source,
                target=target,
            )
        with self._open() as parts:
            found = parts.memory.find(text, own, limit=limit, least=least)
            urls = parts.store.urls({one.briefing for one in found})
        answers: list[dict[str, Any]] = []
        for match in found:
            url = urls.get((match.briefing, other)) or urls.get((match.briefing, own))
            answers.append({**asdict(match), "url": url})
        return answers

    def search(self, asked: Mapping[str, str]) -> Results | tuple[SemanticHit, ...]:
        """Return the results of ``align search``; parameters are named like its options."""
        query = asked.get("q", "")
        limit = read_number(asked, "limit", 20, MOST)
        with self._open() as parts:
            if asked.get("meaning", "") in ("", "0", "false"):
                return parts.concordance.search(
                    query,
                    limit,
                    where=_where(asked),
                    sort=asked.get("sort", "newest"),
                    offset=read_number(asked, "offset", 0, 10**9),
                )
            if parts.semantic is None:
                raise AlignError(
                    N_("the corpus has no vectors yet; run 'align search --meaning' to build them")
                )
            return parts.semantic.search(query, limit, where=_where(asked))

    def pair(self, bead: str) -> dict[str, Any]:
        """Return one bead with the URLs of its pages and the neighbouring beads."""
        with self._open() as parts:
            row = parts.store.rows_by_id([bead]).get(bead)
            if row is None:
                raise AbsentError(N_("{bead}: unknown bead; search for its id"), bead=bead)
            pairs = [*parts.store.pairs([row.briefing])]
        at = next(at for at, pair in enumerate(pairs) if pair.id == bead)
        before = pairs[max(0, at - CONTEXT) : at]
        after = pairs[at + 1 : at + 1 + CONTEXT]
        known = pairs[at].provenance
        return {
            **_texts(pairs[at]),
            "briefing": row.briefing,
            "date": str(known.date or ""),
            "url_zh": known.sources.zh,
            "url_en": known.sources.en,
            "licence": known.licence,
            "before": [_texts(pair) for pair in before],
            "after": [_texts(pair) for pair in after],
        }

    def terms(self, holding: str = "", *, least: int = 3, limit: int = 40) -> list[dict[str, Any]]:
        """Return recurring terms with their renderings, as ``align terms`` lists them."""
        with self._open() as parts:
            parts.concordance.refresh()
            terms = KeptTerms(parts.concordance.index, least)
            if not terms.current:
                terms.count_again()
            return [asdict(term) for term in terms.find(holding, limit=limit)]


class _Parts:
    """The open store, with what searches in it."""

    def __init__(self, settings: Settings) -> None:
        self.store = Store.open(settings.corpus)
        self.concordance = Concordance(self.store)
        self.semantic = None
        if has_vectors(self.concordance.index):  # computing them takes long
            semantic = SemanticSearch(self.concordance, load_configured(settings))
            if len(semantic):
                self.semantic = semantic
        self.memory = TranslationMemory(self.concordance, self.semantic)

    def close(self) -> None:
        self.concordance.close()
        self.store.close()


def read_option(
    asked: Mapping[str, str], name: str, read: Callable[[str], Value], usual: Value, hint: str
) -> Value:
    """Return an option of a request; raise an error with the hint if it is invalid."""
    try:
        return read(asked[name]) if asked.get(name) else usual
    except ValueError:
        raise UsageError(
            N_("{name}={value!r}: {hint}"), name=name, value=asked[name][:40], hint=hint
        ) from None


def read_number(asked: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """Return a numeric option from 0 to ``most``."""

    def read(text: str) -> int:
        if not 0 <= (number := int(text)) <= most:
            raise ValueError(text)
        return number

    return read_option(
        asked, name, read, usual, Message(N_("give a number from 0 to {most}"), most=most)
    )


def _read_choice(asked: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    """Return an option that has one of the known values; empty if it is not given."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read_option(asked, name, read, "", Message(N_("use one of {names}"), names=known))


def _where(asked: Mapping[str, str]) -> Where:
    """Return the conditions of a search; the options are named as those of ``align search``."""
    day = Message(N_("give a date such as 2031-05-14"))
    status = _read_choice(asked, "status", STATUSES)
    return Where(
        since=read_option(asked, "since", dt.date.fromisoformat, None, day),
        until=read_option(asked, "until", dt.date.fromisoformat, None, day),
        speaker=asked.get("speaker", ""),
        role=_read_choice(asked, "role", ("chair", "speaker", "media")),
        site=asked.get("site", ""),
        statuses=tuple(one for one in STATUSES if one == status),
        at_most=read_option(asked, "below", float, None, Message(N_("give a number from 0 to 1"))),
    )


def _texts(bead: BeadRecord) -> dict[str, Any]:
    return {
        "id": bead.id,
        "speaker": bead.provenance.speaker,
        "zh": bead.zh,
        "en": bead.en,
        "status": bead.verdict.status,
        "probability": bead.pair.probability,
    }
