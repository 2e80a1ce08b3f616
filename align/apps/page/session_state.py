"""State of a page session: reviewer, permissions, open view; and objects that all sessions share.

The store is authoritative; a session keeps cursors and a copy of the rows it shows. People log in
if Streamlit's secrets configure a login; otherwise they type a name.
"""

import getpass
import hashlib
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from urllib.parse import unquote

import streamlit as st

from ...aligner.checks import Issue, check
from ...aligner.encoders import Encoder, load_configured
from ...aligner.text.word_vectors import WordVectors
from ...corpus.review import ReviewSession
from ...corpus.review.permissions import Author, Permission, read_permission
from ...corpus.review.queue import RowFilter, filter_rows
from ...corpus.review.realign_after import Realignment
from ...corpus.review.transfer import PageChange, find_changes
from ...corpus.search.terms.term_check import TermChecker
from ...corpus.store import BeadRow, HistoryEntry, Store
from ...corpus.store.term_base import count_term_decisions, read_terms
from ...errors import AbsentError, AlignError
from ...records import LANGUAGES, CharSpan, Document, Language, Sides
from ...settings import Settings
from . import glosses
from .background_aligner import BackgroundAligner
from .background_words import BackgroundWords
from .background_writes import WRITES
from .elements import close_view, load_script, pack
from .language import describe_browser, name_cookie
from .language import gettext as _
from .open_views import OpenView
from .practice import open_practice, practice_folder

CHECKING, PAUSE = 0.001, 0.004
"""Seconds for which rows are checked in the background, and of the pause after that, so that
shortcuts respond quickly."""

_browser = st.components.v2.component(
    "align_browser",
    # It is drawn first, so it fetches the scripts of what is drawn after it.
    js=load_script("browser.js", briefing=["table.js"], other=["toolbar.js", "desk.js"]),
)


PRACTISING = "practice"
"""Query parameter of the practice (:mod:`.practice`); only the start page has it."""


def is_practising() -> bool:
    """Return whether the page shows the practice instead of the corpus."""
    return PRACTISING in st.query_params


def corpus_location() -> str:
    """Return the folder or URL of the corpus that the page shows."""
    if is_practising():
        return str(practice_folder(reviewer_name()))
    return Settings.from_environment().corpus


@st.cache_resource(show_spinner=False, max_entries=4)
def _store(location: str) -> Store:
    return Store.open(location)


@st.cache_resource(show_spinner=False, max_entries=20)
def _practice_store(reviewer: str) -> Store:
    return open_practice(reviewer)


def open_store() -> Store | None:
    """Open the corpus of the page; return ``None`` if it does not exist yet.

    :raises StoreError: if it exists but cannot be opened.
    """
    return _practice_store(reviewer_name()) if is_practising() else open_corpus()


def open_corpus() -> Store | None:
    """Open the corpus of the settings, in any thread; errors as in :func:`open_store`."""
    try:
        return _store(Settings.from_environment().corpus)
    except AbsentError:
        return None


@st.cache_resource(show_spinner=False, max_entries=1)
def load_encoder(name: str) -> Encoder:
    """Load an encoder once for all sessions."""
    return load_configured(replace(Settings.from_environment(), encoder=name))


@st.cache_resource(show_spinner=False, max_entries=1)
def load_word_vectors(name: str) -> WordVectors:
    """Return the word vectors of an encoder, shared by all sessions."""
    return WordVectors(load_encoder(name).encode)


@st.cache_resource(show_spinner=False, max_entries=8)
def get_aligner(location: str, briefing: str) -> BackgroundAligner:
    """Return the aligner of a briefing of a corpus, shared by everyone who reviews it."""
    name = Settings.from_environment().encoder
    return BackgroundAligner(lambda: load_encoder(name))


@st.cache_resource(show_spinner=False, max_entries=4)
def get_words(_store: Store, location: str) -> BackgroundWords:
    """Return the word counts of the corpus, shared by all sessions."""
    return BackgroundWords(_store)


