"""Changes of a briefing apart from its rows, each with the rights and the name of its author."""

from collections.abc import Mapping

from ...errors import N_, StoreError
from ..store import Store
from ..store.changes import BriefingChange, find_briefing_of_conflict, find_change, mark_conflict
from .permissions import Author


def settle_conflict(store: Store, author: Author, conflict: int) -> None:
    """Mark a decision that could not be transferred as dealt with."""
    author.check(store, find_briefing_of_conflict(store, conflict))
    mark_conflict(store, conflict, author.name, settled=True)


def describe_briefing(
    store: Store, author: Author, briefing: str, facts: Mapping[str, str]
) -> None:
    """Change title, date, source or licence of a briefing; an empty value removes one."""
    author.check(store, briefing)
    store.describe(briefing, facts, reviewer=author.name)


def undo_change(store: Store, author: Author, number: int) -> BriefingChange:
    """Undo a change, which is a change itself; return the one that was undone.

    :raises StoreError: someone changed the same facts since.
    """
    change = find_change(store, number)
    author.check(store, change.briefing)
    if change.action == "describe":
        known = store.facts(change.briefing)
        if any(known.get(name, "") != value for name, value in change.after.items()):
            raise StoreError(
                N_("{briefing}: these facts were changed again since; change them by hand"),
                briefing=change.briefing,
            )
        store.describe(change.briefing, change.before, reviewer=author.name)
    else:
        settled = change.action == "reopen-conflict"
        mark_conflict(store, change.after["conflict"], author.name, settled=settled)
    return change
