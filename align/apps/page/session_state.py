"""State of one session of the page: who is there and what they may do, and what all sessions share.

The store holds the truth; a session holds cursors and a copy of the rows it shows. A login is asked
for where Streamlit's secrets configure one; otherwise a name is typed.
"""

import getpass
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import unquote
from weakref import WeakValueDictionary

import streamlit as st

from ...aligner.checks import Issue, check
from ...aligner.encoders import Encoder, load_configured
from ...aligner.text.word_links import WordVectors
from ...corpus.review import ReviewSession
from ...corpus.review.permissions import Permission, read_permission
from ...corpus.review.queue import RowFilter, filter_rows
from ...corpus.store import BeadRow, Store
from ...errors import AbsentError, AlignError, StoreError
from ...records import LANGUAGES, Briefing
from ...settings import Settings
from . import glosses
from .background_aligner import BackgroundAligner
from .background_words import BackgroundWords
from .elements import close_view, draw_heading, load_script
from .language import describe_browser, name_cookie
from .language import gettext as _

PAUSE = 0.002
"""Seconds between two rows that are checked in the background: a reviewer's key goes first."""

_browser = st.components.v2.component("align_browser", js=load_script("browser.js"))


def corpus_location() -> str:
    """Return the folder or address of the corpus that the page shows."""
    return Settings.from_environment().corpus


@st.cache_resource(show_spinner=False, max_entries=4)
def _store(location: str) -> Store:
    return Store.open(location)


def open_store() -> Store | None:
    """Open the corpus of the page; ``None`` where there is none yet.

    :raises StoreError: when it is there and cannot be opened.
    """
    location = corpus_location()
    try:
        return _store(location)
    except AbsentError:
        return None


@st.cache_resource(show_spinner=False, max_entries=1)
def load_encoder(name: str) -> Encoder:
    """Load an encoder once for all sessions."""
    return load_configured(replace(Settings.from_environment(), encoder=name))


@st.cache_resource(show_spinner=False, max_entries=1)
def load_word_vectors(name: str) -> WordVectors:
    """Return the vectors of words by an encoder, shared by all sessions."""
    return WordVectors(load_encoder(name).encode)


@st.cache_resource(show_spinner=False, max_entries=8)
def get_aligner(location: str, briefing: str) -> BackgroundAligner:
    """Return the aligner of a briefing, shared by everyone who reviews it; both are its key."""
    name = Settings.from_environment().encoder
    return BackgroundAligner(lambda: load_encoder(name))


@st.cache_resource(show_spinner=False, max_entries=4)
def get_words(_store: Store, location: str) -> BackgroundWords:
    """Return what the word model learned from the corpus, shared by all sessions."""
    return BackgroundWords(_store)


def needs_login() -> bool:
    """Return whether people have to log in: there is a section ``[auth]`` in the secrets."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def login_name() -> str:
    """Return the name that the login vouches for; empty where there is no login."""
    return read_claims(st.user.to_dict()) if needs_login() else ""


def read_claims(claims: Mapping[str, object]) -> str:
    """Return the name of a person in what the login provider says.

    The e-mail address, unless the provider says that it is unverified; else the provider's own
    name for the account, with the provider behind it, so that no two can be confused.

    >>> read_claims({"is_logged_in": True, "email": "Ann@Example.org", "sub": "17"})
    'ann@example.org'
    >>> read_claims({"is_logged_in": True, "email": "x@y.example", "email_verified": False,
    ...              "sub": "17", "iss": "https://id.example"})
    '17 at https://id.example'
    """
    if not claims.get("is_logged_in"):
        return ""
    email, verified = str(claims.get("email") or ""), claims.get("email_verified", True)
    if email and verified in (True, "true"):
        return email.casefold()
    return f"{claims.get('sub', 'somebody')} at {claims.get('iss', 'an unnamed provider')}"


def pass_gate() -> bool:
    """Return whether the page may be drawn; draw the login where it may not."""
    if not needs_login() or login_name():
        return True
    st.title(_("Briefings"))
    st.markdown(_("This corpus is open to its reviewers."))
    st.button(_("Log in"), type="primary", on_click=st.login, key="login")
    return False


def get_permission(store: Store, briefing: str = "") -> Permission:
    """Return what the reviewer may do; a typed name is nobody's admin where others can type it."""
    permission = read_permission(store, reviewer_name(), briefing, login=needs_login())
    if permission.role == "admin" and not needs_login() and not serves_only_here():
        return replace(permission, role="reviewer")
    return permission


def serves_only_here() -> bool:
    """Return whether only people of this machine reach the page, as far as it can know."""
    address = st.get_option("server.address") or "0.0.0.0"  # Streamlit's default
    local = address in ("localhost", "::1") or address.startswith("127.")
    return local and "X-Forwarded-For" not in st.context.headers


def account_name() -> str:
    """Return the name of the person whose account runs the page."""
    try:
        return Settings.from_environment().reviewer or getpass.getuser()
    except (AlignError, OSError, KeyError, ImportError):  # no such setting or no account
        return "reviewer"


def reviewer_name() -> str:
    """Return the name that decisions of this session carry: of the login where there is one."""
    return login_name() or typed_name() or account_name()


def may_decide(store: Store | None, briefing: str = "") -> bool:
    """Return whether whoever is at the page may decide, in a corpus or about one briefing of it.

    A corpus that is still to be made is open, unless a login is asked for.
    """
    if store is None:
        return not needs_login()
    return not store.reads_only and get_permission(store, briefing).may("decide")


def typed_name() -> str:
    """Return the name that was typed in this session, or before in this browser; empty if none."""
    kept = unquote(dict(st.context.cookies).get(name_cookie("reviewer"), ""))[:60].strip()
    return str(st.session_state.get("reviewer") or kept)


