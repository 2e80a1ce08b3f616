"""Details of one row as JSON: words, links, numbers, alternatives, history, place on its page."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import streamlit as st

from ..records import LANGUAGES, Briefing, Language, join_text
from ..review.history import history_of_row, leaves_rows
from ..review.realign import alternative_key, find_alternatives
from ..settings import Settings
from ..store import BeadRow
from ..text.word_links import WordLink, link_words
from . import glosses
from .background_aligner import BackgroundAligner
from .language import gettext as _
from .session_state import BriefingView, load_word_vectors


def rewrite_chinese(text: str) -> str:
    """Write Chinese text in the characters that the reviewer chose."""
    return glosses.rewrite(text, st.session_state.get("script_shown", "as written"))


def make_help(view: BriefingView, row_id: str, *, whole: bool) -> dict[str, Any]:
    """Return everything that helps to read a row; without ``whole`` only its words."""
    row = view.session.state.row(row_id)
    help: dict[str, Any] = {
        "rev": row.revision,
        "whole": whole,
        "words": [
            {**asdict(word), "text": rewrite_chinese(word.text)}
            for word in glosses.gloss_words(row.zh_final)
        ],
        "links": list(map(asdict, _link_words(view, row))),
    }
    if not whole:
        return help
    return {
        **help,
        "pinyin": glosses.write_pinyin(row.zh_final),
        "numbers": glosses.list_numbers(row.zh_final, row.en_final),
        "options": _alternatives(view, row_id),
        "history": [
            {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "who": entry.decision.reviewer,
                "action": _(entry.decision.action),
                "note": entry.decision.note,
            }
            for entry in reversed(history_of_row(view.session.log, row_id))
            if not leaves_rows(entry)
        ],
        **{f"url_{language}": _address(view.briefing, row, language) for language in LANGUAGES},
    }


def _link_words(view: BriefingView, row: BeadRow) -> tuple[WordLink, ...]:
    """Link the words of a row, by the vectors of the encoder too once the aligner has loaded it."""
    aligner, name = view.session.aligner, Settings.from_environment().encoder
    ready = isinstance(aligner, BackgroundAligner) and aligner.get_problem(
        *view.session.state.ordered_sentences()
    )
    vectors = load_word_vectors(name) if ready and name == "use" else None  # it knows single words
    return link_words(row.zh_final, row.en_final, vectors, view.learned)


def _alternatives(view: BriefingView, row_id: str) -> list[dict[str, Any]]:
    state = view.session.state
    zh, en = state.ordered_sentences()
    found = find_alternatives(state, row_id, view.session.aligner)
    ids = [row.id for row in state.rows[found.run.start : found.run.stop]]
    return [
        {
            "name": alternative_key(state, alternative),
            "p": alternative.probability,
            "ids": ids,
            "rows": [
                [
                    rewrite_chinese(join_text((zh[at] for at in bead.zh), "zh")),
                    join_text((en[at] for at in bead.en), "en"),
                ]
                for bead in alternative.beads
            ],
        }
        for alternative in found.alternatives
    ]


def _address(briefing: Briefing, row: BeadRow, language: Language) -> str:
    """Return the address of a row on its page: browsers scroll to the text after ``#:~:``."""
    document = briefing.zh if language == "zh" else briefing.en
    text = row.zh_text if language == "zh" else row.en_text
    if not document.url.startswith(("http://", "https://")):
        return ""
    words = text[:40] if language == "zh" else " ".join(text.split()[:8])
    return f"{document.url}#:~:text={quote(words)}" if words else document.url
