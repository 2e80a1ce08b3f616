"""The order of the stages, from two documents to a stored briefing.

segment → encode and match → judge → store. Only this module knows that order.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import tenacity

from .. import __version__
from ..aligner import segment as segmenter
from ..aligner.encoders import Encoder
from ..aligner.match import Crossing, Side, prepare
from ..aligner.text.strings import count_letters
from ..errors import N_, Message, StoreError, TextError, as_message
from ..logs import Clock
from ..records import LANGUAGE_NAMES, Alignment, Briefing, Document, Language, Sentence, Sides
from ..sources.extract.transcript.build import NO_DATE
from ..sources.extract.transcript.voices import note_uncertain_voices
from ..sources.ingest import same_briefing
from ..sources.ingest.documents import DocumentPair, Say
from ..sources.ingest.same_briefing import Judgement, UnlikeSidesError
from .notes import doubt_language, note_odd_texts
from .review.permissions import Author
from .review.transfer import (
    Anchors,
    TransferResult,
    assign_rows,
    find_changes,
    keep_reviewed_segmentation,
    transfer_decisions,
)
from .search import Concordance
from .store import BeadRow, ConflictError, Store
from .store.records import document_digest, has_decision

logger = logging.getLogger(__name__)

MOST_MOVED = 5
"""Moved passages that are reported one by one; a text that repeats itself has hundreds."""

Sentences = tuple[Sentence, ...]

State = Literal["added", "unchanged", "changed", "realigned"]


@dataclass(frozen=True, slots=True)
class AlignmentJob:
    """A pair of documents to align, with the data for the worker and later for the store.

    The fields after ``pair`` are set if the briefing is already in the corpus and decisions about
    ``old`` must be kept: ``sentences`` (Chinese, English) and ``anchors`` for the aligner, and
    ``revision``, the state of the briefing in the store.
    """

    id: str
    pair: DocumentPair
    sentences: tuple[Sentences, Sentences] | None = None
    anchors: Anchors = field(default_factory=Anchors)
    old: Briefing | None = None
    transfer: TransferResult = field(default_factory=TransferResult)
    revision: str = ""


@dataclass(frozen=True, slots=True)
class AlignedBriefing:
    """A briefing that was just aligned, before it is stored."""

    briefing: Briefing
    crossings: tuple[Crossing, ...]
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AddedBriefing:
    """The outcome for a pair: the briefing's id, its new state, and notes for the user."""

    id: str
    state: State
    beads: int
    expected_errors: float
    notes: tuple[str, ...] = ()
    kept: int = 0
    lost: int = 0


def add(
    store: Store,
    pair: DocumentPair,
    encoder: Encoder,
    *,
    force: bool = False,
    realign: bool = False,
    say: Say = lambda _text: None,
    author: Author | None = None,
) -> AddedBriefing:
    """Align the documents of a briefing and store it; verdicts on unchanged text are kept.

    :param force: store the pair even if its two texts do not look like one briefing.
    :param realign: realign even if the texts are the same as in the corpus.
    :param author: who adds it, and must have the right to decide about a known briefing; without
        an author, as on the command line, no rights are checked.
    :raises UnlikeSidesError: the two texts do not look like one briefing.
    """
    align = partial(run_alignment, encoder=encoder)
    return add_aligned(store, pair, align, force=force, realign=realign, say=say, author=author)


@tenacity.retry(  # plan again if the briefing changed meanwhile
    retry=tenacity.retry_if_exception_type(ConflictError),
    stop=tenacity.stop_after_attempt(5),
    reraise=True,
)
def add_aligned(
    store: Store,
    pair: DocumentPair,
    align: Callable[[AlignmentJob], AlignedBriefing],
    *,
    force: bool = False,
    realign: bool = False,
    say: Say = lambda _text: None,
    author: Author | None = None,
) -> AddedBriefing:
    """Add the documents of a briefing as :func:`add` does; ``align`` aligns them."""
    job = plan_alignment(store, pair, realign=realign, author=author)
    if isinstance(job, AddedBriefing):
        return job
    say(Message(N_("aligning {title}"), title=pair.en.title or pair.address))
    name = author.name if author else ""
    return store_alignment(store, job, align(job), force=force, reviewer=name)


