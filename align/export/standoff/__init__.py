"""Alignments without texts (format ``apart``): where each sentence stands, checksums and beads.

Where texts may not be passed on, a file says of each briefing only the place (paragraph and
offsets) and the checksums of its sentences, and which of them are beads with which verdict. Another
user adds the same addresses, and :func:`apply_standoff` lays the beads over his texts. A sentence
that is no longer there is looked for elsewhere and reported, and so is text that no bead covers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...records import Alignment, Bead, Briefing, ExportedBead, Language, Sentence, join_text
from ...store import Store
from ..atomic_write import move_into, staging_folder
from ..formats.text import read_lines
from ..importing.build import carry_decisions
from .locate import LocatedSide
from .outline import Outline, format_outline, numbers_of, parse_outline


@dataclass(frozen=True, slots=True)
class LostSentence:
    """A sentence of a bead that is nowhere in the text, and why, as far as it can be told."""

    briefing: str
    bead: str
    language: Language
    sentence: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class NearMatch:
    """A sentence that was found with other blanks, signs or widths of characters."""

    briefing: str
    language: Language
    sentence: int
    now: str


@dataclass(frozen=True, slots=True)
class UncoveredText:
    """Sentences of one side that no bead covers: how many, and the first of them."""

    briefing: str
    language: Language
    sentences: int
    first: str


@dataclass(slots=True)
class StandoffReport:
    """What became of a file without texts; its fields are named as in ``--json``.

    ``moved`` counts sentences found at another place, ``near`` has those found with other blanks or
    signs. ``lost`` has sentences that are nowhere: their briefings stay as they were. ``new`` has
    the text that no bead covers: each sentence became a bead of its own, for review. ``absent`` are
    addresses that the corpus does not have.
    """

    briefings: list[str] = field(default_factory=list)
    beads: int = 0
    moved: int = 0
    lost: list[LostSentence] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    near: list[NearMatch] = field(default_factory=list)
    new: list[UncoveredText] = field(default_factory=list)


def write_standoff(store: Store, output: Path) -> tuple[int, int]:
    """Write the alignments of a corpus without any text; return how many briefings and beads.

    Corrections of reviewers are text, and are not written.

    :raises FormatError: when the file cannot be written.
    """
    beads = 0
    summaries = sorted(store.briefings(), key=lambda summary: summary.id)
    with staging_folder(output) as folder:
        path = folder / output.name
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for summary in summaries:
                pairs = list(store.pairs([summary.id]))
                beads += len(pairs)
                briefing = store.briefing(summary.id)
                file.write(format_outline(summary.address, briefing, pairs) + "\n")
        move_into([path], output.parent)
    return len(summaries), beads


def apply_standoff(store: Store, path: Path) -> StandoffReport:
    """Lay alignments without text over the texts of a corpus that has the same addresses.

    A briefing is replaced when each of its beads finds its sentences; otherwise what no longer
    matches is reported and the briefing stays as it was.

    :raises FormatError: when the file breaks its form; what stands before that line is done.
    """
    report = StandoffReport()
    for number, line in read_lines(path):
        outline = parse_outline(line, f"{path.name}, line {number}")
        name = store.find_briefing(outline.address)
        if name is None:
            report.absent.append(outline.address)
        else:
            _apply(outline, store, store.briefing(name), report)
    return report


def _apply(outline: Outline, store: Store, briefing: Briefing, report: StandoffReport) -> None:
    zh = LocatedSide(briefing.zh, briefing.zh_sentences)
    en = LocatedSide(briefing.en, briefing.en_sentences)
    zh.locate(outline.zh)
    en.locate(outline.en)
    for side in (zh, en):
        if side.uncovered:
            first = side.uncovered[0].clean
            text = UncoveredText(briefing.id, side.language, len(side.uncovered), first)
            report.new.append(text)
    lost = [*_lost(outline, briefing.id, zh), *_lost(outline, briefing.id, en)]
    report.lost += lost
    if lost:
        return
    beads = _number_beads(outline.beads, zh, en)
    made = replace(
        briefing,
        zh_sentences=_ordered(zh),
        en_sentences=_ordered(en),
        alignment=Alignment(
            tuple(
                Bead(bead.zh_index, bead.en_index, bead.probability, bead.status) for bead in beads
            ),
            f"{outline.signature}|put back",
        ),
    )
    decisions = carry_decisions(made, [_with_text(made, bead) for bead in beads])
    store.save(made, address=outline.address, carried=decisions)
    report.briefings.append(briefing.id)
    report.beads += len(outline.beads)
    report.moved += zh.moved + en.moved
    for side in (zh, en):
        for number in sorted(side.near):
            now = _found(side)[number].clean
            report.near.append(NearMatch(briefing.id, side.language, number, now))


def _lost(outline: Outline, name: str, side: LocatedSide) -> Iterator[LostSentence]:
    places = outline.zh if side.language == "zh" else outline.en
    for bead in outline.beads:
        for number in numbers_of(bead, side.language):
            if side.sentences[number] is None:
                why = side.explain_loss(places[number])
                yield LostSentence(name, bead.id, side.language, number, why)


def _found(side: LocatedSide) -> list[Sentence]:
    return [sentence for sentence in side.sentences if sentence is not None]


def _ordered(side: LocatedSide) -> tuple[Sentence, ...]:
    """Return the sentences in the order of the text, those that no bead covers among them."""
    everything = [*_found(side), *side.uncovered]
    return tuple(sorted(everything, key=lambda one: (one.paragraph, one.start, one.end)))


def _number_beads(
    outlined: Sequence[ExportedBead], zh: LocatedSide, en: LocatedSide
) -> list[ExportedBead]:
    """Return the beads with the numbers of the text now, and a bead for each uncovered sentence.

    It stands behind the bead with the sentence before it.
    """
    numbers = {}
    for side in (zh, en):
        places = {sentence: number for number, sentence in enumerate(_ordered(side))}
        numbers[side.language] = [places[sentence] for sentence in _found(side)]
    beads = [
        replace(
            bead,
            zh_index=tuple(numbers["zh"][number] for number in bead.zh_index),
            en_index=tuple(numbers["en"][number] for number in bead.en_index),
        )
        for bead in outlined
    ]
    for side in (zh, en):
        for number in sorted({*range(len(_ordered(side)))}.difference(numbers[side.language])):
            spans = enumerate(numbers_of(bead, side.language) for bead in beads)
            at = next((at + 1 for at, span in spans if number - 1 in span), 0)
            new = ExportedBead("", "", "", "")
            index = (number,)
            zh_side = side.language == "zh"
            new = replace(new, zh_index=index) if zh_side else replace(new, en_index=index)
            beads.insert(at, new)
    return beads


def _with_text(made: Briefing, bead: ExportedBead) -> ExportedBead:
    zh = join_text((made.zh_sentences[number] for number in bead.zh_index), "zh")
    en = join_text((made.en_sentences[number] for number in bead.en_index), "en")
    return replace(bead, zh=zh, en=en)
