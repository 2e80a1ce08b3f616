"""Hits by meaning on the search page."""

from collections.abc import Callable

import streamlit as st

from ..search import Concordance, Hit, SemanticHit, SemanticSearch, Where
from ..store import Store
from .session_state import shared_encoder

NEAREST = 25
"""Rows that are shown: those after them have little to do with the passage."""

WEAK = 0.3
"""A nearest row that is less near has chance in it: so near come any two greetings."""

SIDES = {"both": "zh en", "Chinese": "zh", "English": "en"}

Draw = Callable[[Hit, str], None]
"""Draws a hit, with a remark on it."""


@st.cache_resource(show_spinner=False, max_entries=4)
def _meaning(_store: Store, _concordance: Concordance, _location: str, name: str) -> SemanticSearch:
    return SemanticSearch(_store, shared_encoder(name), _concordance)


def nearest(
    store: Store, concordance: Concordance, location: str, name: str, query: str, where: Where
) -> tuple[SemanticHit, ...]:
    """Find the rows that are nearest; vectors that are missing are made first.

    :param name: the encoder.
    """
    with st.spinner("Comparing meanings …"):
        meaning = _meaning(store, concordance, location, name)
        bar = st.empty()
        meaning.refresh(
            lambda done, total: bar.progress(
                min(done / total, 1.0), f"Reading the meaning of {total:,} texts, once: {done:,}"
            )
        )
        bar.empty()
        sides = SIDES[st.session_state.get("s_side") or "both"]
        return meaning.search(query, NEAREST, where=where, sides=sides)


def show(found: tuple[SemanticHit, ...], draw: Draw) -> None:
    """Draw the nearest rows, the nearest first."""
    if not found:
        st.info("No row fits these conditions. Take one away.")
        return
    st.caption(
        "The nearest rows, whatever their words."
        if found[0].similarity >= WEAK
        else "Nothing is really near. A whole sentence, in either language, finds more than a word."
    )
    for one in found:
        draw(one.hit, remark(one))


def remark(near: SemanticHit) -> str:
    """Say how near a row is, by which of its texts, and how often it is said.

    >>> from align.search.concordance import Hit, HitSide
    >>> hit = Hit("b", "x", "", "", "", "", "", None, HitSide("", (), ()), HitSide("", (), ()))
    >>> remark(SemanticHit("zh", 0.934, hit, 3))
    '0.93 near by its Chinese · said 3 times'
    """
    side = "Chinese" if near.side == "zh" else "English"
    often = f" · said {near.times:,} times" if near.times > 1 else ""
    return f"{near.similarity:.2f} near by its {side}{often}"
