"""Terms page: recurring terms with their renderings, and a translator's glossary."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ...corpus.search.terms import (
    LEAST_ROWS,
    TERM_LISTS,
    KeptTerms,
    Rendering,
    Term,
    TermList,
    write_tbx,
    write_tsv,
    write_xlsx,
)
from ...corpus.store import Store
from ...errors import N_
from .elements import (
    draw_empty,
    draw_link,
    escape_html,
    go_to,
    neutralise,
    plain,
)
from .language import format_count
from .language import gettext as _
from .search import open_concordance
from .term_base import draw_adding, draw_download, draw_term_base
from .toolbar import draw_toolbar

AT_ONCE = 5_000
"""Maximum rows of a corpus whose terms are counted automatically, which takes seconds."""

MOST_TERMS = 1_000
"""Maximum terms in the table, so that it can be browsed; the downloaded lists contain all."""

RARE = 0.25
"""A rendering is rare if its count is at most this fraction of the most frequent one's."""

MOST_RENDERINGS = 6
"""Maximum renderings shown per term; the downloaded lists contain all."""

LISTS: dict[TermList, str] = {
    "certain": N_("Usual rendering"),
    "varied": N_("Renderings vary"),
    "missing": N_("Not found"),
    "ceremony": N_("Courtesy phrases"),
}
"""Labels of the term lists on the page."""


def draw(store: Store | None) -> None:
    """Draw the terms page."""
    if store is None:
        draw_empty(_("Recurring Chinese terms with their renderings, and the term base."))
        return
    part = st.segmented_control(
        _("View"),
        (N_("Renderings"), N_("Term base")),
        default="Renderings",
        format_func=_,
        key="terms_view",
        label_visibility="collapsed",
    )
    draw_toolbar(store, _("Find a term"), "hits" if part == "Term base" else "")
    if part == "Term base":
        draw_term_base(store)
    else:
        _draw_terms(store)


def _draw_terms(store: Store) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = st.number_input(
            _("Minimum number of rows"),
            min_value=2,
            value=LEAST_ROWS,
            step=1,
            width=180,
            key="terms_least",
        )
        part = st.text_input(
            _("Term or rendering contains"), key="terms_part", placeholder=_("any")
        )
    chosen = st.segmented_control(
        _("List"),
        TERM_LISTS,
        default="certain",
        format_func=lambda name: _(LISTS[name]),
        key="terms_list",
        label_visibility="collapsed",
    )
    lists: tuple[TermList, ...] = (chosen or "certain",)
    terms = KeptTerms(open_concordance(store).index, int(least))
    if not _draw_counting(terms):
        return
    letters = (part or "").strip()
    size = terms.size(letters, lists=lists)
    found = terms.find(letters, lists=lists, limit=MOST_TERMS)
    words = format_count(
        "{size:,} of {count:,} term, most reliable and frequent first. Free "
        "translations count as “not found”.",
        "{size:,} of {count:,} terms, most reliable and frequent first. Free "
        "translations count as “not found”.",
        terms.size(),
        size=size,
    )
    st.caption(words)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Download:"), width="content")
        draw_download("terms.tsv", lambda path: write_tsv(terms.find(letters), path))
        draw_download("terms.xlsx", lambda path: write_xlsx(terms.find(letters), path))
        draw_download("terms.tbx", lambda path: write_tbx(terms.find(letters), path))
    if found:
        _draw_term(store, found[_draw_table(found)])
    if size > len(found):
        words = _("Showing the first {count:,}; the downloads contain all.")
        st.caption(words.format(count=len(found)))


