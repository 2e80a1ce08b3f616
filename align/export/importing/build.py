"""A briefing built from the beads of a file: documents, sentences, beads and verdicts."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ...records import (
    Alignment,
    Bead,
    Briefing,
    Document,
    ExportedBead,
    Language,
    Sentence,
    Turn,
    join_text,
)
from ...store import BeadRow
from ..formats.text import list_sentences

_OWN_ID = re.compile(r"[0-9a-f]{32}")
_STORABLE_ID = re.compile(r"[\w.-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Side:
    """One language of a briefing; ``spans`` are the sentence numbers of each bead."""

    sentences: tuple[Sentence, ...]
    turns: tuple[Turn, ...]
    spans: tuple[tuple[int, ...], ...]


def build_briefing(
    name: str, pairs: Sequence[ExportedBead], source: str, notes: tuple[str, ...]
) -> Briefing:
    """Make a briefing of its beads: each sentence a paragraph, each run of a speaker a turn."""
    zh, en = _build_side(pairs, "zh"), _build_side(pairs, "en")
    beads = tuple(
        Bead(zh_span, en_span, pair.probability, pair.status)
        for zh_span, en_span, pair in zip(zh.spans, en.spans, pairs, strict=True)
    )
    zh_url, en_url = first_value(pairs, "source_zh"), first_value(pairs, "source_en")
    date = next((pair.date for pair in pairs if pair.date), None)
    known: dict[str, Any] = {"date": date, "source": source, "notes": notes}
    return Briefing(
        id=name,
        zh=Document("zh", name, zh.turns, url=zh_url, counterpart_url=en_url, **known),
        en=Document("en", name, en.turns, url=en_url, counterpart_url=zh_url, **known),
        zh_sentences=zh.sentences,
        en_sentences=en.sentences,
        alignment=Alignment(beads, first_value(pairs, "signature") or f"{source}|{name}"),
    )


def _build_side(pairs: Sequence[ExportedBead], language: Language) -> _Side:
    sentences: list[Sentence] = []
    turns: list[Turn] = []
    spans: list[list[int]] = [[] for _ in pairs]
    colon = "：" if language == "zh" else ":"
    for (speaker, role), run in groupby(
        list_sentences(pairs, language), key=lambda one: (one.pair.speaker, one.pair.role)
    ):
        texts = []
        for one in run:
            at = len(sentences)
            spans[one.bead].append(at)
            sentences.append(Sentence(one.text, at, len(turns), 0, len(one.text)))
            texts.append(one.text)
        turns.append(Turn(f"{speaker}{colon}" if speaker else "", tuple(texts), role))
    return _Side(tuple(sentences), tuple(turns), tuple(map(tuple, spans)))


def carry_decisions(
    briefing: Briefing, pairs: Sequence[ExportedBead], keep: Collection[str] = ()
) -> dict[int, BeadRow]:
    """Return for each bead the row with what a reviewer made of it where it came from.

    :param keep: ids of another tool that stay.
    """
    rows = {}
    last = {"zh": -1, "en": -1}
    for at, (pair, bead) in enumerate(zip(pairs, briefing.alignment.beads, strict=True)):
        spans = {"zh": bead.zh, "en": bead.en}
        crossing = any(span and span[0] < last[side] for side, span in spans.items())
        last = {side: max((last[side], *span)) for side, span in spans.items()}
        rows[at] = BeadRow(
            id=pair.id if is_own_id(pair.id) or pair.id in keep else _new_id(briefing.id, at),
            briefing=briefing.id,
            position=float(at),
            zh=(),
            en=(),
            zh_text="",
            en_text="",
            zh_edit=_edit(pair.zh, [briefing.zh_sentences[index] for index in bead.zh], "zh"),
            en_edit=_edit(pair.en, [briefing.en_sentences[index] for index in bead.en], "en"),
            status=pair.status,
            reviewer=pair.reviewer,
            note=pair.note,
            crossing=crossing,
            revision=-1,
        )
    return rows


def is_own_id(name: str) -> bool:
    """Say whether the id of a bead is one that a store of ours gave, and so stays."""
    return _OWN_ID.fullmatch(name) is not None


def is_storable_id(name: str) -> bool:
    """Say whether the store has room for the id of a bead, whoever gave it."""
    return _STORABLE_ID.fullmatch(name) is not None


def first_value(pairs: Sequence[ExportedBead], field: str) -> str:
    """Return the first text that one of the beads has in a field, or nothing."""
    return next((text for pair in pairs if (text := getattr(pair, field))), "")


def _new_id(briefing_id: str, at: int) -> str:
    return hashlib.blake2b(f"{briefing_id}/{at}".encode(), digest_size=16).hexdigest()


def _edit(text: str, sentences: Sequence[Sentence], language: Language) -> str | None:
    """Return the corrected text where it is not the sentences as the store joins them."""
    published = join_text(sentences, language)
    return None if text == published else text
