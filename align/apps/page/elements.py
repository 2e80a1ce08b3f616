"""Elements of several pages: escaped text, links between pages, downloads, errors in one line."""

import datetime as dt
import json
import posixpath
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TypeVar

import streamlit as st
from babel.dates import format_timedelta

from ...corpus.store import BriefingSummary, Store
from ...errors import AlignError
from ...files import clean_name
from .language import LOCALES, TAGS, current_language, translate_message
from .language import gettext as _

PAGES, HERE, ORIGIN, NEWS = "pages", "page_here", "came_from", "news"
"""Names in the session: all pages, the page drawn, the page a row came from (and its query), and
what is told on the next page."""

LARGEST_UPLOAD = 50
"""Megabytes of a file, as in deploy/nginx.conf: some 100,000 rows. The command line takes more."""

LARGEST_CAPTURE = 200
"""Megabytes of a capture, as in deploy/nginx.conf: they are in memory until the last has come."""

LONGEST_FACT = 300
"""Characters of a fact: a title, a source, a licence."""

T = TypeVar("T")

_IMPORT = re.compile(r'^import .* from "(\..*)";$', re.MULTILINE)
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<&])")
_ADDRESS = re.compile(r"https?(?=:)|www(?=\.)", re.IGNORECASE)
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


STATIC = Path(__file__).parent / "static"
"""Files for the browser: style sheets, HTML and scripts."""

SCRIPTS = {path.relative_to(STATIC).as_posix(): path for path in sorted(STATIC.rglob("*.js"))}
"""Scripts by the names under which the server serves them: ES modules that import each other."""

SCRIPTS_VERSION = sha256(b"".join(path.read_bytes() for path in SCRIPTS.values())).hexdigest()[:16]
"""Part of the address of every script: browsers keep a script until its address changes."""

_LOADER = """
const at = name => new URL(`scripts/{version}/${{name}}`, location.href).href;
for (const name of {modules}) {{
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = at(name);
  document.head.append(link);
}}
const {{ default: run }} = await import(at("{name}"));
export default run;
"""
"""The script that Streamlit is given, as text. It runs from a ``blob:`` address, from which no
relative import is possible; the modules themselves come from the server."""


def read_static(name: str) -> str:
    """Return a file for the browser."""
    return (STATIC / name).read_text(encoding="utf-8")


def load_script(name: str) -> str:
    """Return the script of a component, which imports a module that the server serves.

    The modules that it imports, directly or not, are fetched at the same time as itself.
    """
    modules = json.dumps(list_imports(name))
    return _LOADER.format(version=SCRIPTS_VERSION, modules=modules, name=name)


def list_imports(name: str) -> list[str]:
    """Return the names of a module and of all that it imports, in the order of their first import.

    The list only saves time: a module that it misses is fetched when it is imported.
    """
    found = [name]
    for module in found:
        for relative in _IMPORT.findall(SCRIPTS[module].read_text(encoding="utf-8")):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(module), relative))
            if imported not in found:
                found.append(imported)
    return found


def neutralise(text: str) -> str:
    """Replace characters that turn the direction of text by U+FFFD."""
    return text.translate(_BIDI)


def escape_html(text: str) -> str:
    """Escape text for HTML, without characters that turn its direction."""
    return escape(neutralise(text))


def plain(text: str) -> str:
    r"""Escape text so that Markdown shows it as it is, without characters that turn its direction.

    An address in it becomes no link: an invisible word joiner (U+2060) stands within.

    >>> plain("3*4*5 costs $2"), plain("www.a.example") == "www\u2060\\.a\\.example"
    ('3\\*4\\*5 costs \\$2', True)
    """
    words = _ADDRESS.sub("\\g<0>\u2060", " ".join(neutralise(text).split()))
    return _MARKS.sub(r"\\\1", words)


def draw_text(text: str) -> None:
    """Draw text of the corpus as it is, without characters that turn its direction."""
    st.text(neutralise(text))


def draw_heading(text: str) -> None:
    """Name the page for a screen reader; those who see it have the navigation."""
    st.html(f'<h1 class="unseen">{escape_html(text)}</h1>')