def _draw_table(found: Sequence[Term]) -> int:
    """Draw the table of terms, sortable by column; return the index of the selected term."""
    chosen = st.dataframe(
        {
            _("Chinese"): [neutralise(term.zh) for term in found],
            _("Rows"): [term.count for term in found],
            _("Most common rendering"): [
                neutralise(term.renderings[0].en) or "—" for term in found
            ],
            _("Share"): [100 * term.renderings[0].count / term.count for term in found],
            _("Reliability"): [100 * term.sure for term in found],
            _("Other renderings"): [
                " · ".join(map(neutralise, term.renderings[0].variants)) for term in found
            ],
            _("Renderings"): [len(term.renderings) for term in found],
            _("Rare renderings"): [
                " · ".join(f"⚠ {neutralise(one.en)}" for one in find_rare(term)) for term in found
            ],
        },
        column_config={
            _("Share"): st.column_config.ProgressColumn(
                format="%.0f%%", min_value=0, max_value=100, width="small"
            ),
            _("Reliability"): st.column_config.NumberColumn(format="%.0f%%", width="small"),
            _("Rows"): st.column_config.NumberColumn(width="small"),
            _("Renderings"): st.column_config.NumberColumn(width="small"),
            _("Chinese"): st.column_config.TextColumn(width=140),
            _("Most common rendering"): st.column_config.TextColumn(width=230),
            _("Other renderings"): st.column_config.TextColumn(width=190),
            _("Rare renderings"): st.column_config.TextColumn(width="large"),
        },
        hide_index=True,
        row_height=26,
        height=min(40 + 26 * len(found), 570),
        on_select="rerun",
        selection_mode="single-row",
        key="terms_table",
    )
    row = next(iter(chosen["selection"]["rows"]), 0)
    return row if row < len(found) else 0  # the selection may be from a longer table


def find_rare(term: Term) -> list[Rendering]:
    """Return the rare renderings of a term, which a translator should check."""
    usual = term.renderings[0].count
    return [one for one in term.renderings[1:] if one.en and one.count <= RARE * usual]


def _draw_counting(terms: KeptTerms) -> bool:
    """Count terms, in a large corpus only on request; return whether there is a list to show."""
    if terms.current:
        return True
    rows = terms.index.size()
    label = format_count(
        "Extract terms from {count:,} row", "Extract terms from {count:,} rows", rows
    )
    if rows > AT_ONCE and not st.button(label):
        stale = _("This list is out of date: the text has changed since.")
        st.caption(stale if terms.state() else "")
        return bool(terms.state())
    bar = st.progress(0.0, label)
    terms.count_again(lambda done, total: bar.progress(done / total))
    st.rerun()


def _draw_term(store: Store, term: Term) -> None:
    with st.container(border=True, key=f"term-{term.zh}"):
        shown = term.renderings[:MOST_RENDERINGS]
        bars = "".join(bar_html(rendering, term.count) for rendering in shown)
        more = len(term.renderings) - len(shown)
        rest = "<small>" + _("and {count} more").format(count=more) + "</small>" if more else ""
        rows = format_count("{count:,} row", "{count:,} rows", term.count)
        st.html(
            f'<div class="term"><b lang="zh-Hans">{escape_html(term.zh)}</b> '
            f"<small>{rows}</small>{bars}{rest}</div>"
        )
        with st.container(horizontal=True):
            all_rows = partial(go_to, "search", {"words": term.zh})
            st.button(_("All rows"), key=f"term-all-{term.zh}", on_click=all_rows)
            draw_adding(store, term)
            with st.popover(_("Examples")):
                for rendering in shown:
                    st.caption(plain(rendering.en) or _("not found"))
                    with st.container(horizontal=True):
                        for number, example in enumerate(rendering.examples, start=1):
                            key = f"term-{term.zh}-{example.bead}"
                            label = _("Open {number}").format(number=number)
                            draw_link(label, example.briefing, example.bead, key=key)


def bar_html(rendering: Rendering, count: int) -> str:
    """Return one rendering as HTML, its share as the filled part of its line.

    >>> bar_html(Rendering("<b>", 1, ()), 4)
    '<div class="bar"><div style="--share: 25%" lang="en">&lt;b&gt;</div><span>1</span></div>'
    """
    text = escape_html(rendering.en) or "<i>" + _("not found") + "</i>"
    share = f"{rendering.count / count:.0%}"
    return (
        f'<div class="bar"><div style="--share: {share}" lang="en">{text}</div>'
        f"<span>{rendering.count}</span></div>"
    )
