"""Login of the page: who uses it, and what of the page depends on a role.

A login is asked for where Streamlit's secrets configure one; otherwise a name is typed. What is
allowed is decided in :mod:`align.review.permissions`.
"""

from collections.abc import Mapping

import streamlit as st

from ..review import Permission, permission
from ..review.permissions import Right
from ..store import Store
from .markdown import plain


def login_required() -> bool:
    """Say whether people have to log in: there is a section ``[auth]`` in the secrets."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def logged_in() -> str:
    """Return the name that the login vouches for; empty where there is no login."""
    return name_of(st.user.to_dict()) if login_required() else ""


def name_of(claims: Mapping[str, object]) -> str:
    """Find the name of a person in what the login provider says.

    The e-mail address, unless the provider says that it is unverified; else the provider's own
    name for the account, with the provider behind it, so that no two can be confused.

    >>> name_of({"is_logged_in": True, "email": "Ann@Example.org", "sub": "17"})
    'ann@example.org'
    >>> name_of({"is_logged_in": True, "email": "x@y.example", "email_verified": False,
    ...          "sub": "17", "iss": "https://id.example"})
    '17 at https://id.example'
    """
    if not claims.get("is_logged_in"):
        return ""
    email, verified = str(claims.get("email") or ""), claims.get("email_verified", True)
    if email and verified in (True, "true"):
        return email.casefold()
    return f"{claims.get('sub', 'somebody')} at {claims.get('iss', 'an unnamed provider')}"


def gate() -> bool:
    """Let in whoever has logged in, or everybody where no login is configured."""
    if not login_required() or logged_in():
        return True
    st.subheader("Briefings")
    st.markdown("This corpus is open to its reviewers.")
    st.button("Log in", type="primary", on_click=st.login, key="login")
    return False


def permitted(store: Store, who: str, briefing: str = "") -> Permission:
    """Read what a person may do."""
    return permission(store, who, briefing, login=login_required())


def may(store: Store | None, who: str, right: Right) -> bool:
    """Say whether something is allowed; in a corpus to be made it is, unless a login is asked."""
    return permitted(store, who).may(right) if store else not login_required()


def account_line(who: str) -> None:
    """Draw the name of the login, and the way out."""
    st.markdown(f"Logged in as **{plain(who)}**")
    st.button("Log out", on_click=st.logout, key="logout")