def plan_alignment(
    store: Store, pair: DocumentPair, *, realign: bool, author: Author | None = None
) -> AlignmentJob | AddedBriefing:
    """Return the job to align, or the stored briefing if there is nothing to do."""
    clock = Clock(dict(pair.seconds))
    pair = replace(pair, seconds=clock.seconds)  # the store stage is added to them
    with clock.stage("store"):
        digests = [document_digest(document) for document in (pair.zh, pair.en)]
        known = store.find_briefing(pair.address, *digests)
        if known is None:
            return AlignmentJob(_new_id(store, pair), pair)
        if author:
            author.check(store, known)
        revision = store.state(known)
        old, rows = store.briefing(known), store.rows(known)
        same = digests == [document_digest(document) for document in (old.zh, old.en)]
        if same and not realign:
            facts = store.facts(known)
            given = _keep_file_names(_facts_to_store(pair), facts)
            if not given.items() <= facts.items():
                name = author.name if author else ""
                store.describe(known, given, reviewer=name)
            notes = _id_notes(pair, known)
            return AddedBriefing(known, "unchanged", len(rows), _expected_errors(rows), notes)
        zh = keep_reviewed_segmentation(old.zh_sentences, rows, segment(pair.zh), "zh")
        en = keep_reviewed_segmentation(old.en_sentences, rows, segment(pair.en), "en")
        transfer = transfer_decisions(old, rows, zh, en)
        # Realigning an unchanged text asks for other rows; in a changed text, old rows may stay.
        anchors = replace(transfer.anchors, unchanged=()) if same else transfer.anchors
        return AlignmentJob(known, pair, (zh, en), anchors, old, transfer, revision)


def run_alignment(job: AlignmentJob, encoder: Encoder) -> AlignedBriefing:
    """Segment and align; touches no store, so that it can run anywhere and be repeated."""
    clock = Clock()
    with clock.stage("segment"):
        zh, en = job.sentences or (segment(job.pair.zh), segment(job.pair.en))
    with clock.stage("match"):
        sides = Side.of(zh, job.pair.zh.turns), Side.of(en, job.pair.en.turns)
        problem = prepare(*sides, encoder, clock=clock)
        signature = f"align:{__version__}|{segmenter.SIGNATURE}|{problem.signature}"
        matching = problem.solve(job.anchors.constraints(signature))
        beads = job.anchors.fill(signature, matching.alignment.beads)
    briefing = Briefing(job.id, job.pair.zh, job.pair.en, zh, en, Alignment(beads, signature))
    return AlignedBriefing(briefing, matching.crossings, clock.seconds)


def segment(document: Document) -> Sentences:
    """Return the sentences of a document; raise ``TextError`` if it has no sentence."""
    sentences = segmenter.segment(document)
    if not sentences:
        name = Message(LANGUAGE_NAMES[document.language])
        raise TextError(
            N_("{url}: the {name} document has no text"),
            url=document.url or document.title or name,
            name=name,
        )
    return sentences


