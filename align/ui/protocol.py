"""JSON protocol between the table in the browser and Python: rows, and requests.

Rows go out as plain JSON values with short names, because a briefing has thousands of them:
``zh``/``en`` sentences as published, ``zhx``/``enx`` corrections, ``tzh``/``ten`` the turn,
``ozh``/``oen`` paragraph and offset of each sentence, ``p`` probability, ``s`` status, ``x``
linked across. Requests come in from a browser and are checked here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..records import LANGUAGES, Briefing
from ..review import Request, ReviewState
from ..review.history import NoteThread
from ..review.queue import risk
from ..review.state import correction
from ..store import BeadRow
from ..store.records import sentence_ids

Json = dict[str, Any]
Rewrite = Callable[[str], str]
"""Changes how Chinese text is written, character by character: traditional, simplified."""

LONGEST_TEXT = 100_000
"""Characters that one correction may have."""


def encode_row(
    state: ReviewState, row: BeadRow, failed: int = 0, rewrite: Rewrite | None = None
) -> Json:
    """Return one row as the table takes it.

    :param failed: the number of its failed checks.
    """
    data: Json = {
        "id": row.id,
        "pos": row.position,
        "rev": row.revision,
        "p": None if row.probability is None else round(row.probability, 4),
        "risk": round(risk(row, failed), 5),
        "s": row.status,
        "who": row.reviewer,
        "why": row.reason,
        "note": row.note,
        "x": row.crossing,
    }
    for language in LANGUAGES:
        write = rewrite if rewrite and language == "zh" else str
        sentences = [state.sentences(language)[name] for name in sentence_ids(row, language)]
        edited = correction(row, language)
        data[language] = [write(sentence.clean) for sentence in sentences]
        data[language + "x"] = None if edited is None else write(edited)
        data["t" + language] = state.turn_of(row, language)
        data["o" + language] = [[sentence.paragraph, sentence.start] for sentence in sentences]
    if rewrite and rewrite(row.zh_final) != row.zh_final:
        data["raw"] = row.zh_final  # what is edited is the text itself, not how it is shown
    return data


def encode_thread(thread: NoteThread, row: BeadRow) -> Json:
    """Return a thread of notes as the table takes it; ``was`` is its text, where that changed."""
    texts = thread.row.zh_text, thread.row.en_text
    return {
        "was": "" if texts == (row.zh_text, row.en_text) else " ".join(filter(None, texts)),
        "key": thread.key,
        "open": thread.is_open,
        "said": [
            {"who": one.decision.reviewer, "at": one.at.isoformat(), "text": one.decision.note}
            for one in thread.messages
        ],
    }


def encode_base(
    key: str, state: ReviewState, briefing: Briefing, failed: Mapping[str, int], rewrite: Rewrite
) -> Json:
    """Return a whole briefing as the table takes it, once."""
    return {
        "k": key,
        "briefing": state.briefing,
        "turns": {
            "zh": [rewrite(turn.label) for turn in briefing.zh.turns],
            "en": [turn.label for turn in briefing.en.turns],
        },
        "rows": [encode_row(state, row, failed.get(row.id, 0), rewrite) for row in state.rows],
    }


def decode_request(op: Mapping[str, Any]) -> Request:
    """Return an operation of the table as a request; what is not of its type counts as absent."""
    rows = op.get("rows")
    return Request(
        op=_text(op, "op")[:64],
        action=_text(op, "action"),
        rows=tuple(str(row) for row in rows) if isinstance(rows, Sequence) else (),
        seen=_number(op, "seen", 0),
        side="zh" if op.get("side") == "zh" else "en",
        up=op.get("up") is True,
        inside=op.get("inside") is True,
        accept=op.get("accept") is True,
        at=_number(op, "at", 0),
        offset=_number(op, "offset", 0),
        zh=_number(op, "zh", -1),
        en=_number(op, "en", -1),
        zh_text=_text(op, "zh_text") if "zh_text" in op else None,
        en_text=_text(op, "en_text") if "en_text" in op else None,
        target=_number(op, "target", 0),
        option=_text(op, "option")[:64],
        reason=_text(op, "reason")[:200],
        note=_text(op, "note")[:2000],
    )


def _text(op: Mapping[str, Any], name: str) -> str:
    value = op.get(name)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _number(op: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = op.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and abs(value) < 2**53 else otherwise