def set_reviewer(name: str) -> None:
    """Take a name that was typed; an empty one is that of the account."""
    st.session_state["reviewer"] = name.strip() or account_name()


def pass_name_gate() -> bool:
    """Return whether it is known who reviews; ask once in each browser where it is not."""
    with st.container(key="browser_told"):
        name = st.session_state.get("reviewer")
        cookies = {name_cookie("reviewer"): name} if name else {}
        _browser(key="browser", data=describe_browser(cookies))
    with suppress(AlignError):  # no such setting: told where it is needed
        if needs_login() or typed_name() or Settings.from_environment().reviewer:
            return True
    draw_heading(_("Who are you?"))
    with st.form("who", width=420):
        st.text_input(_("Who are you?"), value=account_name(), max_chars=60, key="who_name")
        st.caption(
            _("Every decision carries this name. This browser keeps it; Settings change it.")
        )
        st.form_submit_button(
            _("Go on"), type="primary", on_click=lambda: set_reviewer(st.session_state["who_name"])
        )
    return False


@lru_cache(maxsize=50_000)
def check_texts(zh: str, en: str) -> tuple[Issue, ...]:
    """Return the issues of a row; they are found once for all sessions."""
    return check(zh, en)


VIEWS: WeakValueDictionary[str, "BriefingView"] = WeakValueDictionary()
"""The open views by their keys; nobody can guess one who was not told it."""


@dataclass
class BriefingView:
    """One session's view of one briefing, which the table in the browser asks about by its key.

    ``wanted``, ``queue``, ``language`` and ``script`` are what was chosen when the page was
    ``drawn``. ``changed`` rows and ``parts`` have the number of the ``version`` that changed them.
    ``messages`` and ``refused`` are by the number of the operation that led to them. ``checks`` has
    the issues of each row that was checked, ``asked`` when the table asked last, ``loads`` which
    reading of the rows the briefing belongs to.
    """

    session: ReviewSession
    briefing: Briefing
    words: BackgroundWords
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: RowFilter = field(default_factory=RowFilter)
    queue: bool = False
    language: str = "en"
    script: glosses.Script = "as written"
    drawn: int = 0
    version: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[int, object]] = field(default_factory=dict)
    asked: float = 0.0
    acknowledged: int = 0
    messages: dict[int, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    focus: str = ""
    focus_number: int = 0
    scored: set[str] = field(default_factory=set)
    checks: dict[str, tuple[Issue, ...]] = field(default_factory=dict)
    seen: int = 0
    loads: int = 1

    def __post_init__(self) -> None:
        VIEWS[self.key] = self

    def prepare(self) -> None:
        """Check all rows in the background."""
        for row in self.session.state.rows:
            issues = check_texts(row.zh_final, row.en_final)
            self.checks.setdefault(row.id, issues)  # a row that changed meanwhile was checked then
            time.sleep(PAUSE)

    @property
    def failed(self) -> dict[str, tuple[Issue, ...]]:
        """The issues of the rows that have some."""
        checks = self.checks.copy()  # at once: prepare() may be adding to it
        return {row_id: issues for row_id, issues in checks.items() if issues}

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """The kinds of failed checks by row id."""
        return {
            row_id: tuple(dict.fromkeys(issue.kind for issue in issues))
            for row_id, issues in self.failed.items()
        }

    def label_speaker(self, row: BeadRow) -> str:
        """Return the label of the turn of a row, the English one where there is one."""
        for language in reversed(LANGUAGES):
            turns = (self.briefing.zh if language == "zh" else self.briefing.en).turns
            turn = self.session.state.turn_of(row, language)
            if 0 <= turn < len(turns) and turns[turn].label:
                return turns[turn].label.strip().rstrip(":：").strip()
        return ""

    def select_rows(self) -> tuple[BeadRow, ...]:
        """Return the rows that are wanted."""
        notes = self.session.notes.items() if self.wanted.noted else ()
        return filter_rows(
            self.session.state.rows,
            self.wanted,
            speaker=self.label_speaker,
            checks=self.kinds,
            noted=[row for row, threads in notes if any(thread.is_open for thread in threads)],
        )


def open_view(store: Store, briefing_id: str) -> BriefingView:
    """Return this session's view of a briefing; it is made when the briefing is opened.

    :raises AbsentError: when there is no such briefing.
    """
    who = reviewer_name()
    last: BriefingView | None = st.session_state.get("view")
    if last and (last.session.briefing, last.session.reviewer) == (briefing_id, who):
        return last
    close_view()
    aligner = get_aligner(corpus_location(), briefing_id)
    session = ReviewSession(store, briefing_id, who, aligner, login=needs_login())
    words = get_words(store, corpus_location())
    words.wake()
    view = BriefingView(session, store.briefing(briefing_id), words)
    mark_seen(view)
    aligner(*session.state.ordered_sentences())
    glosses.load_dictionaries()
    threading.Thread(target=view.prepare, daemon=True).start()
    st.session_state["view"] = view
    return view


def mark_seen(view: BriefingView) -> None:
    """Read up to which verdict the reviewer saw the briefing, and store that all is seen now.

    To whoever opens it for the first time nothing is news.
    """
    session = view.session
    name = "seen/" + hashlib.sha256(session.briefing.encode()).hexdigest()[:32]  # names are short
    seen = session.store.preference(session.reviewer, name)
    view.seen = seen if isinstance(seen, int) else session.seq
    if session.seq != seen and not session.private:
        with suppress(StoreError):  # a corpus that can only be read remembers nothing
            session.store.set_preference(session.reviewer, name, session.seq)
