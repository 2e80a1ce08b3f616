"""Shared page elements: escaped text, links between pages, downloads, one-line errors."""

import datetime as dt
import json
import posixpath
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TypeVar

import streamlit as st
from babel.dates import format_timedelta

from ...corpus.review.desk import DeskList
from ...corpus.store import BriefingSummary, Store
from ...errors import AlignError
from ...files import clean_name
from .language import LOCALES, TAGS, current_language, translate_message
from .language import gettext as _

PAGES, HERE, ORIGIN, NEWS = "pages", "page_here", "came_from", "news"
"""Session keys: all pages, the current page, the page a row was opened from (with its query), and
messages for the next page."""

LARGEST_UPLOAD = 50
"""Maximum upload in MB, as in deploy/nginx.conf: about 100,000 rows. The CLI accepts more."""

LARGEST_CAPTURE = 200
"""Maximum capture in MB, as in deploy/nginx.conf; uploads are in memory until they are complete."""

LONGEST_FACT = 300
"""Maximum characters of a metadata field: title, source, licence."""

T = TypeVar("T")

_IMPORT = re.compile(r'^import [^"]* from "(\..*)";$', re.MULTILINE)
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:<&])")
_ADDRESS = re.compile(r"https?(?=:)|www(?=\.)", re.IGNORECASE)
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


STATIC = Path(__file__).parent / "static"
"""Files for the browser: style sheets, HTML and scripts."""

SCRIPTS = {path.relative_to(STATIC).as_posix(): path for path in sorted(STATIC.rglob("*.js"))}
"""Scripts by their names on the server: ES modules that import each other."""

SCRIPTS_VERSION = sha256(b"".join(path.read_bytes() for path in SCRIPTS.values())).hexdigest()[:16]
"""Part of the URL of every script, because browsers cache a script until its URL changes."""

_LOADER = """
const at = name => new URL(`scripts/{version}/${{name}}`, location.href).href;
const ahead = {ahead}[new URLSearchParams(location.search).has("briefing") ? "briefing" : "other"];
for (const name of [...{modules}, ...ahead]) {{
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = at(name);
  document.head.append(link);
}}
const {{ default: run }} = await import(at("{name}"));
export default component => run({{ ...component, data: component.data[0] }});
"""
"""Script passed to Streamlit as text. It runs from a ``blob:`` URL, which does not allow relative
imports, so it imports the modules from the server. The data is that of :func:`pack`."""


