"""Entry point of the page: frame, address and views. ``app.py`` of a checkout runs this too."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from ..errors import AbsentError, AlignError
from . import access, briefings, corpus, navigation, people, review, search, terms
from . import settings_page as settings
from .markdown import plain
from .session_state import open_store, work

# Less air above the text, letters that are dark enough to read (4.5:1), and no dimming of the table
# while Python answers: it is up to date.
_STYLE = """<style>
.stMainBlockContainer { padding: 4.2rem clamp(0.8rem, 3vw, 3rem) 1rem; max-width: 110rem }
[data-testid="stCaptionContainer"] { opacity: 0.78 !important }
[data-testid="stButtonGroup"] button[aria-checked="true"],
[data-testid="stButtonGroup"] button[aria-pressed="true"],
[data-testid="stButtonGroup"] button[kind$="Active"],
[data-testid="stButtonGroup"] button[aria-checked="true"] *,
[data-testid="stSliderThumbValue"],
[data-testid="stSliderThumbValue"] * { color: inherit !important }
[class*="st-key-briefing-"] h3 { font-size: 1rem; line-height: 1.6; padding: 0 }
[class*="st-key-briefing-"] [data-testid="stHeading"] * { margin-bottom: 0 !important }
[class*="st-key-briefing-"] h3,
[class*="st-key-briefing-"] p:not([data-testid="stCaptionContainer"] *),
[class*="st-key-queue-"] [data-testid="stText"] { display: -webkit-box;
  -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden }
.st-key-review_base { position: absolute }
.stMain:has(.st-key-review_table) [data-stale="true"] { opacity: 1 !important }
.st-key-review_title p:has(> strong) { display: -webkit-box; -webkit-box-orient: vertical;
  -webkit-line-clamp: 2; overflow: hidden }
@media (max-width: 640px) {
  .stHorizontalBlock > :has(> .st-key-review_title) { order: -1; flex-basis: 100% !important }
  .st-key-list_choice > .st-key-find, .st-key-q { width: 100% !important; flex-basis: 100% }
}
</style>"""


@st.cache_resource(show_spinner=False)
def quicken() -> bool:
    """Keep what was imported out of the garbage collector.

    Streamlit collects after every run of the script; with the imports frozen an action takes
    10 ms of CPU instead of 74 (measured with Streamlit 1.67).
    """
    import altair  # noqa: F401 # imported to be frozen with the rest
    import pandas  # noqa: F401 # imported to be frozen with the rest

    gc.collect()
    gc.freeze()
    # An aligner that prepares in the background must not keep a reviewer's key waiting: with the
    # default of 5 ms each hand-over of the interpreter lock takes that long.
    sys.setswitchinterval(0.0005)
    return True


def start() -> None:
    """Draw the list of briefings, or the one that the address names."""
    with _told():
        navigation.go_now()
        store = open_store()
        if store is not None and store.reads_only:
            st.caption(f":material/lock: {plain(store.reads_only)}")
        name = st.query_params.get("briefing", "")
        # The list and a briefing have two places, and each empties the other's at once: what is
        # left of a run before would stand between the new elements while a slow store answers.
        if store is None or not name:
            place = st.container()
            st.empty()
            with place:
                briefings.view(store)
            return
        try:
            with st.empty(), st.spinner("Opening the briefing …"):
                work(store, name)
            with st.container():
                review.view(store, name)
        except AbsentError:
            st.warning(f"{plain(name)}: this corpus has no such briefing.")
            st.button("All briefings", on_click=review.leave)


@contextmanager
def _told() -> Iterator[None]:
    """Show an error of ours in one plain line instead of a traceback."""
    try:
        yield
    except AlignError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _whole(draw: str) -> None:
    views = {
        "search": search.view,
        "terms": terms.view,
        "corpus": corpus.view,
        "people": people.view,
        "settings": settings.view,
    }
    navigation.stand_on(draw)
    with _told():
        views[draw](open_store())


def search_page() -> None:
    """Draw the search of the whole corpus."""
    _whole("search")


def terms_page() -> None:
    """Draw recurring passages and a glossary."""
    _whole("terms")


def corpus_page() -> None:
    """Draw the corpus."""
    _whole("corpus")


def people_page() -> None:
    """Draw agreement and conflicts."""
    _whole("people")


def settings_page() -> None:
    """Draw the settings."""
    _whole("settings")


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Briefings", page_icon="📖", layout="wide")
    quicken()
    st.html(_STYLE)
    if not access.gate():
        return
    pages = [
        st.Page(start, title="Briefings", icon=":material/menu_book:", default=True),
        st.Page(search_page, title="Search", icon=":material/search:", url_path="search"),
        st.Page(terms_page, title="Terms", icon=":material/translate:", url_path="terms"),
        st.Page(corpus_page, title="Corpus", icon=":material/monitoring:", url_path="corpus"),
        st.Page(people_page, title="People", icon=":material/group:", url_path="people"),
        st.Page(settings_page, title="Settings", icon=":material/settings:", url_path="settings"),
    ]
    st.session_state[navigation.PAGES] = {"": pages[0]} | {
        page.url_path: page for page in pages[1:]
    }
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
