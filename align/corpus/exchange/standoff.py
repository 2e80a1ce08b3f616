"""Alignments without texts (format ``apart``): sentence positions, checksums and beads.

This format is for texts that may not be redistributed. The file has one line of JSON per briefing,
with only the positions and checksums of its sentences, and their beads with verdicts. Another user
adds the same URLs, and :func:`apply_standoff` applies the beads to the texts in that corpus.
"""

import json
import unicodedata
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from ...aligner.text.strings import digest, keep_letters
from ...errors import N_, FormatError
from ...records import (
    LANGUAGES,
    Alignment,
    Bead,
    BeadRecord,
    Briefing,
    CharSpan,
    Document,
    Language,
    Pair,
    Sentence,
    Sides,
    web_address,
)
from ..review.transfer import assign_rows, transfer_decisions
from ..store import BeadRow, Store
from ..store.link_decisions import LinkDecision, LinkVerdict
from ..store.records import document_digest, has_decision
from .atomic_write import staged_file
from .formats.ladder import check_coverage
from .formats.text import read_lines
from .formats.values import from_values
from .importing import unpacked
from .importing.build import carry_decisions

FORM = "briefing-align/apart/3"

LINK_VERDICTS: tuple[LinkVerdict, ...] = get_args(LinkVerdict)


@dataclass(slots=True)
class StandoffReport:
    """The result of applying a file without texts; its fields are named as in ``--json``."""

    briefings: list[str] = field(default_factory=list)
    beads: int = 0
    moved: int = 0  # sentences found at another place
    lost: list[str] = field(default_factory=list)  # a line for each sentence that is nowhere
    absent: list[str] = field(default_factory=list)  # URLs and files missing in the corpus
    new: list[str] = field(default_factory=list)  # a line for each side with text in no bead
    kept: int = 0  # rows with decisions in this corpus; they stay unchanged
    unkept: int = 0  # and those that cannot, as the file divides their text otherwise
    links: int = 0  # links between words that people confirmed or rejected
    lost_links: int = 0  # and those whose words are not there


def write_standoff(
    store: Store, output: Path, briefings: Collection[str] | None = None
) -> tuple[int, int]:
    """Write alignments without any text, of some briefings or all; return how many, and beads."""
    beads = 0
    chosen = (one for one in store.briefings() if briefings is None or one.id in briefings)
    summaries = sorted(chosen, key=lambda summary: summary.id)
    with staged_file(output) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        for summary in summaries:
            pairs = list(store.pairs([summary.id]))
            beads += len(pairs)
            outline = _format_outline(summary.address, store.briefing(summary.id), pairs)
            outline["links"] = [*map(_format_link, store.link_decisions([summary.id]))]
            file.write(json.dumps(outline) + "\n")
    return len(summaries), beads


def _format_outline(
    address: str, briefing: Briefing, beads: Sequence[BeadRecord]
) -> dict[str, object]:
    def side(document: Document, sentences: Sequence[Sentence], name: str) -> dict[str, object]:
        places = [[one.paragraph, one.start, one.end, _checksum(one.text)] for one in sentences]
        known = {"url": web_address(document.url) or name, "digest": document_digest(document)}
        return {**known, "sentences": places}

    sources = beads[0].provenance.sources
    return {
        "form": FORM,
        "address": web_address(address),
        "zh": side(briefing.zh, briefing.zh_sentences, sources.zh),
        "en": side(briefing.en, briefing.en_sentences, sources.en),
        "signature": briefing.alignment.signature,
        "beads": [
            {
                "id": one.id,
                "zh": one.pair.index.zh,
                "en": one.pair.index.en,
                "probability": one.pair.probability,
                "status": one.verdict.status,
                "reviewer": one.verdict.reviewer,
            }
            for one in beads
        ],
    }


def _format_link(link: LinkDecision) -> dict[str, object]:
    return {
        "bead": link.bead,
        "verdict": link.verdict,
        "author": link.author,
        **{language: [*link.places[language]] for language in LANGUAGES},
        "sha": [*map(_checksum, link.words)],
    }


def _checksum(text: str) -> str:
    """Return a 64-bit digest of the letters and digits of a text, ignoring width and case."""
    return f"{digest(keep_letters(unicodedata.normalize('NFKC', text))):016x}"


@dataclass(frozen=True, slots=True)
class _Place:
    """The position of a sentence, with the checksum of its text."""

    paragraph: int
    start: int
    end: int
    sha: str

    def __post_init__(self) -> None:
        place = (self.paragraph, self.start, self.end)
        whole = all(type(number) is int for number in place) and isinstance(self.sha, str)
        if not (whole and self.paragraph >= 0 and 0 <= self.start <= self.end):
            raise ValueError(f"{place} is not a position")


@dataclass(frozen=True, slots=True)
class _Outline:
    """The briefing in one line of the file; its beads have sentence numbers and no text."""

    source: str  # its address, or the name of its English file
    keys: tuple[str, ...]  # its address if it has one, and the digests of its documents
    sides: dict[Language, list[_Place]]
    beads: list[BeadRecord]
    signature: str
    links: list["_Link"]


