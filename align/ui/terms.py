"""Terms page: recurring passages with their renderings, and a translator's glossary."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import streamlit as st

from ..search.terms import (
    GlossaryTerm,
    MissingRendering,
    Rendering,
    Term,
    find_missing_renderings,
    find_terms,
    read_glossary,
    write_missing,
    write_tbx,
    write_tsv,
)
from ..store import Store
from ..text.wording import count_noun
from .markdown import escaped, plain
from .navigation import aim_at_search, go_now, link_to, nothing_yet
from .session_state import corpus_location

PAGE = 20
"""Passages, or beads without a rendering, that are shown before one asks for more."""

MOST_RENDERINGS = 6
"""Renderings of one passage that are shown; the lists have all."""

T = TypeVar("T")

_STYLE = """<style>
.term { overflow-wrap: anywhere; line-height: 1.6 }
.term b { font-size: 1.08rem }
.term small { opacity: 0.7 }
.bar { display: grid; grid-template-columns: minmax(0, 1fr) 2.5rem; gap: 0.6rem;
  align-items: center; margin: 0.15rem 0 }
.bar div { unicode-bidi: isolate; overflow-wrap: anywhere; padding: 0.1rem 0.5rem;
  border-radius: 4px; background: linear-gradient(to right,
  color-mix(in srgb, #5b8db8 40%, transparent) var(--share),
  color-mix(in srgb, #8a94a3 12%, transparent) var(--share)) }
.bar i { opacity: 0.65 }
.bar span { text-align: right; font-variant-numeric: tabular-nums }
</style>"""


def view(store: Store | None) -> None:
    """Draw the terms page."""
    if store is None:
        nothing_yet("Chinese passages that recur, with their renderings, and a glossary to check.")
        return
    st.html(_STYLE)
    which = st.segmented_control(
        "What to look at",
        ("Renderings", "Glossary"),
        default="Renderings",
        key="terms_view",
        label_visibility="collapsed",
    )
    if which == "Glossary":
        _glossary(store)
    else:
        _renderings(store)
    go_now()


@st.cache_data(show_spinner="Counting what recurs…", max_entries=4)
def _terms(_store: Store, location: str, state: tuple[str, ...], least: int) -> tuple[Term, ...]:
    """Find the terms; the location and the state of the corpus are the key of the cache."""
    return find_terms(_store.pairs(), least=least)


def _state(store: Store) -> tuple[str, ...]:
    """Return what changes whenever a briefing is saved or reviewed."""
    return tuple(f"{name} {state}" for name, state in sorted(store.stamps().items()))


def _renderings(store: Store) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        least = st.number_input(
            "In at least … rows", min_value=2, value=3, step=1, width=180, key="terms_least"
        )
        part = st.text_input("Passage or rendering holds", key="terms_part", placeholder="any")
        only = st.toggle("Only inconsistent ones", key="terms_only")
    found = _terms(store, corpus_location(), _state(store), int(least))
    shown = [term for term in found if _fits(term, (part or "").strip().lower(), only=only)]
    st.caption(
        f"{len(shown):,} of {count_noun(len(found), 'passage')}, the least consistent first. "
        "A free translation counts as not found."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Download:", width="content")
        _download("TSV", "terms.tsv", partial(_file, write_tsv, shown, "terms.tsv"))
        _download("TBX", "terms.tbx", partial(_file, write_tbx, shown, "terms.tbx"))
    for term in _first(shown, "terms_more"):
        _term(term)


def _fits(term: Term, part: str, *, only: bool) -> bool:
    """Say whether a term holds what was typed, and is inconsistent where only those are wanted."""
    texts = (term.zh, *(one.en for one in term.renderings))
    ways = sum(1 for one in term.renderings if one.en)
    return any(part in text for text in texts) and (ways > 1 or not only)


def _term(term: Term) -> None:
    with st.container(border=True, key=f"term-{term.zh}"):
        shown = term.renderings[:MOST_RENDERINGS]
        bars = "".join(_bar(one, term.count) for one in shown)
        more = len(term.renderings) - len(shown)
        rest = f"<small>and {more} more</small>" if more else ""
        st.html(
            f'<div class="term"><b lang="zh-Hans">{escaped(term.zh)}</b> '
            f"<small>{term.count} rows</small>{bars}{rest}</div>"
        )
        with st.container(horizontal=True):
            st.button(
                "All rows", key=f"term-all-{term.zh}", on_click=aim_at_search, args=(term.zh,)
            )
            with st.popover("Examples"):
                for one in shown:
                    _examples(term, one)


def _bar(one: Rendering, count: int) -> str:
    """Give one rendering as HTML, its share as the filled part of its line.

    >>> _bar(Rendering("<b>", 1, ()), 4)
    '<div class="bar"><div style="--share: 25%" lang="en">&lt;b&gt;</div><span>1</span></div>'
    """
    text = escaped(one.en) if one.en else "<i>not found</i>"
    share = f"{one.count / count:.0%}"
    return (
        f'<div class="bar"><div style="--share: {share}" lang="en">{text}</div>'
        f"<span>{one.count}</span></div>"
    )


def _examples(term: Term, one: Rendering) -> None:
    """Draw a button for each example of a rendering; it opens the row in review."""
    st.caption(plain(one.en) if one.en else "not found")
    with st.container(horizontal=True):
        for number, example in enumerate(one.examples, start=1):
            key = f"term-{term.zh}-{example.bead}"
            link_to(f"Open {number}", example.briefing, example.bead, key=key)


def _glossary(store: Store) -> None:
    given = st.file_uploader(
        "Your glossary: a line for each term, Chinese, a tab, English; several renderings with "
        "a semicolon between.",
        type=["tsv", "txt"],
        key="terms_glossary",
    )
    if given is None:
        st.caption("Rows whose Chinese has a term and whose English has none of its renderings.")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "glossary.tsv"
        path.write_bytes(given.getvalue())
        glossary = read_glossary(path)
    found = _missing(store, corpus_location(), _state(store), glossary)
    if not found:
        st.success(f"Every row has the rendering that {_required(glossary)}.")
        return
    st.caption(f"{count_noun(len(found), 'row')} without the rendering that {_required(glossary)}.")
    _download("TSV", "missing.tsv", partial(_file, write_missing, found, "missing.tsv"))
    titles = {one.id: one.en_title or one.zh_title or one.id for one in store.briefings()}
    for one in _first(found, "terms_missing_more"):
        _one_missing(one, titles.get(one.pair.briefing, one.pair.briefing))


def _required(glossary: Sequence[GlossaryTerm]) -> str:
    return "1 term requires" if len(glossary) == 1 else f"{len(glossary):,} terms require"


@st.cache_data(show_spinner="Looking for the terms…", max_entries=4)
def _missing(
    _store: Store,
    location: str,
    state: tuple[str, ...],
    glossary: tuple[GlossaryTerm, ...],
) -> tuple[MissingRendering, ...]:
    """Look for a glossary; the location and the state of the corpus are the key of the cache."""
    return tuple(find_missing_renderings(glossary, _store.pairs()))


def _one_missing(one: MissingRendering, title: str) -> None:
    with st.container(border=True, key=f"missing-{one.term.zh}-{one.pair.id}"):
        st.html(
            f'<div class="term"><b lang="zh-Hans">{escaped(one.term.zh)}</b> '
            f"<small>should be {escaped(' or '.join(one.term.en))}</small></div>"
        )
        st.text(one.pair.zh)
        st.text(one.pair.en)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(title))
            key = f"missing-open-{one.term.zh}-{one.pair.id}"
            link_to("Open", one.pair.briefing, one.pair.id, key=key)


def _first(found: Sequence[T], key: str) -> Iterable[T]:
    """Yield the first ones, and draw a button for more after them."""
    many = PAGE * (1 + int(st.session_state.get(key, 0)))
    yield from islice(found, many)
    if len(found) > many:
        st.button("More", key=f"{key}_button", on_click=_more, args=(key,))


def _more(key: str) -> None:
    st.session_state[key] = int(st.session_state.get(key, 0)) + 1


def _download(label: str, name: str, data: Callable[[], bytes]) -> None:
    st.download_button(label, data, file_name=name, on_click="ignore", key=f"download-{name}")


def _file(write: Callable[[Sequence[T], Path], None], found: Sequence[T], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write(found, Path(folder) / name)
        return (Path(folder) / name).read_bytes()
