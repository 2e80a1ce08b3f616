"""JSON protocol between the table in the browser and Python: rows, and requests.

Rows go out as plain JSON values with short names, because a briefing has thousands of them:
``zh``/``en`` sentences as published, ``zhx``/``enx`` corrections, ``tzh``/``ten`` the turn,
``ozh``/``oen`` paragraph and offset of each sentence, ``p`` probability, ``s`` status, ``x``
linked across. Requests come in from a browser and are checked here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..checks import Issue
from ..records import Briefing, Language
from ..review import Request, ReviewState, risk
from ..review.state import correction
from ..store import BeadRow
from ..store.records import sentence_ids

Json = dict[str, Any]
Show = Callable[[str], str]
"""Changes how Chinese text is written, character by character: traditional, simplified."""

LONGEST_TEXT = 100_000
"""Characters that one correction may have."""


def as_is(text: str) -> str:
    """Leave Chinese text as it is written."""
    return text


def row_json(state: ReviewState, row: BeadRow, failed: int = 0, show: Show = as_is) -> Json:
    """Return one row as the table takes it."""
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
    languages: tuple[Language, Language] = ("zh", "en")
    for language in languages:
        written = show if language == "zh" else as_is
        sentences = [state.sentences(language)[name] for name in sentence_ids(row, language)]
        edited = correction(row, language)
        data[language] = [written(sentence.clean) for sentence in sentences]
        data[language + "x"] = None if edited is None else written(edited)
        data["t" + language] = state.turn_of(row, language)
        data["o" + language] = [[sentence.paragraph, sentence.start] for sentence in sentences]
    if show is not as_is and show(row.zh_final) != row.zh_final:
        data["raw"] = row.zh_final  # what is edited is the text itself, not how it is shown
    return data


def base_json(
    key: str, state: ReviewState, briefing: Briefing, failed: Mapping[str, int], show: Show = as_is
) -> Json:
    """Give a whole briefing, once."""
    return {
        "k": key,
        "briefing": state.briefing,
        "turns": {
            "zh": [show(turn.label) for turn in briefing.zh.turns],
            "en": [turn.label for turn in briefing.en.turns],
        },
        "rows": [row_json(state, row, failed.get(row.id, 0), show) for row in state.rows],
    }


def issue_json(issue: Issue) -> Json:
    """Give a failed check."""
    return {
        "kind": issue.kind,
        "side": issue.side,
        "start": issue.start,
        "end": issue.end,
        "message": issue.message,
    }


def request(op: Mapping[str, Any]) -> Request:
    """Read an operation of the table; what is not of its type counts as absent."""
    rows = op.get("rows")
    side: Language = "zh" if op.get("side") == "zh" else "en"
    return Request(
        op=_text(op, "op")[:64],
        action=_text(op, "action"),
        rows=tuple(str(row) for row in rows) if isinstance(rows, Sequence) else (),
        seen=_number(op, "seen", 0),
        side=side,
        up=op.get("up") is True,
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