def needs_login() -> bool:
    """Return whether people have to log in: the secrets have a section ``[auth]``."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def login_name() -> str:
    """Return the name verified by the login, or an empty string without a login."""
    return read_claims(st.user.to_dict()) if needs_login() else ""


def read_claims(claims: Mapping[str, object]) -> str:
    """Return the name of a person from the claims of the login provider.

    The name is the e-mail address, unless the provider marks it as unverified. Otherwise it is
    the provider's id of the account and the provider, so that every name is unique.

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
    """Return whether the page may be drawn; draw the login if not."""
    if not needs_login() or login_name():
        return True
    st.title(_("Briefings"))
    st.markdown(_("Log in to open this corpus."))
    st.button(_("Log in"), type="primary", on_click=st.login, key="login")
    return False


def get_permission(store: Store, briefing: str = "") -> Permission:
    """Return the reviewer's permission; without login, only a page served locally has admins."""
    permission = read_permission(store, reviewer_name(), briefing, login=needs_login())
    if permission.role == "admin" and not needs_login() and not serves_only_here():
        return replace(permission, role="reviewer")
    return permission


def serves_only_here() -> bool:
    """Return whether only this machine can reach the page, judged by address and proxy header."""
    address = st.get_option("server.address") or "0.0.0.0"  # Streamlit's default
    local = address in ("localhost", "::1") or address.startswith("127.")
    return local and "X-Forwarded-For" not in st.context.headers


def account_name() -> str:
    """Return the name of the person whose account runs the page."""
    try:
        return Settings.from_environment().reviewer or getpass.getuser()
    except (AlignError, OSError, KeyError, ImportError):  # bad setting, or no account
        return "reviewer"


def reviewer_name() -> str:
    """Return the reviewer name of this session: from the login, as typed, or of the account."""
    return login_name() or typed_name() or account_name()


def get_author() -> Author:
    """Return who makes the changes of this session, with how the name is verified."""
    return Author(reviewer_name(), needs_login())


def may_decide(store: Store | None, briefing: str = "") -> bool:
    """Return whether the current user may decide, in the corpus or on one of its briefings.

    Everyone may decide if the corpus does not exist yet, unless a login is required.
    """
    if store is None:
        return not needs_login()
    return not store.reads_only and get_permission(store, briefing).may("decide")


def typed_name() -> str:
    """Return the name typed in this session, or earlier in this browser; empty if none."""
    kept = unquote(dict(st.context.cookies).get(name_cookie("reviewer"), ""))[:60].strip()
    return str(st.session_state.get("reviewer") or kept)


def set_reviewer(name: str) -> None:
    """Set the reviewer name of the session; an empty name means the account's name."""
    st.session_state["reviewer"] = name.strip() or account_name()


PRODUCT = "briefing-align"
"""Name on the first screen, the same in both languages."""


def pass_name_gate() -> bool:
    """Return whether the reviewer is known; if not, ask (once per browser)."""
    with st.container(key="browser_told"):
        name = st.session_state.get("reviewer")
        cookies = {name_cookie("reviewer"): name} if name else {}
        _browser(key="browser", data=pack(describe_browser(cookies)))
    with suppress(AlignError):  # a bad setting is reported where it is used
        if needs_login() or typed_name() or Settings.from_environment().reviewer:
            return True
    st.title(PRODUCT)
    account = account_name()
    suggested = "" if account == "root" else account  # the account of a container names no person
    with st.form("who", width=420):
        st.text_input(_("What is your name?"), value=suggested, max_chars=60, key="who_name")
        st.caption(
            _(
                "Your decisions are saved under this name. This browser remembers it; change "
                "it in Settings."
            )
        )
        st.form_submit_button(
            _("Continue"),
            type="primary",
            on_click=_take_name,
        )
    return False


def _take_name() -> None:
    """Set the reviewer to the name in the form; an empty name leaves the form open."""
    if name := st.session_state["who_name"].strip():
        set_reviewer(name)


