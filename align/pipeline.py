"""The order of the stages: documents in, a stored briefing out.

segment → encode and match → judge → store. Only this module knows that order.
"""

import difflib
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from . import __version__, encoders
from . import segment as segmenter
from .encoders import Encoder
from .encoders.timed import TimedEncoder
from .encoders.vector_cache import VectorCache
from .errors import ExtractError, TextError
from .ingest import same_briefing
from .ingest.documents import DocumentPair, Say
from .match import Constraints, Matching, Side, prepare
from .records import LANGUAGE_NAMES, Alignment, Briefing, Document, Sentence
from .review import Anchors, FreeSpaces, TransferResult, carry, keep_cuts, placed
from .settings import Settings
from .store import BeadRow, ConflictError, Store, digest
from .store.records import held
from .timing import Clock

logger = logging.getLogger(__name__)

State = Literal["added", "unchanged", "changed", "realigned"]


@dataclass(frozen=True, slots=True)
class Sentences:
    """How the two documents of a briefing are cut."""

    zh: tuple[Sentence, ...]
    en: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class AlignedBriefing:
    """A briefing that was just aligned, before it is stored."""

    briefing: Briefing
    matching: Matching
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class AddedBriefing:
    """What became of a source: the briefing's id, what happened, and what the user should know."""

    id: str
    state: State
    beads: int
    expected_errors: float
    notes: tuple[str, ...] = ()
    kept: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class AddOutcome:
    """What became of one of many sources: what was added, or why nothing was."""

    name: str
    added: AddedBriefing | None = None
    why: str = ""


def load_encoder(chosen: Settings) -> Encoder:
    """Load the encoder of the settings; vectors of slow ones are kept in the user's cache.

    :raises EncoderError: when it cannot be loaded.
    """
    if chosen.encoder == encoders.DEFAULT or not chosen.cache_mb:
        return encoders.load(chosen.encoder)
    path = chosen.cache_folder() / "vectors.sqlite"
    cache = VectorCache(path, megabytes=chosen.cache_mb)
    return encoders.load(chosen.encoder, cache=cache)


def cut(document: Document) -> tuple[Sentence, ...]:
    """Cut a document into sentences.

    :raises TextError: when it has none.
    """
    sentences = segmenter.segment(document)
    if not sentences:
        name = LANGUAGE_NAMES[document.language]
        raise TextError(f"{document.url or document.title or name}: the {name} side has no text")
    return sentences


def build(
    briefing_id: str,
    zh: Document,
    en: Document,
    encoder: Encoder,
    *,
    sentences: Sentences | None = None,
    frame: Anchors | None = None,
    clock: Clock | None = None,
) -> AlignedBriefing:
    """Align two documents.

    :param sentences: how the documents are cut; by the segmenter when left out.
    :param frame: what the alignment must hold.
    :raises TextError: when a side is empty.
    :raises EncoderError: when the encoder fails.
    """
    clock = clock or Clock()
    with clock.stage("segment"):
        cuts = sentences or Sentences(cut(zh), cut(en))
    with clock.stage("match"):
        prepared = prepare(Side.of(cuts.zh), Side.of(cuts.en), TimedEncoder(encoder, clock))
        signature = f"align:{__version__}|{segmenter.SIGNATURE}|{prepared.signature}"
        frame = frame or Anchors()
        matching = prepared.solve(Constraints(beads=frame.must(signature)))
        beads = frame.filled(signature, matching.alignment.beads)
    briefing = Briefing(briefing_id, zh, en, cuts.zh, cuts.en, Alignment(beads, signature))
    return AlignedBriefing(briefing, matching, clock.seconds)


@dataclass(frozen=True, slots=True)
class AlignmentJob:
    """What is to be aligned: all that a worker needs, and what the store needs afterwards.

    ``sentences`` and ``frame`` are given when the briefing is in the corpus already and verdicts
    of ``old`` are to be kept; ``seen`` is the state in which the store had it; ``seconds`` says
    how long the stages before took.
    """

    id: str
    pair: DocumentPair
    force: bool = False
    sentences: Sentences | None = None
    frame: Anchors | None = None
    old: Briefing | None = None
    carried: TransferResult = field(default_factory=TransferResult)
    seen: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)


TRIES = 5
"""How often a briefing is looked at anew because somebody changed it meanwhile."""


def add(
    store: Store,
    pair: DocumentPair,
    encoder: Encoder,
    *,
    force: bool = False,
    realign: bool = False,
    say: Say = lambda _text: None,
) -> AddedBriefing:
    """Align the documents of a briefing and store it; verdicts on what stayed are kept.

    :param force: store the pair even when its two sides do not look like one briefing.
    :param realign: align again also when the texts are the same as in the corpus.
    :raises ExtractError: when the two sides do not look like one briefing.
    """
    tries = 0
    while True:
        work = plan(store, pair, force=force, realign=realign)
        if isinstance(work, AddedBriefing):
            return work
        say(f"aligning {pair.en.title or pair.address}")
        try:
            return finish(store, work, run(work, encoder))
        except ConflictError:
            tries += 1
            if tries == TRIES:
                raise


def plan(
    store: Store, pair: DocumentPair, *, force: bool, realign: bool
) -> AlignmentJob | AddedBriefing:
    """Say what is to be done with a pair, or that nothing is."""
    clock = Clock(dict(pair.seconds))
    with clock.stage("store"):
        work = _plan(store, pair, force=force, realign=realign)
    return work if isinstance(work, AddedBriefing) else replace(work, seconds=clock.seconds)