def store_alignment(
    store: Store, job: AlignmentJob, aligned: AlignedBriefing, *, force: bool, reviewer: str = ""
) -> AddedBriefing:
    """Judge and store an aligned briefing.

    :raises UnlikeSidesError: the two texts do not look like one briefing.
    :raises ConflictError: the briefing was changed after the alignment was planned.
    """
    judgement = _judge(job, aligned.briefing, force=force)
    pair, beads = job.pair, aligned.briefing.alignment.beads
    carried, lost = assign_rows(job.transfer, beads)
    clock = Clock({**pair.seconds, **aligned.seconds})
    with clock.stage("store"):
        store.save(
            aligned.briefing,
            address=pair.address,
            seconds=clock.now(),
            carried=carried,
            lost=lost,
            pages=pair.pages,
            facts=_facts_to_store(pair),
            seen=job.revision,
            reviewer=reviewer,
        )
        grow_index(store, [job.id])
    before: dict[Language, Document] = {"zh": job.old.zh, "en": job.old.en} if job.old else {}
    found = find_changes(before, store.briefing(job.id)) if before else ()
    changes = tuple(line for change in found for line in change.lines)
    state: State = "realigned"
    if job.old is None:
        state = "added"
    elif changes:
        state = "changed"
    seconds = {stage: round(value, 4) for stage, value in clock.seconds.items()}
    fields = {"briefing": job.id, "state": state, "beads": len(beads), "seconds": seconds}
    logger.info("briefing stored", extra=fields)
    doubts = (
        *(changes or judgement.doubts),
        *note_odd_texts(_texts(aligned.briefing), beads),
        *describe_crossings(aligned.crossings),
        *note_uncertain_voices(aligned.briefing),
    )
    return AddedBriefing(
        job.id,
        state,
        len(beads),
        _expected_errors(store.rows(job.id)),
        (*_id_notes(pair, job.id), *_reading_notes(pair), *doubts),
        kept=sum(map(has_decision, carried.values())),
        lost=len(lost),
    )


def grow_index(store: Store, briefings: Iterable[str]) -> None:
    """Update the word index; if it cannot be written, the next search reports that."""
    with suppress(StoreError), closing(Concordance(store)) as concordance:
        for briefing in briefings:
            concordance.refresh_briefing(briefing)


def make_index(store: Store, progress: Callable[[int, int], object] = lambda *_: None) -> None:
    """Index every briefing, so that the first search does not wait.

    If the index cannot be written, the next search reports that.

    :param progress: gets how many briefings are indexed, and how many there are.
    """
    with suppress(StoreError), closing(Concordance(store)) as concordance:
        concordance.refresh(progress)


MANY = 20
"""The least number of new briefings after which words and terms are counted at once.

The words of fewer are counted by the page, and their terms by the first request for terms.
"""


def count_words(
    store: Store, added: int, progress: Callable[[int, int], object] = lambda *_: None
) -> None:
    """Count which words translate each other, and the terms, if many briefings were added.

    A corpus whose index cannot be written goes without.

    :param added: how many briefings are new or changed.
    """
    if added < MANY:
        return
    from .search.terms import LEAST_ROWS, KeptTerms  # it imports the formats of term lists

    with suppress(StoreError), closing(Concordance(store)) as concordance:
        concordance.words.refresh(progress)
        terms = KeptTerms(concordance.index, LEAST_ROWS)
        if not terms.current:
            terms.count_again(progress)


def _judge(job: AlignmentJob, briefing: Briefing, *, force: bool) -> Judgement:
    """Return whether the two sides are one briefing, and why.

    :raises UnlikeSidesError: if those of a new briefing are not, and ``force`` is not set.
    """
    pair = job.pair
    full = [bead.probability or 0.0 for bead in briefing.alignment.beads if bead.zh and bead.en]
    mean = sum(full) / len(full) if full else 0.0
    judgement = same_briefing.judge(pair.zh, pair.en, mean, share_without_counterpart(briefing))
    if job.old is None and not force:
        name = pair.name or pair.address
        if reasons := doubt_language(_texts(briefing).en):
            raise UnlikeSidesError(name, reasons)
        if not judgement.ok:
            raise UnlikeSidesError(name, judgement.reasons)
    return judgement


def _texts(briefing: Briefing) -> Sides[tuple[str, ...]]:
    """Return the sentences of both texts."""
    sentences = Sides(briefing.zh_sentences, briefing.en_sentences)
    return sentences.map(lambda side: tuple(sentence.text for sentence in side))