@lru_cache(maxsize=50_000)
def check_texts(zh: str, en: str, probability: float | None) -> tuple[Issue, ...]:
    """Return the issues of a row, cached for all sessions."""
    return check(zh, en, probability)


@st.cache_resource(show_spinner=False, max_entries=4)
def _load_checker(_store: Store, location: str, decisions: int) -> TermChecker:
    return TermChecker(read_terms(_store))


def get_checker(store: Store) -> TermChecker:
    """Return the checker of the current term base, the same object until the term base changes."""
    return _load_checker(store, corpus_location(), count_term_decisions(store))


@dataclass
class BriefingView(OpenView):
    """View of one briefing in one session; the table in the browser addresses it by its key.

    ``wanted``, ``queue``, ``language`` and ``script`` are the choices at the time the page was
    ``drawn``. ``changed`` and ``parts`` map rows and parts to the ``version`` that changed them.
    ``conflicts`` maps numbers of operations that touch what others edited to the possible answers.
    ``checks`` contains the issues of each checked row, ``term_places`` the places of its approved
    terms. ``judged`` contains the probabilities of unreviewed rows given the accepted ones, after
    ``judged_at`` decisions (:mod:`.background_judge`); ``late`` those that order the queue once no
    row left is doubtful. ``cause`` is the reviewer's last decision until it is known what follows
    from it, unless the reviewer switched that off (``realigns``). ``realignments`` are the rows to
    realign after it, and ``realigned_msg`` says which ones were realigned since the last operation.
    ``asked`` is the time of the table's last request, ``at`` the row at its cursor then, and
    ``looked`` all rows to which it went.
    ``page_changes`` are the publisher's changes since the briefing was stored, and ``loads`` is the
    number of the reload that they and ``documents`` belong to.
    """

    session: ReviewSession
    documents: Mapping[Language, Document]
    words: BackgroundWords
    wanted: RowFilter = field(default_factory=RowFilter)
    queue: bool = False
    script: glosses.Script = "as written"
    drawn: int = 0
    version: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    parts: dict[str, tuple[int, object]] = field(default_factory=dict)
    asked: float = 0.0
    at: str = ""
    conflicts: dict[int, dict[str, object]] = field(default_factory=dict)
    focus: str = ""
    focus_number: int = 0
    scored: set[str] = field(default_factory=set)
    judged: dict[str, float] = field(default_factory=dict)
    judged_at: int = 0
    late: dict[str, float] = field(default_factory=dict)
    judging: bool = False
    cause: HistoryEntry | None = None
    realigns: bool = True
    realignments: tuple[Realignment, ...] = ()
    realigned_msg: str = ""
    looked: set[str] = field(default_factory=set)
    page_changes: tuple[PageChange, ...] = ()
    terms: TermChecker = field(default_factory=TermChecker)
    checks: dict[str, tuple[Issue, ...]] = field(default_factory=dict)
    term_places: dict[str, Sides[tuple[CharSpan, ...]]] = field(default_factory=dict)
    seen: int = 0
    loads: int = 1

    @property
    def reviewer(self) -> str:
        """The name that decisions of this view carry."""
        return self.session.reviewer

    def read_documents(self) -> None:
        """Read the documents again, and the publisher's changes since they were stored."""
        store, name = self.session.store, self.session.briefing
        self.documents = store.current_documents(name)
        self.page_changes = find_page_changes(store, name, self.documents)

    def prepare(self) -> None:
        """Check all rows in the background."""
        until = time.monotonic() + CHECKING
        for row in self.session.state.rows:
            if row.id not in self.checks:  # rows changed meanwhile are already checked
                self.examine(row)
            if time.monotonic() > until:
                time.sleep(PAUSE)
                until = time.monotonic() + CHECKING

    def examine(self, row: BeadRow) -> None:
        """Keep the issues of a row, with those of the term base, and the places of its terms."""
        texts = row.zh_final, row.en_final
        self.checks[row.id] = (*check_texts(*texts, row.probability), *self.terms.check(*texts))
        self.term_places.pop(row.id, None)
        places = self.terms.mark(*texts)
        if places.zh or places.en:
            self.term_places[row.id] = places

    def use_terms(self, terms: TermChecker) -> None:
        """Check all rows again if the term base has changed."""
        if terms is not self.terms:
            self.terms = terms
            self.checks, self.term_places = {}, {}
            threading.Thread(target=self.prepare, daemon=True).start()

    @property
    def failed(self) -> dict[str, tuple[Issue, ...]]:
        """Issues by row id, only for rows that have any."""
        checks = self.checks.copy()  # copied first, because prepare() may add to it
        return {row_id: issues for row_id, issues in checks.items() if issues}

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """Kinds of failed checks by row id."""
        return {
            row_id: tuple(dict.fromkeys(issue.kind for issue in issues))
            for row_id, issues in self.failed.items()
        }

    def label_speaker(self, row: BeadRow) -> str:
        """Return the speaker label of a row's turn, preferably the English one, or ``""``."""
        for language in reversed(LANGUAGES):
            turns = self.documents[language].turns
            turn = self.session.state.turn_of(row, language)
            if 0 <= turn < len(turns) and turns[turn].label:
                return turns[turn].label.strip().rstrip(":：").strip()
        return ""

    def select_rows(self) -> tuple[BeadRow, ...]:
        """Return the rows that match the filter."""
        notes = self.session.notes.items() if self.wanted.noted else ()
        return filter_rows(
            self.session.state.rows,
            self.wanted,
            speaker=self.label_speaker,
            checks=self.kinds,
            noted=[row for row, threads in notes if any(thread.is_open for thread in threads)],
        )