@dataclass(frozen=True, slots=True)
class _Link:
    """A decision about a link between words, as places and checksums."""

    bead: str
    verdict: LinkVerdict
    author: str
    places: Sides[CharSpan]
    sha: Sides[str]


def apply_standoff(store: Store, path: Path) -> StandoffReport:
    """Apply alignments without text to the texts of a corpus with the same URLs.

    A briefing is reported and stays unchanged if one of its sentences is not found. Decisions
    made in this corpus are kept; those that cannot be transferred are listed.
    """
    report = StandoffReport()
    addresses = {row.id: row.address for row in store.briefings()}
    with unpacked(path) as file:
        for number, line in read_lines(file):
            outline = _parse_outline(line, f"{path.name}, line {number}")
            name = store.find_briefing(*outline.keys)
            if name is None:
                report.absent.append(outline.source)
            else:
                _apply(outline, store, name, addresses[name], report)
    return report


def _parse_outline(line: str, where: str) -> _Outline:
    try:
        values = json.loads(line)
        if values["form"] != FORM:
            raise FormatError(
                N_("{where}: unsupported form {value!r}; this version reads {form!r}"),
                where=where,
                value=values["form"],
                form=FORM,
            )
        sides = {side: [_Place(*one) for one in values[side]["sentences"]] for side in LANGUAGES}
        beads: list[BeadRecord] = [
            from_values("", "", bead | {"zh_index": bead["zh"], "en_index": bead["en"]}, where)
            for bead in values["beads"]
        ]
        digests = [str(values[side].get("digest", "")) for side in LANGUAGES]
        links = [_parse_link(one) for one in values.get("links", ())]
        address = str(values["address"])
        source = address or str(values["en"]["url"])
        keys = (address, *digests)
        outline = _Outline(source, keys, sides, beads, str(values["signature"]), links)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(
            N_("{where}: not a stand-off alignment ({error})"), where=where, error=repr(error)
        ) from error
    spans = [Bead(bead.pair.index.zh, bead.pair.index.en) for bead in beads]
    check_coverage(spans, len(sides["zh"]), len(sides["en"]), name=where)
    return outline


def _parse_link(values: Mapping[str, Any]) -> _Link:
    """Return a link of the file.

    :raises ValueError: a value is missing or of another kind.
    """
    verdict = next((one for one in LINK_VERDICTS if one == values["verdict"]), None)
    numbers = [number for language in LANGUAGES for number in values[language]]
    sha = values["sha"]
    if verdict is None or len(numbers) != 4 or {type(number) for number in numbers} != {int}:
        raise ValueError(f"{dict(values)} is not a link between words")
    places = Sides((numbers[0], numbers[1]), (numbers[2], numbers[3]))
    checksums = Sides(str(sha[0]), str(sha[1]))
    return _Link(str(values["bead"]), verdict, str(values["author"]), places, checksums)


def _apply(
    outline: _Outline, store: Store, name: str, address: str, report: StandoffReport
) -> None:
    seen, briefing = store.state(name), store.briefing(name)
    zh = _LocatedSide(briefing.zh, briefing.zh_sentences, outline.sides["zh"])
    en = _LocatedSide(briefing.en, briefing.en_sentences, outline.sides["en"])
    for side in (zh, en):
        if side.uncovered:
            many = f"{len(side.uncovered)} {side.language} sentences are in no bead"
            first = side.uncovered[0].clean[:60]
            report.new.append(f"{briefing.id}: {many}, the first: {first}")
    lost = [f"{briefing.id}: {line}" for side in (zh, en) for line in side.explain_losses()]
    report.lost += lost
    if lost:
        return
    beads = _number_beads(outline.beads, zh, en)
    aligned = (_bare_bead(one) for one in beads)
    made = replace(
        briefing,
        zh_sentences=zh.ordered(),
        en_sentences=en.ordered(),
        alignment=Alignment(tuple(aligned), f"{outline.signature}|put back"),
    )
    verdicts = carry_decisions(store, made, beads)  # of beads without texts, which are no edits
    carried = {at: replace(row, zh_edit=None, en_edit=None) for at, row in verdicts.items()}
    rows = store.rows(briefing.id)
    found = transfer_decisions(briefing, rows, made.zh_sentences, made.en_sentences)
    same, lost_rows = assign_rows(found, made.alignment.beads)
    kept = [at for at, row in same.items() if row.revision and has_decision(row)]
    carried |= {at: replace(same[at], id=carried[at].id) for at in kept}
    unkept = [one for one in lost_rows if one[0].revision]  # what a file brought has revision 0
    store.save(made, address=address, carried=carried, lost=unkept, seen=seen)
    report.kept, report.unkept = report.kept + len(kept), report.unkept + len(unkept)
    report.briefings.append(briefing.id)
    report.beads += len(outline.beads)
    report.moved += zh.moved + en.moved
    _apply_links(outline.links, store, briefing.id, report)


def _apply_links(
    links: Sequence[_Link], store: Store, briefing: str, report: StandoffReport
) -> None:
    """Store the decisions about words of a briefing, and count those that fit and do not."""
    if not links:
        return
    rows = {row.id: row for row in store.rows(briefing)}
    for link in links:
        if _apply_link(link, store, briefing, rows.get(link.bead)):
            report.links += 1
        else:
            report.lost_links += 1


