"""State of one session of the page, and what all sessions share.

The store holds the truth; a session holds cursors and a copy of the rows it shows.
"""

import getpass
import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import streamlit as st

from ..checks import Issue, check
from ..encoders import Encoder, load_configured
from ..errors import AbsentError, AlignError, StoreError
from ..records import Briefing
from ..review import Presence, ReviewSession
from ..settings import Settings, hide_account
from ..store import BeadRow, Store
from . import access, glosses
from .background_aligner import BackgroundAligner

PAUSE = 0.002
"""Seconds between two rows that are checked in the background."""


def corpus_location() -> str:
    """Return the folder or address of the corpus that the page shows."""
    return Settings.from_environment().corpus


def corpus_name() -> str:
    """Return the corpus as it may be shown to everybody: without account and password."""
    location = corpus_location()
    return hide_account(location)


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
def _encoder_lock() -> threading.Lock:
    return threading.Lock()


@st.cache_resource(show_spinner=False, max_entries=1)
def _load_encoder(name: str) -> Encoder:
    return load_configured(replace(Settings.from_environment(), encoder=name))


def encoder_name() -> str:
    """Return the encoder that the settings name."""
    return Settings.from_environment().encoder


def shared_encoder(name: str) -> Encoder:
    """Load an encoder once for all sessions."""
    with _encoder_lock():
        return _load_encoder(name)


@st.cache_resource(show_spinner=False, max_entries=8)
def matcher(_location: str, _briefing: str) -> BackgroundAligner:
    """Return the aligner of a briefing, shared by everyone who reviews it."""
    name = encoder_name()
    return BackgroundAligner(lambda: shared_encoder(name))


def account() -> str:
    """Return the name of the person whose account runs the page."""
    try:
        return Settings.from_environment().reviewer or getpass.getuser()
    except (AlignError, OSError, KeyError):  # no such setting, or no account behind the process
        return "reviewer"


def reviewer() -> str:
    """Return the name that decisions of this session carry: of the login where there is one."""
    return access.logged_in() or str(st.session_state.get("reviewer") or account())


def take_name(who: object) -> None:
    """Hear the name that was typed in a tab before it was loaded anew; a login knows better."""
    name = str(who.get("name", ""))[:60].strip() if isinstance(who, Mapping) else ""
    if name and not st.session_state.get("reviewer") and not access.login_required():
        st.session_state["reviewer"] = name
        st.session_state.pop("keys", None)
        forget()


@lru_cache(maxsize=50_000)
def _checked(zh: str, en: str) -> tuple[Issue, ...]:
    return check(zh, en)


def issues_of(row: BeadRow) -> tuple[Issue, ...]:
    """Check one row; the same texts are checked once."""
    if not row.zh_final or not row.en_final:
        return ()
    return _checked(row.zh_final, row.en_final)


@dataclass
class CheckCache:
    """The failed checks of a briefing's rows, found in the background."""

    found: dict[str, tuple[Issue, ...]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)

    def update(self, rows: Sequence[BeadRow], pause: float = 0.0) -> None:
        """Check rows that are new or changed.

        :param pause: seconds to rest after each row, so that a reviewer's key goes first.
        """
        for row in rows:
            if self.revisions.get(row.id) != row.revision:
                self.found[row.id] = issues_of(row)
                self.revisions[row.id] = row.revision
                if pause:
                    time.sleep(pause)

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """The kinds of failed checks by row id."""
        return {
            row_id: tuple(dict.fromkeys(issue.kind for issue in issues))
            for row_id, issues in tuple(self.found.items())
            if issues
        }


@dataclass
class ReviewWork:
    """One session's view of one briefing."""

    session: ReviewSession
    briefing: Briefing
    checks: CheckCache
    presence: Presence
    key: str = ""
    base: dict[str, object] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    loads: int = 0
    acknowledged: int = 0
    message: str = ""
    said: dict[int, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    focus: str = ""
    focused: int = 0
    scored: dict[str, float | None] = field(default_factory=dict)
    help: dict[str, object] = field(default_factory=dict)
    asked: str = ""
    whole: bool = False
    seen: int = 0
    drawn: bool = False


def work(store: Store, briefing_id: str) -> ReviewWork:
    """Return this session's view of a briefing; it is made when the briefing is opened.

    :raises AbsentError: when there is no such briefing.
    """
    who = reviewer()
    held: ReviewWork | None = st.session_state.get("work")
    if held and (held.session.briefing, held.session.reviewer) == (briefing_id, who):
        return held
    helper = matcher(corpus_location(), briefing_id)
    session = ReviewSession(store, briefing_id, who, helper, login=access.login_required())
    new = ReviewWork(
        session, store.briefing(briefing_id), CheckCache(), Presence(store, briefing_id, who)
    )
    last = store.preference(who, _seen(briefing_id), 0)
    new.loads = session.loads
    new.seen = last if isinstance(last, int) else 0
    if session.seq != new.seen and not session.private:
        _remember(store, who, briefing_id, session.seq)
    helper.warm(*session.state.ordered_sentences())
    glosses.warm()
    threading.Thread(
        target=new.checks.update, args=(session.state.rows, PAUSE), daemon=True
    ).start()
    st.session_state["work"] = new
    return new


def _seen(briefing_id: str) -> str:
    """Name the preference that keeps how far a reviewer saw a briefing; names are short."""
    return "seen/" + hashlib.sha256(briefing_id.encode()).hexdigest()[:32]


def _remember(store: Store, who: str, briefing_id: str, seq: int) -> None:
    try:
        store.set_preference(who, _seen(briefing_id), seq)
    except StoreError:  # a corpus that can only be read remembers nothing
        return


def forget() -> None:
    """Leave the briefing: the next one starts fresh."""
    st.session_state.pop("work", None)
