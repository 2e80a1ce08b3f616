"""Make a briefing of the beads of a file: pairs in, documents, sentences and beads out."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ...records import (
    Alignment,
    Bead,
    Briefing,
    Document,
    ExportedBead,
    Language,
    Sentence,
    Turn,
    joined,
)
from ...store import BeadRow
from ..formats.resplit import resplit

_OUR_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class _Side:
    """One language of a briefing while it is put together."""

    language: Language
    sentences: list[Sentence] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    spans: list[list[int]] = field(default_factory=list)


def build_briefing(
    name: str, pairs: Sequence[ExportedBead], source: str, notes: tuple[str, ...]
) -> Briefing:
    """Make a briefing of its beads: each sentence a paragraph, each run of a speaker a turn."""
    zh, en = _side(pairs, "zh"), _side(pairs, "en")
    beads = tuple(
        Bead(tuple(zh.spans[at]), tuple(en.spans[at]), pair.probability, pair.status)
        for at, pair in enumerate(pairs)
    )
    made_by = first_value(pairs, "signature") or f"{source}|{name}"
    return Briefing(
        id=name,
        zh=_document(zh, name, pairs, source, notes),
        en=_document(en, name, pairs, source, notes),
        zh_sentences=tuple(zh.sentences),
        en_sentences=tuple(en.sentences),
        alignment=Alignment(beads, made_by),
    )


def _document(
    side: _Side, name: str, pairs: Sequence[ExportedBead], source: str, notes: tuple[str, ...]
) -> Document:
    own, other = ("zh", "en") if side.language == "zh" else ("en", "zh")
    return Document(
        language=side.language,
        title=name,
        turns=tuple(side.turns),
        date=next((pair.date for pair in pairs if pair.date), None),
        url=first_value(pairs, f"source_{own}"),
        counterpart_url=first_value(pairs, f"source_{other}"),
        source=source,
        notes=notes,
    )


def _side(pairs: Sequence[ExportedBead], language: Language) -> _Side:
    side = _Side(language, spans=[[] for _ in pairs])
    placed = sorted(_pieces(pairs, language), key=lambda piece: piece.number)
    colon = "：" if language == "zh" else ":"
    for (speaker, role), run in groupby(placed, key=lambda p: (p.pair.speaker, p.pair.role)):
        texts = []
        for piece in run:
            side.spans[piece.bead].append(len(side.sentences))
            side.sentences.append(
                Sentence(piece.text, len(side.sentences), len(side.turns), 0, len(piece.text))
            )
            texts.append(piece.text)
        label = f"{speaker}{colon}" if speaker else ""
        side.turns.append(Turn(label, tuple(texts), role))
    return side


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sentence of a bead, and where in the text it stands."""

    number: int
    bead: int
    text: str
    pair: ExportedBead


def _pieces(pairs: Sequence[ExportedBead], language: Language) -> Iterator[_Piece]:
    """Cut the beads into sentences; one without a number follows the last that had one."""
    last = -1
    for at, pair in enumerate(pairs):
        zh = language == "zh"
        text, numbers = (pair.zh_raw, pair.zh_index) if zh else (pair.en_raw, pair.en_index)
        if not numbers and text:
            yield _Piece(last, at, text, pair)
        for number, piece in zip(numbers, resplit(text, len(numbers), language), strict=True):
            yield _Piece(number, at, piece, pair)
        last = max((last, *numbers))


def carry_decisions(made: Briefing, pairs: Sequence[ExportedBead]) -> dict[int, BeadRow]:
    """Give each bead what a reviewer made of it where it came from."""
    rows = {}
    tops = {"zh": -1, "en": -1}
    for at, (pair, bead) in enumerate(zip(pairs, made.alignment.beads, strict=True)):
        crossing = any(
            numbers and numbers[0] < tops[name]
            for name, numbers in (("zh", bead.zh), ("en", bead.en))
        )
        tops = {
            name: max((tops[name], *numbers))
            for name, numbers in (("zh", bead.zh), ("en", bead.en))
        }
        rows[at] = BeadRow(
            id=pair.id if keeps_id(pair) else _new_id(made.id, at),
            briefing=made.id,
            position=float(at),
            zh=(),
            en=(),
            zh_text="",
            en_text="",
            zh_edit=_edit(pair.zh, [made.zh_sentences[index] for index in bead.zh], "zh"),
            en_edit=_edit(pair.en, [made.en_sentences[index] for index in bead.en], "en"),
            status=pair.status,
            reviewer=pair.reviewer,
            note=pair.note,
            crossing=crossing,
            revision=-1,
        )
    return rows


def keeps_id(pair: ExportedBead) -> bool:
    """Say whether the id of a bead is one that a store of ours gave, and so stays."""
    return _OUR_ID.fullmatch(pair.id) is not None


def first_value(pairs: Sequence[ExportedBead], name: str) -> str:
    """Give the first text that one of the beads has in a field, or nothing."""
    return next((text for pair in pairs if (text := getattr(pair, name))), "")


def _new_id(briefing_id: str, at: int) -> str:
    return hashlib.blake2b(f"{briefing_id}/{at}".encode(), digest_size=16).hexdigest()


def _edit(text: str, sentences: Sequence[Sentence], language: Language) -> str | None:
    """Give the corrected text where it is not the sentences as the store joins them."""
    published = joined(sentences, language)
    return None if text == published else text