def _apply_link(link: _Link, store: Store, briefing: str, row: BeadRow | None) -> bool:
    """Store a decision about words; return false if the words are not in the row of the corpus."""
    if row is None:
        return False
    words = Sides(
        row.zh_final[slice(*link.places.zh)],
        row.en_final[slice(*link.places.en)],
    )
    if not all(words) or words.map(_checksum) != link.sha:
        return False
    decision = LinkDecision(briefing, link.bead, link.places, words, link.verdict, link.author)
    store.put_link_decision(decision)
    return True


def _bare_bead(bead: BeadRecord) -> Bead:
    index = bead.pair.index
    return Bead(index.zh, index.en, bead.pair.probability, bead.verdict.status)


def _number_beads(
    outlined: Sequence[BeadRecord], zh: "_LocatedSide", en: "_LocatedSide"
) -> list[BeadRecord]:
    beads = list(outlined)
    for side in (zh, en):
        language = side.language
        places = {sentence: number for number, sentence in enumerate(side.ordered())}
        numbers = {number: places[sentence] for number, sentence in side.found.items()}
        for at, bead in enumerate(beads):
            moved = tuple(numbers[number] for number in bead.pair.index[language])
            index = bead.pair.index.put(language, moved)
            beads[at] = replace(bead, pair=replace(bead.pair, index=index))
        for number in sorted({*places.values()}.difference(numbers.values())):
            spans = enumerate(bead.pair.index[language] for bead in beads)
            at = next((at + 1 for at, span in spans if number - 1 in span), 0)
            nothing: Sides[tuple[int, ...]] = Sides((), ())
            index = nothing.put(language, (number,))
            beads.insert(at, BeadRecord(None, Pair(Sides("", ""), index=index)))
    return beads


class _LocatedSide:
    """One text of a briefing, in which the sentences of a file are located.

    ``found`` maps sentence numbers of the file to sentences of the text; ``moved`` counts those
    found at another position. ``uncovered`` is the text outside all found sentences. ``own`` are
    the sentences of the corpus.
    """

    def __init__(
        self, document: Document, own: Sequence[Sentence], places: Sequence[_Place]
    ) -> None:
        self.language, self._own, self._places = document.language, own, places
        self._paragraphs = list(document.paragraphs())
        self._covered: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.found: dict[int, Sentence] = {}
        begins = {(one.paragraph, one.start): one for one in own}
        for number, place in enumerate(places):
            there = begins.get((place.paragraph, place.start))
            fits = there is not None and _checksum(there.text) == place.sha
            self._take(number, there if fits else self._cut(place))
        in_place = len(self.found)
        pieces: defaultdict[str, deque[Sentence]] = defaultdict(deque)
        for piece in self._free():
            pieces[_checksum(piece.text)].append(piece)
        for number, place in enumerate(places):
            if number not in self.found and pieces[place.sha]:
                self._take(number, pieces[place.sha].popleft())
        self.moved = len(self.found) - in_place
        self.uncovered = [piece for piece in self._free() if piece.clean]

    def ordered(self) -> tuple[Sentence, ...]:
        """Return all sentences in text order, including the uncovered ones."""
        everything = [*self.found.values(), *self.uncovered]
        return tuple(sorted(everything, key=lambda one: (one.paragraph, one.start, one.end)))

    def explain_losses(self) -> Iterator[str]:
        """Yield a line per sentence that was not found, with the new text of its paragraph."""
        for number, place in enumerate(self._places):
            if number not in self.found:
                at = place.paragraph
                new = (one.clean[:60] for one in self.uncovered if one.paragraph == at)
                now = f"paragraph {at} now contains: {next(new, 'nothing new')}"
                yield f"{self.language} sentence {number} no longer matches ({now})"

    def _cut(self, place: _Place) -> Sentence | None:
        """Return the text at a place, where it is the sentence that was there."""
        if place.paragraph >= len(self._paragraphs):
            return None
        turn, text = self._paragraphs[place.paragraph]
        found = text[place.start : place.end]
        if len(found) < place.end - place.start or _checksum(found) != place.sha:
            return None
        return Sentence(found, place.paragraph, turn, place.start, place.end)

    def _take(self, number: int, sentence: Sentence | None) -> None:
        """Count a sentence as found, unless a part of it belongs to another one."""
        if sentence is not None:
            taken = self._covered[sentence.paragraph]
            if all(end <= sentence.start or sentence.end <= start for start, end in taken):
                self.found[number] = sentence
                taken.append((sentence.start, sentence.end))

    def _free(self) -> Iterator[Sentence]:
        for sentence in self._own:
            at = sentence.start
            ranges = sorted(self._covered[sentence.paragraph])
            for start, end in [*ranges, (sentence.end, sentence.end)]:
                until = min(start, sentence.end)
                if at < until:
                    text = sentence.text[at - sentence.start : until - sentence.start]
                    yield replace(sentence, text=text, start=at, end=until)
                at = max(at, end)
