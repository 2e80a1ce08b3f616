"""Filters of the review page: quick choices, the filters behind *More*, the search."""

from dataclasses import replace

import streamlit as st

from ..records import STATUSES, Status
from ..review import RowFilter, filter_rows
from ..store import BeadRow
from .session_state import ReviewWork

LOW = 0.8
"""Below this probability a row counts as doubtful in the filter."""

SHOW = ("unreviewed", "doubtful", "failed checks", "not 1-1", "flagged", "rejected")

MORE = {
    "f_speaker": [],
    "f_kind": [],
    "f_check": [],
    "f_status": [],
    "f_who": [],
    "f_below": 1.0,
}
"""The filters behind *More*, and what each is when it hides nothing."""


def speaker(held: ReviewWork, row: BeadRow) -> str:
    """Return the label of the turn that a row belongs to, the English one where there is one."""
    for language, document in (("en", held.briefing.en), ("zh", held.briefing.zh)):
        turn = held.session.state.turn_of(row, language)  # type: ignore[arg-type] # literals above
        if 0 <= turn < len(document.turns) and document.turns[turn].label:
            return document.turns[turn].label.strip().rstrip(":：").strip()
    return ""


def matching(held: ReviewWork, wanted: RowFilter) -> tuple[BeadRow, ...]:
    """Return the rows of a briefing that pass a filter."""
    return filter_rows(
        held.session.state.rows,
        wanted,
        speaker=lambda row: speaker(held, row),
        checks=held.checks.kinds,
    )


def show_all() -> None:
    """Show every row again."""
    st.session_state["q"], st.session_state["show"] = "", []
    for key, unset in MORE.items():
        st.session_state[key] = unset


def more(held: ReviewWork, rows: tuple[BeadRow, ...]) -> RowFilter:
    """Draw the filters that are needed less often."""
    speakers = sorted({speaker(held, row) for row in rows} - {""})
    kinds = sorted({row.kind for row in rows})
    names = sorted({row.reviewer for row in rows} - {""})
    checks = sorted({kind for found in held.checks.kinds.values() for kind in found})
    return RowFilter(
        speakers=_some_of("Speaker", speakers, "f_speaker"),
        kinds=_some_of("Bead type", kinds, "f_kind"),
        checks=_some_of("Failed check", checks, "f_check"),
        statuses=_statuses(st.multiselect("Status", STATUSES, key="f_status")),
        reviewers=_some_of("Reviewer", names, "f_who"),
        below=_below(st.slider("Probability below", 0.0, 1.0, 1.0, 0.05, key="f_below")),
    )


def _some_of(label: str, options: list[str], key: str) -> frozenset[str]:
    """Let some be chosen; where there are none, nothing is drawn."""
    return frozenset(st.multiselect(label, options, key=key)) if options else frozenset()


def _statuses(chosen_ones: list[Status]) -> frozenset[Status]:
    return frozenset(chosen_ones)


def _below(value: float) -> float | None:
    return None if value >= 1.0 else value


def with_pills(wanted: RowFilter, query: str, shown: list[str]) -> RowFilter:
    """Lay the search and the quick choices over the other filters."""
    statuses = set(wanted.statuses)
    statuses |= {name for name in shown if name in STATUSES}
    return replace(
        wanted,
        text=query,
        statuses=frozenset(statuses),
        below=LOW if "doubtful" in shown else wanted.below,
        odd="not 1-1" in shown,
        failed="failed checks" in shown,
    )
