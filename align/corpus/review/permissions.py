"""Permissions: roles, assigned briefings and double reviews.

If no person has a role in a corpus, everyone who opens it may do everything; but if people must
log in, those without a role can only read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ...aligner.text.strings import collapse_spaces
from ...errors import N_, AlignError, Message
from ..store import Store, people
from ..store.people import DoubleReview, PersonAccess, person_access
from .state import InvalidEditError

PersonRole = Literal["reader", "reviewer", "adjudicator", "admin"]
"""Roles; each includes the rights of the ones before it."""
PERSON_ROLES: tuple[PersonRole, ...] = get_args(PersonRole)

Right = Literal["decide", "settle", "manage"]
NEEDED: dict[Right, PersonRole] = {"decide": "reviewer", "settle": "adjudicator", "manage": "admin"}
"""The minimum role for each action that changes a corpus; reading needs no role."""
RIGHT_NAMES: dict[Right, str] = {
    "decide": "review rows",
    "settle": "resolve disagreements between reviewers",
    "manage": "assign briefings and roles",
}


@dataclass(frozen=True, slots=True)
class Permission:
    """The rights of one person on one briefing, or on the whole corpus."""

    name: str
    role: PersonRole
    assigned: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, access: PersonAccess, *, login: bool) -> "Permission":
        """Return the rights of a person; with ``login``, the name is authenticated."""
        if access.role in PERSON_ROLES:
            return cls(name, access.role, access.assigned)
        return cls(name, "reader" if login or access.listed else "admin", access.assigned)

    def may(self, right: Right) -> bool:
        """Return whether something is allowed."""
        return not self.refusal(right)

    def refusal(self, right: Right) -> str:
        """Return why something is not allowed; empty when it is."""
        needed = NEEDED[right]
        if PERSON_ROLES.index(self.role) < PERSON_ROLES.index(needed):
            return Message(
                N_(
                    "{name} has the role {role} and cannot {right}; an admin can run: align "
                    "people add {name} --role {needed}"
                ),
                name=self.name,
                role=Message(self.role),
                right=Message(RIGHT_NAMES[right]),
                needed=needed,
            )
        outsider = self.assigned and self.name not in self.assigned
        if right == "decide" and self.role == "reviewer" and outsider:
            return Message(
                N_("this briefing is assigned to {names}; you can only read it"),
                names=join_names(self.assigned),
            )
        return ""


def read_permission(
    store: Store, name: str, briefing: str = "", *, login: bool = False
) -> Permission:
    """Return the present rights of a person; ``login`` as in :meth:`Permission.of`."""
    return Permission.of(name, person_access(store, name, briefing), login=login)


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something; ``login`` as in :meth:`Permission.of`."""

    name: str
    login: bool = False

    def check(self, store: Store, briefing: str, right: Right = "decide") -> None:
        """Raise unless this person may do something on a briefing now."""
        permission = read_permission(store, self.name, briefing, login=self.login)
        if refusal := permission.refusal(right):
            raise InvalidEditError(refusal)


def give_role(store: Store, name: str, role: str) -> bool:
    """Set the role of a person; return whether the person is new."""
    if role not in PERSON_ROLES:
        raise AlignError(
            N_("{role}: not a role; choose from {names}"), role=role, names=PERSON_ROLES
        )
    tidy = tidy_name(name)
    roles = people.roles(store)
    _check_admin({**roles, tidy: role})
    people.put_person(store, tidy, role)
    return tidy not in roles


def remove_role(store: Store, name: str) -> None:
    """Take a person's role and assignments away; the decisions stay."""
    _check_admin({other: role for other, role in people.roles(store).items() if other != name})
    people.drop_person(store, name)


def _check_admin(roles: Mapping[str, str]) -> None:
    """Raise if people would have roles but no admin; the last person with a role may be removed."""
    if roles and "admin" not in roles.values():
        raise AlignError(
            N_("a corpus with roles needs an admin; first run: align people add NAME --role admin")
        )


def assign(store: Store, briefing: str, names: Iterable[str]) -> None:
    """Assign a briefing to people who may decide; without names it is everybody's again.

    :raises AlignError: also when two people have begun to review it independently.
    """
    roles = people.roles(store)
    chosen = [tidy_name(name) for name in names]
    for name in chosen:
        if roles.get(name, "reader") == "reader":
            raise AlignError(
                N_(
                    "{name}: not a reviewer of this corpus; add this person with: align people "
                    "add {name}"
                ),
                name=name,
            )
    double = active_double_review(store, briefing)
    if double and store.history(briefing, names=double.names):
        raise AlignError(
            N_(
                "{names} are reviewing {briefing} independently; to end the review and keep "
                "its decisions, run: align people open {briefing}"
            ),
            names=join_names(double.names),
            briefing=briefing,
        )
    people.assign(store, briefing, chosen)


def active_double_review(store: Store, briefing: str) -> DoubleReview | None:
    """Return the double review of a briefing that is not open yet."""
    double = people.read_double_review(store, briefing)
    return double if double and double.closed else None


def outsider_refusal(double: DoubleReview | None, name: str) -> str:
    """Return why a person may not decide during a double review by others; empty if they may."""
    if double is None or not double.closed or name in double.names:
        return ""
    return Message(
        N_("{names} are reviewing this briefing independently; it opens when both are done"),
        names=join_names(double.names),
    )


def tidy_name(name: str) -> str:
    """Return a name with single spaces; raise if it is not a valid name."""
    tidy = collapse_spaces(name)
    if not tidy or len(tidy) > 120 or not tidy.isprintable():
        raise AlignError(
            N_("{name!r}: not a valid name; use 1 to 120 printable characters"), name=name
        )
    return tidy


def join_names(names: Sequence[str]) -> Message:
    """Join names as a sentence does.

    >>> join_names(["ann", "bob", "cy"])
    'ann, bob and cy'
    """
    if len(names) == 1:
        return Message("{name}", name=names[0])
    return Message(N_("{names} and {last}"), names=names[:-1], last=names[-1])
