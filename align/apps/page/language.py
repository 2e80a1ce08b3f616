"""Language of the page: its texts in English and Chinese, through gettext.

The catalog is the text file that translators edit; it is compiled in memory when first needed.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import streamlit as st
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from streamlit.runtime.scriptrunner import get_script_run_ctx

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "zh": "中文"}
LOCALES = {"en": "en", "zh": "zh_CN"}
"""The names by which Babel knows them."""

TAGS = {"en": "en", "zh": "zh-Hans"}
"""The names by which browsers know them."""

LIBRARY = "library"
"""Context of the catalog for messages of the library that the page shows."""

_BARE = re.compile(r"(\{\w+\}[:;. ]*){3,}")
"""A message that is made of parts only; each of them is translated by itself."""

_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")
_BETWEEN = re.compile(r"; (?![^“]*”)")  # two messages; what somebody wrote is quoted
_REASON = re.compile(r"\breason: “([^”]*)”")  # one of ours, chosen from a list
_JOINED = re.compile(r", | and ")
_OPTION = re.compile(r"--\w+ \{(\w+)\}")

_SPOKEN: ContextVar[str] = ContextVar("_SPOKEN", default="")


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Write texts in a language where no session is at hand: in the answer to a request."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def current_language() -> str:
    """Return the language of this session: the one that was chosen, else the browser's."""
    if spoken := _SPOKEN.get():
        return spoken
    if get_script_run_ctx(suppress_warning=True) is None:  # a thread, a test of one function
        return "en"
    if "language" not in st.session_state:
        wanted = find_language(dict(st.context.cookies), st.context.locale or "")
        st.session_state["language"] = wanted
    return str(st.session_state["language"])


def find_language(cookies: Mapping[str, str], locale: str) -> str:
    """Return the language of a browser: the one that it keeps, else its own."""
    wanted = cookies.get(name_cookie("language")) or locale
    return "zh" if wanted.lower().startswith("zh") else "en"


def choose_language(language: str) -> None:
    """Take another language, in this session and in this browser."""
    st.session_state["language"] = st.session_state["language_kept"] = language


def draw_switch() -> None:
    """Draw a button for the other language; it stands at the head of every page."""
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
    """Return a text of the page, in the language that the reader chose where none is named."""
    return _translations(language or current_language()).gettext(text)


def gettext_noop(text: str) -> str:
    """Mark a text to be translated where it is shown."""
    return text


def format_count(one: str, many: str, count: int, **values: object) -> str:
    """Return a text of the page about a count, in the form for it, with what is filled in."""
    form = _translations(current_language()).ngettext(one, many, count)
    return form.format(count=count, **values)


def translate_message(text: str) -> str:
    """Return a message of the library in the reader's language, in English where it is unknown.

    Several messages in one line are translated one by one.
    """
    language = current_language()
    return text if language == "en" else _translate(language, _REASON.sub(r"reason: \1", text))


@lru_cache(maxsize=20_000)
def _translate(language: str, text: str) -> str:
    word = _translations(language).gettext(text) if text else ""
    if word != text:
        return word
    for pattern, translated in _library_patterns(language):
        if found := pattern.fullmatch(text):
            filled = found.groupdict()
            new = {name: _translate(language, words) for name, words in filled.items()}
            # An option of a command is typed as it is.
            new |= {name: filled[name] for name in _OPTION.findall(translated)}
            if names := filled.get("join_names"):
                new["join_names"] = _JOINED.sub("、", names)
            return translated.format(**new)
    parts = _BETWEEN.split(text)
    if len(parts) > 1:
        return "；".join(_translate(language, part) for part in parts)
    if text.endswith(".") and text[0].isupper():  # what was noted as a part of a sentence
        word = _translate(language, inner := text[0].lower() + text[1:-1])
        return f"{word}。" if word != inner else text
    return text


def describe_browser(cookies: Mapping[str, str]) -> dict[str, object]:
    """Return what the browser is told: cookies to keep, the language, the texts of scripts."""
    language = current_language()
    if kept := st.session_state.get("language_kept"):
        cookies = {**cookies, name_cookie("language"): kept}
    return {"cookies": cookies, "lang": TAGS[language], "texts": _script_texts(language)}


def read_help(name: str) -> str:
    """Return a help text of the page, which is a file for each language."""
    suffix = "" if current_language() == "en" else f".{current_language()}"
    return (HERE / "static" / f"{name}{suffix}.md").read_text(encoding="utf-8")


@cache
def read_catalog(language: str) -> Catalog:
    """Return the catalog of a language; that of English is empty."""
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
    """Return the texts of the scripts in the browser, by their (singular) English form."""
    return {
        _first(message.id): _first(message.string)
        for message in read_catalog(language)
        if message.id and any(path.endswith((".js", "/words")) for path, _ in message.locations)
    }


@cache
def _library_patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return what fits each message of the library, the ones that say most first."""
    found = [
        (_first(message.id), _first(message.string))
        for message in read_catalog(language)
        if message.context == LIBRARY and not _BARE.fullmatch(_first(message.id))
    ]
    found.sort(key=lambda pair: len(re.sub(r"\{.*?\}", "", pair[0])), reverse=True)
    patterns = (_PLACEHOLDER.sub(r"(?P<\1>.*?)", re.escape(text)) for text, _translated in found)
    # What a message begins with is a name or quoted, and no other message.
    name = r"\1(?:“[^”]*”|(?![:;] )[^“])"
    named = (re.sub(r"^(\(\?P<\w+>)\.", name, pattern) for pattern in patterns)
    return [
        (re.compile(pattern, re.DOTALL), translated)
        for pattern, (_text, translated) in zip(named, found, strict=True)
    ]


def _first(forms: str | Sequence[str] | None) -> str:
    return forms if isinstance(forms, str) else (forms or [""])[0]


def name_cookie(what: str) -> str:
    """Return the name of a cookie of this server: cookies are shared by all ports."""
    return f"align_{what}_{st.get_option('server.port')}"
