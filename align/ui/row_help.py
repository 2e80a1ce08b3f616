"""Details of one row as JSON: words, numbers, alternatives, history, place on the web page."""

from typing import Any
from urllib.parse import quote

import streamlit as st

from ..records import Briefing, Language, join_text
from ..review.history import history_of_row
from ..review.realign import alternative_key, find_alternatives
from ..store import BeadRow
from . import glosses
from .session_state import ReviewWork


def as_wished(text: str) -> str:
    """Write Chinese text in the characters that the reviewer chose."""
    return glosses.rewritten(text, st.session_state.get("script_shown", "as written"))


def help_for(held: ReviewWork, row_id: str, *, whole: bool) -> dict[str, Any]:
    """Give everything that helps to read a row; without ``whole`` only its words."""
    row = held.session.state.row(row_id)
    found: dict[str, Any] = {
        "rev": row.revision,
        "whole": whole,
        "words": [
            {
                "text": as_wished(word.text),
                "start": word.start,
                "end": word.end,
                "pinyin": word.pinyin,
                "gloss": word.gloss,
            }
            for word in glosses.words(row.zh_final)
        ],
        "numbers": [],
        "options": [],
        "history": [],
        "pinyin": "",
    }
    if not whole:
        return found
    found["pinyin"] = glosses.pinyin(row.zh_final)
    found["numbers"] = [
        {"source": one.source, "target": one.target}
        for one in glosses.numbers(row.zh_final, row.en_final)
    ]
    found["options"] = _options(held, row_id)
    found["history"] = [
        {
            "seq": entry.seq,
            "at": f"{entry.at:%d %b %H:%M}",
            "who": entry.decision.reviewer,
            "action": entry.decision.action,
            "note": entry.decision.note,
        }
        for entry in reversed(history_of_row(held.session.log, row_id))
    ]
    for language in ("zh", "en"):
        found[f"url_{language}"] = _address(held.briefing, row, language)
    return found


def _options(held: ReviewWork, row_id: str) -> list[dict[str, Any]]:
    state = held.session.state
    zh, en = state.ordered_sentences()
    return [
        {
            "name": alternative_key(state, alternative),
            "p": alternative.probability,
            "rows": [
                [
                    join_text((zh[number] for number in bead.zh), "zh"),
                    join_text((en[number] for number in bead.en), "en"),
                ]
                for bead in alternative.beads
            ],
        }
        for alternative in find_alternatives(state, row_id, held.session.aligner).alternatives
    ]


def _address(briefing: Briefing, row: BeadRow, language: Language) -> str:
    """Give the address of the sentence on its page: browsers scroll to the text after ``#:~:``."""
    document = briefing.zh if language == "zh" else briefing.en
    text = row.zh_text if language == "zh" else row.en_text
    if not document.url.startswith(("http://", "https://")):
        return ""
    words = text[:40] if language == "zh" else " ".join(text.split()[:8])
    return f"{document.url}#:~:text={quote(words)}" if words else document.url
