"""Who may do what: roles, assigned briefings, and who is here.

In: a store and a name, and whether a login vouches for that name. Out: permissions, or
:class:`InvalidEditError` in one plain sentence. A corpus in which nobody has a role belongs to
everyone who opens it, unless a login is asked for: then whoever has no role only reads.

The rows of people lie in :mod:`align.store.people`; ``align people`` writes them.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ..errors import AlignError, StoreError
from ..store import Store, private_verdicts
from ..store import people as stored
from ..store.private_verdicts import DoubleReview
from .state import InvalidEditError

Role = Literal["reader", "reviewer", "adjudicator", "admin"]
"""Each may do what the ones before it may."""
ROLES: tuple[Role, ...] = get_args(Role)

Right = Literal["decide", "settle", "manage"]
NEEDED: dict[Right, Role] = {"decide": "reviewer", "settle": "adjudicator", "manage": "admin"}
"""The least role for each thing that changes a corpus; reading needs none."""
_WORDS: dict[Right, str] = {
    "decide": "decide about rows",
    "settle": "settle differences between reviewers",
    "manage": "assign briefings and give roles",
}

PRESENT_FOR = dt.timedelta(seconds=60)
"""Somebody who was seen within this time counts as here."""
ANNOUNCE_EVERY = dt.timedelta(seconds=20)
"""How often a session says that it is here: two may be lost before it counts as gone."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What one person may do at one briefing, or in the corpus as a whole."""

    name: str
    role: Role
    assigned: tuple[str, ...] = ()

    def may(self, right: Right) -> bool:
        """Say whether something is allowed."""
        return not self.refusal(right)

    def refusal(self, right: Right) -> str:
        """Say why something is not allowed; empty when it is."""
        needed = NEEDED[right]
        if ROLES.index(self.role) < ROLES.index(needed):
            return (
                f"{self.name} is a {self.role} in this corpus and cannot {_WORDS[right]}; "
                f"an admin can change that: align people role {self.name} {needed}"
            )
        outsider = self.assigned and self.name not in self.assigned
        if right == "decide" and self.role == "reviewer" and outsider:
            return f"this briefing is assigned to {join_names(self.assigned)}; you can read it"
        return ""

    def check(self, right: Right) -> None:
        """Refuse what is not allowed.

        :raises Refused: with the role that would be needed, and how to get it.
        """
        says = self.refusal(right)
        if says:
            raise InvalidEditError(says)


def permission(store: Store, name: str, briefing: str = "", *, login: bool = False) -> Permission:
    """Read what a person may do now.

    :param login: whether people have to log in, so that the name is known to be true.
    """
    found = stored.person_access(store, name, briefing)
    if found.role in ROLES:
        role: Role = found.role
    else:
        role = "reader" if login or found.listed else "admin"
    return Permission(name, role, found.assigned)


def give_role(store: Store, name: str, role: str) -> bool:
    """Give a person a role; say whether the person is new.

    :raises AlignError: for a name or role that cannot be, or when nobody would be admin then.
    """
    if role not in ROLES:
        raise AlignError(f"{role}: no such role; there are {', '.join(ROLES)}")
    return stored.put_person(store, _name(name), role, _check_admin)


def take_role(store: Store, name: str) -> None:
    """Take a person's role and assignments away; the decisions stay.

    :raises AlignError: when the person has none, or when nobody would be admin then.
    """
    stored.drop_person(store, name, _check_admin)


def _check_admin(people: Sequence[stored.Person]) -> None:
    """Refuse what would leave people with roles and nobody among them who may give roles.

    The last one may go: then the corpus is everybody's again.
    """
    if people and not any(person.role == "admin" for person in people):
        raise AlignError(
            "somebody must be admin; 'align people add NAME --role admin' makes one first"
        )


def assign(store: Store, briefing: str, names: Iterable[str]) -> None:
    """Make people the reviewers of a briefing; no names make it everybody's again.

    :raises AlignError: when there is no such briefing, a person has no role that decides, or two
        people have begun to review it independently (:mod:`.blind`).
    """
    roles = {person.name: person.role for person in stored.people(store)}
    chosen = [_name(name) for name in names]
    for name in chosen:
        if roles.get(name, "reader") == "reader":
            raise AlignError(
                f"{name}: no reviewer in this corpus; 'align people add {name}' makes one"
            )
    check_not_begun(store, briefing)
    stored.assign(store, briefing, chosen)
    if active_double_review(store, briefing):
        private_verdicts.cancel_double_review(store, briefing)


def active_double_review(store: Store, briefing: str) -> DoubleReview | None:
    """Give the seal of a briefing that is not open yet."""
    found = private_verdicts.double_review_of(store, briefing)
    return found if found and found.opened_at is None else None


def check_not_begun(store: Store, briefing: str) -> None:
    """Refuse to change who reviews a briefing when two people have begun under a seal.

    :raises AlignError: naming the two, and what to do.
    """
    found = active_double_review(store, briefing)
    if found and private_verdicts.history(store, briefing, found.names):
        raise AlignError(
            f"{join_names(found.names)} have begun to review {briefing} independently; "
            f"'align people open {briefing}' ends that with what they have decided so far"
        )


def outsider_refusal(seal: DoubleReview | None, name: str) -> str:
    """Say why somebody may not decide while two others review independently; empty if they may."""
    if seal is None or not seal.closed or name in seal.names:
        return ""
    return (
        f"{join_names(seal.names)} review this briefing independently; it opens when both are done"
    )


def settle_conflict(store: Store, who: Permission, conflict: int) -> None:
    """Say that a decision which could not be carried over has been dealt with.

    :raises Refused: when this person may not decide.
    """
    who.check("decide")
    store.settle(conflict)


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 120 or not tidy.isprintable():
        raise AlignError(f"{name!r}: no name; give 1 to 120 printable characters")
    return tidy


def join_names(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> join_names(["ann", "bob", "cy"])
    'ann, bob and cy'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class Presence:
    """One session at one briefing: it says that it is here, and hears who else is."""

    def __init__(self, store: Store, briefing: str, name: str) -> None:
        self.store, self.briefing, self.name = store, briefing, name
        self.told: dt.datetime | None = None

    def others(self, now: dt.datetime | None = None) -> tuple[str, ...]:
        """Name who else was seen here in the last minute.

        It costs one read, and one write every :data:`ANNOUNCE_EVERY`. A corpus that can only be
        read shows nobody.
        """
        at = now or dt.datetime.now(dt.UTC)
        try:
            if self.told is None or not dt.timedelta() <= at - self.told < ANNOUNCE_EVERY:
                self.told = at
                stored.record_presence(self.store, self.briefing, self.name, at)
            here = stored.present_since(
                self.store, self.briefing, at - PRESENT_FOR, at + PRESENT_FOR
            )
        except StoreError:  # read-only, busy or gone: nothing that matters is lost
            return ()
        return tuple(name for name in here if name != self.name)