def format_age(at: dt.datetime, now: dt.datetime) -> str:
    """Say how long ago something was.

    >>> now = dt.datetime(2031, 5, 14, 12, tzinfo=dt.UTC)
    >>> format_age(now - dt.timedelta(hours=3), now), format_age(now - dt.timedelta(days=2), now)
    ('3 hours ago', '2 days ago')
    """
    if now - at < dt.timedelta(minutes=1):
        return _("just now")
    locale = LOCALES[current_language()]
    return format_timedelta(at - now, threshold=1, add_direction=True, locale=locale)


@contextmanager
def show_errors(before: str = "", hidden: str = "") -> Iterator[None]:
    """Show an error of ours in one plain line instead of a traceback.

    :param hidden: words that are left out of it, as the name of a temporary folder.
    """
    try:
        yield
    except AlignError as error:
        words = translate_message(error.message)
        words = words.replace(hidden, "") if hidden else words
        st.error(plain(before + words).replace("\u2060", ""), icon=":material/error:")


def name_file(name: str) -> str:
    """Return a name for an upload on the server's disk, made of the one that a browser says.

    >>> name_file("../" + "报" * 99 + ".xlsx")[-7:], name_file("..")
    ('报报.xlsx', 'file')
    """
    own = "".join(filter(str.isprintable, Path(name).name)).lstrip(".")
    path = Path(clean_name(own) if sys.platform == "win32" else own)
    return f"{path.stem[:60]}{path.suffix[:10]}" or "file"


@st.cache_resource(show_spinner=False, max_entries=4)
def _read_summaries(_store: Store, name: str, version: str) -> tuple[BriefingSummary, ...]:
    return _store.briefings()


def read_summaries(store: Store) -> tuple[BriefingSummary, ...]:
    """Return the list of briefings; it is read once for each state of the corpus."""
    return _read_summaries(store, store.name, store.version())


def read_titles(store: Store) -> dict[str, str]:
    """Return the title of each briefing by its id."""
    return {
        one.id: neutralise(order_titles(one.en_title, one.zh_title, one.id)[0][1])
        for one in read_summaries(store)
    }


def order_titles(en: str, zh: str, name: str) -> list[tuple[str, str]]:
    """Return the titles of a briefing with their languages, the reader's own language first."""
    found = [pair for pair in ((TAGS["en"], en), (TAGS["zh"], zh)) if pair[1]]
    return (found[::-1] if current_language() == "zh" else found) or [(TAGS["en"], name)]


def close_view() -> None:
    """Leave the briefing: it starts fresh when it is opened again.

    The view stays until the next one is left: decisions may be on their way to it.
    """
    if view := st.session_state.pop("view", None):
        st.session_state["left"] = view
        view.asked = 0.0  # its reviewer is not there any more


def go_to(page: str, query: dict[str, str]) -> None:
    """Leave for another page, by its name and what its address says."""
    st.switch_page(st.session_state[PAGES][page], query_params=query)


def open_row(briefing: str, row: str) -> None:
    """Go to a row, or to a briefing where none is named; it leads back to where one is."""
    st.session_state[ORIGIN] = st.session_state.get(HERE, ""), dict(st.query_params)
    go_to("", {"briefing": briefing} | ({"row": row} if row else {}))


def show_news() -> None:
    """Tell for a while what the page before had to tell."""
    for text in st.session_state.pop(NEWS, ()):
        st.toast(plain(text), duration=20)


def origin_page() -> str:
    """Return the page from which the row was opened; empty for the list of briefings."""
    return str(st.session_state.get(ORIGIN, ("",))[0])


def draw_link(label: str, briefing: str, row: str, *, key: str, help: str | None = None) -> None:
    """Draw a button that leads to a row."""
    st.button(label, key=key, help=help, on_click=open_row, args=(briefing, row))


def draw_pages(found: Sequence[T], size: int, key: str) -> Sequence[T]:
    """Draw the numbers of pages where there are several; return what is on the chosen one."""
    pages = (len(found) - 1) // size + 1
    name = f"{key}-{len(found)}"  # what is found anew begins at its first page
    page = st.pagination(pages, key=name, persist_state="session") if pages > 1 else 1
    return found[size * (page - 1) : size * page]


def draw_empty(what: str) -> None:
    """Say that the corpus is empty, what the page will show, and where to begin."""
    st.header(_("No briefing yet"))
    st.markdown(what)
    pages = st.session_state.get(PAGES)
    if pages:  # a page that is drawn alone knows no other
        st.page_link(pages[""], label=_("Add a briefing"), icon=":material/add:")