def _new_id(store: Store, pair: DocumentPair) -> str:
    """Return the id of a new briefing: the user's, or its date and a digest of its address."""
    name = pair.facts.get("id")
    if name and store.state(name):
        raise StoreError(
            N_(
                "{name}: the corpus has another briefing {known}; give another id, or remove "
                "that one first"
            ),
            name=pair.name or pair.address,
            known=name,
        )
    date = pair.facts.get("date") or pair.en.date or pair.zh.date or "undated"
    key = hashlib.sha256(pair.address.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return name or f"{date}-{key}"


def _id_notes(pair: DocumentPair, known: str) -> tuple[str, ...]:
    """Return a note if the user gives another id to a briefing that is in the corpus."""
    name = pair.facts.get("id", known)
    if name == known:
        return ()
    note = Message(
        N_(
            "Kept the existing id {known}; {name} was ignored, because only a new briefing can be "
            "given an id."
        ),
        known=known,
        name=name,
    )
    return (note,)


def _facts_to_store(pair: DocumentPair) -> dict[str, str]:
    """Return the facts that the user gave, without the id."""
    return {name: text for name, text in pair.facts.items() if name != "id"}


def _keep_file_names(facts: dict[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return facts without the names of the files, if those of the same texts are known.

    The same texts from other files change no source: only what the user says does.
    """
    named = {name for name in known if name.startswith("file_")}
    return {name: text for name, text in facts.items() if name not in named}


def share_without_counterpart(briefing: Briefing) -> float:
    """Return the share of letters in one-sided beads: the smaller of the two languages' shares."""
    one_sided = [bead for bead in briefing.alignment.beads if not (bead.zh and bead.en)]
    shares: list[float] = []
    for side, sentences in (("zh", briefing.zh_sentences), ("en", briefing.en_sentences)):
        lengths = [count_letters(sentence.text) for sentence in sentences]
        omitted = sum(lengths[index] for bead in one_sided for index in getattr(bead, side))
        shares.append(omitted / max(1, sum(lengths)))
    return min(shares)


def _reading_notes(pair: DocumentPair) -> tuple[str, ...]:
    """Return the notes from reading the two texts, with the language if only one has the note."""
    both = set(pair.zh.notes) & set(pair.en.notes)
    notes: list[str] = []
    for document in (pair.zh, pair.en):
        name = Message(LANGUAGE_NAMES[document.language])
        for note in document.notes:
            if note == NO_DATE and pair.facts.get("date"):
                continue
            if note in both:
                notes.append(note)
            else:
                message = as_message(note)
                notes.append(Message(N_("{name}: {message}"), name=name, message=message))
    return tuple(dict.fromkeys(notes))


def describe_crossings(crossings: Sequence[Crossing]) -> tuple[str, ...]:
    """Return notes on unmatched passages that seem to be translations, out of order."""
    notes = [
        Message(
            N_("possibly moved: Chinese {zh_places} and English {en_places}"),
            zh_places=_places(crossing.zh),
            en_places=_places(crossing.en),
        )
        for crossing in crossings[:MOST_MOVED]
    ]
    if len(crossings) > MOST_MOVED:
        notes.append(
            Message(
                N_("possibly moved: {count} more places"),
                count=len(crossings) - MOST_MOVED,
            )
        )
    return tuple(notes)


def _places(indices: tuple[int, ...]) -> Message:
    if len(indices) == 1:
        return Message(N_("sentence {first}"), first=indices[0] + 1)
    return Message(N_("sentences {first} to {last}"), first=indices[0] + 1, last=indices[-1] + 1)


def _expected_errors(rows: tuple[BeadRow, ...]) -> float:
    """Return how many unreviewed beads are expected to be wrong: the sum of their error chances."""
    unreviewed = (row.probability for row in rows if row.status == "unreviewed")
    return sum(1 - probability for probability in unreviewed if probability is not None)
