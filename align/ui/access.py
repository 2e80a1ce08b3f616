"""Login of the page: who uses it, and what of the page depends on a role.

A login is asked for where Streamlit's secrets configure one; otherwise a name is typed. What is
allowed is decided in :mod:`align.review.permissions`.
"""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from ..review.permissions import Permission, read_permission
from ..store import Store
from .language import gettext as _


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


def get_permission(store: Store, who: str, briefing: str = "") -> Permission:
    """Return what a person may do; a typed name is nobody's admin where others can type it too."""
    permission = read_permission(store, who, briefing, login=needs_login())
    if permission.role == "admin" and not needs_login() and not serves_only_here():
        return replace(permission, role="reviewer")
    return permission


def serves_only_here() -> bool:
    """Return whether only people of this machine reach the page, as far as it can know."""
    address = st.get_option("server.address") or "0.0.0.0"  # Streamlit's default
    local = address in ("localhost", "::1") or address.startswith("127.")
    return local and "X-Forwarded-For" not in st.context.headers