def current_view(store: Store, briefing_id: str) -> BriefingView | None:
    """Return this session's view of a briefing, or ``None`` if the briefing is not open yet."""
    view: BriefingView | None = st.session_state.get("view")
    if view is None:
        return None
    if (view.session.briefing, view.session.reviewer) != (briefing_id, reviewer_name()):
        return None
    view.use_terms(get_checker(store))
    return view


def open_view(
    store: Store, briefing_id: str, documents: Mapping[Language, Document], key: str
) -> BriefingView:
    """Read the rows of a briefing and return this session's new view of it.

    :param documents: its current documents.
    :param key: the key of the view.
    """
    who = reviewer_name()
    close_view()
    aligner = get_aligner(corpus_location(), briefing_id)
    session = ReviewSession(store, briefing_id, who, aligner, login=needs_login())
    words = get_words(store, corpus_location())
    words.wake()
    terms = get_checker(store)
    changes = find_page_changes(store, briefing_id, documents)
    view = BriefingView(session, documents, words, key=key, terms=terms, page_changes=changes)
    mark_seen(view)
    aligner(*session.state.ordered_sentences())
    glosses.load_dictionaries()
    threading.Thread(target=view.prepare, daemon=True).start()
    st.session_state["view"] = view
    return view


def find_page_changes(
    store: Store, briefing_id: str, documents: Mapping[Language, Document]
) -> tuple[PageChange, ...]:
    """Return the publisher's changes since a briefing was stored.

    :param documents: its current documents.
    """
    first = store.first_documents(briefing_id)
    if first == documents:
        return ()
    return find_changes(first, store.briefing(briefing_id))


def mark_seen(view: BriefingView) -> None:
    """Load the number of the last decision that the reviewer has seen; store the latest later.

    When a reviewer opens a briefing for the first time, all decisions count as seen.
    """
    session = view.session
    name = "seen/" + hashlib.sha256(session.briefing.encode()).hexdigest()[:32]  # names are limited
    seen = session.store.preference(session.reviewer, name)
    view.seen = seen if isinstance(seen, int) else session.seq
    if session.seq != seen and not session.private and not session.store.reads_only:
        write = partial(session.store.set_preference, session.reviewer, name, session.seq)
        WRITES.put(write)