def _plan(
    store: Store, pair: DocumentPair, *, force: bool, realign: bool
) -> AlignmentJob | AddedBriefing:
    known = store.find(pair.address, digest(pair.zh), digest(pair.en))
    if known is None:
        return AlignmentJob(new_id(pair), pair, force)
    seen = store.state(known)
    old, rows = store.briefing(known), store.rows(known)
    same = digest(old.zh) == digest(pair.zh) and digest(old.en) == digest(pair.en)
    if same and not realign:
        return AddedBriefing(known, "unchanged", len(rows), _expected_errors(rows))
    cuts = Sentences(
        keep_cuts(old.zh_sentences, rows, cut(pair.zh), "zh"),
        keep_cuts(old.en_sentences, rows, cut(pair.en), "en"),
    )
    carried = carry(old, rows, cuts.zh, cuts.en)
    # Who asks to align the same text again wants other rows; a changed text alone does not.
    frame = replace(carried.frame, spaces=FreeSpaces()) if same else carried.frame
    return AlignmentJob(known, pair, force, cuts, frame, old, carried, seen)


def run(work: AlignmentJob, encoder: Encoder) -> AlignedBriefing:
    """Align; touches no store, so that it can run anywhere and be repeated."""
    return build(
        work.id,
        work.pair.zh,
        work.pair.en,
        encoder,
        sentences=work.sentences,
        frame=work.frame,
    )


def finish(store: Store, work: AlignmentJob, built: AlignedBriefing) -> AddedBriefing:
    """Judge and store what was aligned.

    :raises ExtractError: when the two sides do not look like one briefing.
    :raises Overtaken: when somebody changed the briefing since it was planned.
    """
    pair, beads = work.pair, built.briefing.alignment.beads
    judgement = same_briefing.judge(pair.zh, pair.en, similarity(built))
    if work.old is None and not judgement.ok and not work.force:
        raise ExtractError(
            f"{pair.name or pair.address}: the two sides do not look like one briefing: "
            f"{'; '.join(judgement.reasons)}; --force stores them all the same"
        )
    kept = placed(work.carried, beads)
    clock = Clock({**work.seconds, **built.seconds})
    with clock.stage("store"):
        store.save(
            built.briefing,
            address=pair.address,
            seconds=clock.now(),
            carried=kept.rows,
            lost=kept.lost,
            pages=pair.pages,
            seen=work.seen,
        )
    changes = _changes(work.old.zh, pair.zh) + _changes(work.old.en, pair.en) if work.old else ()
    state: State = "added" if work.old is None else "changed" if changes else "realigned"
    taken = {stage: round(seconds, 4) for stage, seconds in clock.seconds.items()}
    fields = {"briefing": work.id, "state": state, "beads": len(beads), "seconds": taken}
    logger.info("briefing stored", extra=fields)
    return AddedBriefing(
        work.id,
        state,
        len(beads),
        _expected_errors(store.rows(work.id)),
        (*_of_documents(pair), *(changes or judgement.reasons), *_moved(built)),
        kept=sum(map(held, kept.rows.values())),
        lost=len(kept.lost),
    )


def new_id(pair: DocumentPair) -> str:
    """Name a briefing by its date and its address, the same each time."""
    date = pair.en.date or pair.zh.date
    key = hashlib.sha256(pair.address.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{date.isoformat() if date else 'undated'}-{key}"


def _changes(old: Document, new: Document) -> tuple[str, ...]:
    """Say which paragraphs went and which came, as a reader would mark them: - and +."""
    before = [text for _, text in old.paragraphs()]
    after = [text for _, text in new.paragraphs()]
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return tuple(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def similarity(built: AlignedBriefing) -> float:
    """Give the mean probability of the beads that join both sides, 0 where there are none."""
    chances = [
        bead.probability or 0.0 for bead in built.briefing.alignment.beads if bead.zh and bead.en
    ]
    return sum(chances) / len(chances) if chances else 0.0


def _of_documents(pair: DocumentPair) -> tuple[str, ...]:
    """Give what was noticed while the two texts were read, and of which of them."""
    both = set(pair.zh.notes) & set(pair.en.notes)
    return tuple(
        dict.fromkeys(
            note if note in both else f"{LANGUAGE_NAMES[document.language]}: {note}"
            for document in (pair.zh, pair.en)
            for note in document.notes
        )
    )


MOST_MOVED = 5
"""Proposals of moved passages that are told one by one; a text that repeats itself has hundreds."""


def _moved(built: AlignedBriefing) -> tuple[str, ...]:
    """Say which unmatched passages seem to be translations of each other, out of order."""
    links = built.matching.crossings
    more = len(links) - MOST_MOVED
    return (
        *(
            f"moved? Chinese {_places(link.zh)} and English {_places(link.en)}"
            for link in links[:MOST_MOVED]
        ),
        *((f"moved? and {more} more such places",) if more > 0 else ()),
    )


def _places(indices: tuple[int, ...]) -> str:
    if len(indices) == 1:
        return f"sentence {indices[0] + 1}"
    return f"sentences {indices[0] + 1} to {indices[-1] + 1}"


def _expected_errors(rows: tuple[BeadRow, ...]) -> float:
    """How many unreviewed beads are expected to be wrong: the sum of their error chances."""
    return sum(
        1 - row.probability
        for row in rows
        if row.status == "unreviewed" and row.probability is not None
    )
