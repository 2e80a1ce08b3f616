"""Language of the page: its messages in English and Chinese, through gettext.

The catalog is the PO file that translators edit; it is compiled in memory on first use.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import streamlit as st
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ...errors import as_message

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "zh": "中文"}
LOCALES = {"en": "en", "zh": "zh_CN"}
"""Babel locales by language."""

TAGS = {"en": "en", "zh": "zh-Hans"}
"""Language tags for browsers by language."""

_SPOKEN: ContextVar[str] = ContextVar("_SPOKEN", default="")


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Set the language of messages inside the block, for requests outside a Streamlit session."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def current_language() -> str:
    """Return the language of this session: the chosen one, or else that of the browser."""
    if spoken := _SPOKEN.get():
        return spoken
    if get_script_run_ctx(suppress_warning=True) is None:  # in a thread, or a unit test
        return "en"
    if "language" not in st.session_state:
        wanted = find_language(dict(st.context.cookies), st.context.locale or "")
        st.session_state["language"] = wanted
    return str(st.session_state["language"])


def find_language(cookies: Mapping[str, str], locale: str) -> str:
    """Return the language for a browser: from its cookie, or else from its preferences."""
    wanted = cookies.get(name_cookie("language")) or locale
    return "zh" if wanted.lower().startswith("zh") else "en"


def choose_language(language: str) -> None:
    """Set the language of this session and this browser."""
    st.session_state["language"] = language
    st.session_state["language_kept"] = language


def draw_switch() -> None:
    """Draw the button at the top of every page that switches to the other language."""
    other = next(one for one in LANGUAGES if one != current_language())
    with st.container(key="language_switch"):
        st.button(
            LANGUAGES[other],
            key="language_other",
            type="tertiary",
            on_click=choose_language,
            args=(other,),
        )


def gettext(text: str, language: str = "") -> str:
    """Return a message of the page in a language, by default that of the session."""
    return _translations(language or current_language()).gettext(text)


def format_count(one: str, many: str, count: int, **values: object) -> str:
    """Return a message of the page in the plural form for a count, with its values filled in."""
    form = _translations(current_language()).ngettext(one, many, count)
    return form.format(count=count, **values)


def translate_message(text: str) -> str:
    """Return a message of the library in the reader's language, or in English if untranslated.

    A plain text, such as one stored by an earlier version, is looked up as a whole.
    """
    return as_message(text).render(_translations(current_language()))


def describe_browser(cookies: Mapping[str, str]) -> dict[str, object]:
    """Return the data for the browser: cookies to store, language, messages of the scripts."""
    language = current_language()
    if kept := st.session_state.get("language_kept"):
        cookies = {**cookies, name_cookie("language"): kept}
    return {
        "cookies": cookies,
        "lang": TAGS[language],
        "texts": _script_texts(language),
    }


def read_help(name: str) -> str:
    """Return a help text of the page from the file for the session's language."""
    suffix = "" if current_language() == "en" else f".{current_language()}"
    return (HERE / "static" / f"{name}{suffix}.md").read_text(encoding="utf-8")


@cache
def read_catalog(language: str) -> Catalog:
    """Return the message catalog of a language; the English catalog is empty."""
    if language == "en":
        return Catalog()
    path = HERE / "locale" / LOCALES[language] / "LC_MESSAGES" / "align.po"
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale=LOCALES[language])


@cache
def _translations(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _script_texts(language: str) -> dict[str, str]:
    """Return the messages of the browser scripts by their (singular) English form."""
    return {
        _first(message.id): _first(message.string)
        for message in read_catalog(language)
        if message.id and any(path.endswith((".js", "/words")) for path, _ in message.locations)
    }


def _first(forms: str | Sequence[str] | None) -> str:
    return forms if isinstance(forms, str) else (forms or [""])[0]


def name_cookie(what: str) -> str:
    """Return the cookie name for this server, with its port, because ports share cookies."""
    return f"align_{what}_{st.get_option('server.port')}"
