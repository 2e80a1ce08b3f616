"""What is done with several briefings at once: export, set source and licence, assign."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from ...corpus.review import InvalidEditError
from ...corpus.review.changes import describe_briefing
from ...corpus.review.history import UNDO
from ...corpus.review.permissions import Author, assign
from ...corpus.store import Store
from ...corpus.store.people import person_access, roles
from ...errors import N_, AlignError
from ...sources.ingest.documents import check_facts
from .downloads import draw_files
from .elements import LONGEST_FACT, neutralise, plain, read_summaries, show_errors
from .hits_exchange import HitsView, Undoable
from .language import format_count, translate_message
from .language import gettext as _
from .session_state import get_author, get_permission, may_decide
from .toolbar import open_view

Value = Mapping[str, str] | tuple[str, ...]
"""What is changed of a briefing: its facts, or the people it is assigned to."""

ASKED = "desk_asked"
"""Session key of the action whose dialog is open, with the briefings that it is about."""

MOST_FAILURES = 5
"""Most refusals that are listed."""


def ask(sent: object) -> None:
    """Open the dialog of an action that the table asks for."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("ids"), list):
        return
    st.session_state[ASKED] = str(sent.get("name")), [str(one) for one in sent["ids"]]


def draw(store: Store) -> None:
    """Draw the dialog of the action that was asked for, if it is allowed."""
    name, sent = st.session_state.get(ASKED, ("", []))
    if not name:
        return
    wanted = {*sent}
    ids = [one.id for one in read_summaries(store) if one.id in wanted]
    allowed: dict[str, tuple[bool, str, Callable[[Store, Sequence[str]], None]]] = {
        "export": (True, _("Export"), _draw_export),
        "describe": (may_decide(store), _("Source and licence"), _draw_facts),
        "assign": (get_permission(store).may("manage"), _("Assign"), _draw_assignment),
    }
    if name not in allowed or not ids or not allowed[name][0]:
        return
    _allowed, title, draw_content = allowed[name]
    st.dialog(title, on_dismiss=_close)(draw_content)(store, ids)


def _close() -> None:
    st.session_state.pop(ASKED, None)


def _draw_count(ids: Sequence[str]) -> None:
    st.caption(
        format_count("{count:,} briefing selected", "{count:,} briefings selected", len(ids))
    )


def _draw_export(store: Store, ids: Sequence[str]) -> None:
    _draw_count(ids)
    draw_files(store, "briefings", key="desk", briefings=ids)


# -- source, licence, and the people it is assigned to --------------------------------------------


def _draw_facts(store: Store, ids: Sequence[str]) -> None:
    _draw_count(ids)
    with st.form("desk_facts", border=False):
        source = st.text_input(_("Source"), key="desk_source", max_chars=LONGEST_FACT)
        licence = st.text_input(
            _("Licence"), key="desk_licence", max_chars=LONGEST_FACT, placeholder="CC-BY-4.0"
        )
        st.caption(_("An empty field leaves the present value."))
        pressed = st.form_submit_button(_("Save"), type="primary")
    given = {"source": (source or "").strip(), "licence": (licence or "").strip()}
    facts = {name: text for name, text in given.items() if text}
    if pressed and facts:
        with show_errors():
            checked = check_facts(facts)
            _change(store, DescribedBriefings, dict.fromkeys(ids, checked))


def _draw_assignment(store: Store, ids: Sequence[str]) -> None:
    _draw_count(ids)
    names = [name for name, role in roles(store).items() if role != "reader"]
    if not names:
        st.info(_("No roles are set. Give roles on the page *People* first."))
        return
    chosen = st.multiselect(
        _("Reviewers"),
        names,
        format_func=neutralise,
        key="desk_reviewers",
        placeholder=_("everyone"),
        select_all=False,
    )
    if st.button(_("Assign"), key="desk_assign", type="primary"):
        _change(store, AssignedBriefings, dict.fromkeys(ids, tuple(chosen)))


def _change(store: Store, kind: type["ChangedBriefings"], wanted: Mapping[str, Value]) -> None:
    """Change briefings and note the change for undo; show the refusals, or close the dialog."""
    view, author = open_view(store), get_author()
    change, refusals = kind.make(store, author, wanted)
    if change.size:
        view.note(change)
        words = format_count(
            "{count:,} briefing changed", "{count:,} briefings changed", change.size
        )
        view.news = view.news[0] + 1, words
    for refusal in refusals[:MOST_FAILURES]:
        st.error(plain(translate_message(refusal)))
    if len(refusals) > MOST_FAILURES:
        more = len(refusals) - MOST_FAILURES
        st.caption(format_count("{count:,} more", "{count:,} more", more))
    if not refusals:
        _close()
        st.rerun()


@dataclass(frozen=True)
class ChangedBriefings(Undoable):
    """What several briefings had before a change, and what they have after it, by their ids."""

    before: Mapping[str, Value]
    after: Mapping[str, Value]

    @classmethod
    def make(
        cls, store: Store, author: Author, wanted: Mapping[str, Value]
    ) -> tuple["ChangedBriefings", list[str]]:
        """Make a change; return what was changed, and why others were refused."""
        before: dict[str, Value] = {}
        refusals: list[str] = []
        for briefing, value in wanted.items():
            old = cls.read(store, briefing, value)
            if old == value:
                continue
            try:
                cls.write(store, author, briefing, value)
            except AlignError as error:
                refusals.append(error.message)
            else:
                before[briefing] = old
        return cls(before, {name: wanted[name] for name in before}), refusals

    @staticmethod
    def read(store: Store, briefing: str, value: Value) -> Value:
        """Return the present value of what ``value`` replaces."""
        raise NotImplementedError

    @staticmethod
    def write(store: Store, author: Author, briefing: str, value: Value) -> None:
        """Change one briefing, if this person may."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Number of briefings that changed."""
        return len(self.before)

    def revert(self, view: HitsView, action: str, _op: str) -> tuple[Undoable, str]:
        """Put back what the briefings had, unless someone changed them since."""
        store, author = view.store, Author(view.name, view.login)
        if any(self.read(store, name, value) != value for name, value in self.after.items()):
            raise InvalidEditError(N_("someone changed these briefings since; change them by hand"))
        change, refusals = self.make(store, author, self.before)
        if refusals:
            raise InvalidEditError(refusals[0])
        verb = _("undone: {action}") if action == UNDO else _("redone: {action}")
        return change, verb.format(action=_("briefings changed"))


class DescribedBriefings(ChangedBriefings):
    """Briefings whose source or licence was set."""

    @staticmethod
    def read(store: Store, briefing: str, value: Value) -> Value:
        """Return the facts that ``value`` names; an unset one is empty."""
        known = store.facts(briefing)
        return {name: known.get(name, "") for name in value}

    @staticmethod
    def write(store: Store, author: Author, briefing: str, value: Value) -> None:
        """Store facts; an empty one is removed."""
        assert isinstance(value, Mapping)
        describe_briefing(store, author, briefing, value)


class AssignedBriefings(ChangedBriefings):
    """Briefings that were assigned to other people."""

    @staticmethod
    def read(store: Store, briefing: str, value: Value) -> Value:
        """Return the people a briefing is assigned to."""
        return person_access(store, "", briefing).assigned

    @staticmethod
    def write(store: Store, author: Author, briefing: str, value: Value) -> None:
        """Assign a briefing."""
        author.check(store, briefing, "manage")
        assign(store, briefing, value)