def pack(data: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return the data of a component for Streamlit.

    In a dictionary, Streamlit would look for tables: it imports pandas for that, for 0.4 s.
    """
    return [data]


def read_static(name: str) -> str:
    """Return the text of a static file."""
    return (STATIC / name).read_text(encoding="utf-8")


def load_script(name: str, *, briefing: Sequence[str] = (), other: Sequence[str] = ()) -> str:
    """Return the script of a component, which imports a module from the server.

    Its direct and indirect imports are fetched in parallel with it.

    :param briefing: modules of other components, which are fetched now because the page needs them
        soon, if its URL names a briefing.
    :param other: the same if it names none.
    """
    ahead = {"briefing": list_imports(*briefing), "other": list_imports(*other)}
    return _LOADER.format(
        version=SCRIPTS_VERSION,
        modules=json.dumps(list_imports(name)),
        ahead=json.dumps(ahead),
        name=name,
    )


def list_imports(*names: str) -> list[str]:
    """Return the names of modules and of all their imports, in the order of their first import.

    The list only saves time: modules missing from it are fetched when they are imported.
    """
    found = [*names]
    for module in found:
        for relative in _IMPORT.findall(SCRIPTS[module].read_text(encoding="utf-8")):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(module), relative))
            if imported not in found:
                found.append(imported)
    return found


def neutralise(text: str) -> str:
    """Return a text with bidirectional control characters replaced by U+FFFD."""
    return text.translate(_BIDI)


def escape_html(text: str) -> str:
    """Return a text escaped for HTML, without bidirectional control characters."""
    return escape(neutralise(text))


def plain(text: str) -> str:
    r"""Return a text that Markdown shows literally, without bidirectional control characters.

    An invisible word joiner (U+2060) keeps URLs in it from becoming links.

    >>> plain("3*4*5 costs $2"), plain("www.a.example") == "www\u2060\\.a\\.example"
    ('3\\*4\\*5 costs \\$2', True)
    """
    words = _ADDRESS.sub("\\g<0>\u2060", " ".join(neutralise(text).split()))
    return _MARKS.sub(r"\\\1", words)


def draw_text(text: str) -> None:
    """Draw corpus text literally, without bidirectional control characters."""
    st.text(neutralise(text))


def draw_heading(text: str) -> None:
    """Draw a page heading for screen readers; sighted users have the navigation bar."""
    st.html(f'<h1 class="unseen">{escape_html(text)}</h1>')


def format_age(at: dt.datetime, now: dt.datetime) -> str:
    """Return how long ago a time was, in words.

    >>> now = dt.datetime(2031, 5, 14, 12, tzinfo=dt.UTC)
    >>> format_age(now - dt.timedelta(hours=3), now), format_age(now - dt.timedelta(days=2), now)
    ('3 hours ago', '2 days ago')
    """
    if now - at < dt.timedelta(minutes=1):
        return _("just now")
    locale = LOCALES[current_language()]
    return format_timedelta(at - now, threshold=1, add_direction=True, locale=locale)


@contextmanager
def show_errors(hidden: str = "") -> Iterator[None]:
    """Show an :class:`AlignError` as one plain line instead of a traceback.

    :param hidden: text removed from the message, such as the name of a temporary folder.
    """
    try:
        yield
    except AlignError as error:
        words = translate_message(error.message)
        words = words.replace(hidden, "") if hidden else words
        st.error(plain(words).replace("\u2060", ""), icon=":material/error:")


def name_file(name: str) -> str:
    """Return a safe file name on the server for an upload, from the name sent by the browser.

    >>> name_file("../" + "报" * 99 + ".xlsx")[-7:], name_file("..")
    ('报报.xlsx', 'file')
    """
    own = "".join(filter(str.isprintable, Path(name).name)).lstrip(".")
    path = Path(clean_name(own) if sys.platform == "win32" else own)
    return f"{path.stem[:60]}{path.suffix[:10]}" or "file"


@st.cache_resource(show_spinner=False, max_entries=4)
def _open_desk_list(_store: Store, name: str) -> DeskList:
    return DeskList(_store)


def open_desk_list(store: Store) -> DeskList:
    """Return the list of briefings, which all sessions share."""
    found = _open_desk_list(store, store.name)
    if found.store is not store:  # the corpus was opened again
        _open_desk_list.clear()
        found = _open_desk_list(store, store.name)
    return found


def read_summaries(store: Store) -> tuple[BriefingSummary, ...]:
    """Return the briefings, the newest first; only those that changed are read again."""
    return open_desk_list(store).refresh()


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
    """Leave the briefing, so that it is loaded again when it is next opened.

    The view is kept until the next view is closed, because decisions may still arrive for it.
    """
    if view := st.session_state.pop("view", None):
        st.session_state["left"] = view
        view.asked = 0.0  # its reviewer no longer counts as present


def go_to(page: str, query: dict[str, str]) -> None:
    """Switch to another page, given its name and query parameters."""
    st.switch_page(st.session_state[PAGES][page], query_params=query)


def open_row(briefing: str, row: str) -> None:
    """Open a row, or the briefing if no row is named, and store the current page as its origin."""
    st.session_state[ORIGIN] = st.session_state.get(HERE, ""), dict(st.query_params)
    go_to("", {"briefing": briefing} | ({"row": row} if row else {}))


def show_news() -> None:
    """Show the messages that the previous page left, for 20 seconds."""
    for text in st.session_state.pop(NEWS, ()):
        st.toast(plain(text), duration=20)


def origin_page() -> str:
    """Return the page from which the row was opened, or ``""`` for the list of briefings."""
    return str(st.session_state.get(ORIGIN, ("",))[0])


def draw_link(label: str, briefing: str, row: str, *, key: str, help: str | None = None) -> None:
    """Draw a button that leads to a row."""
    st.button(label, key=key, help=help, on_click=open_row, args=(briefing, row))


def draw_pages(found: Sequence[T], size: int, key: str) -> Sequence[T]:
    """Draw page numbers if there are several pages; return the items on the chosen page."""
    pages = (len(found) - 1) // size + 1
    name = f"{key}-{len(found)}"  # other results begin at their first page
    page = st.pagination(pages, key=name, persist_state="session") if pages > 1 else 1
    return found[size * (page - 1) : size * page]


def draw_empty(what: str) -> None:
    """Draw a notice that the corpus is empty, with the purpose of the page and a first step."""
    st.header(_("No briefings yet"))
    st.markdown(what)
    pages = st.session_state.get(PAGES)
    if pages:  # unset if a page is drawn on its own
        st.page_link(pages[""], label=_("Add a briefing"), icon=":material/add:")
