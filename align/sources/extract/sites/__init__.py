"""The known sites, one file per group of publishers, and the choice of the site of a page."""

import functools
import re
from dataclasses import fields

from ....extras import Table, require_type
from ...web.html import DecodedPage, check_selector
from ...web.urls import host_of
from ..site import Site
from . import government as gov
from . import news

_OWN = (
    gov.SCIO_EN,
    gov.SCIO_ZH,
    gov.ENGLISH_GOV_CN,
    gov.GOV_CN,  # after english.www.gov.cn, which is one of its hosts
    gov.MFA,
    gov.INFO_GOV_HK,
    gov.MOD,
    news.CHINA_COM_CN,
    news.CHINA_ORG_CN,
    *news.NEWS,
    news.TRS,
)


def _find_fault(name: str, row: object) -> str:
    """Return why an object of a plug-in cannot be the site of a name, or nothing."""
    if not isinstance(row, Site):
        return require_type(row, Site)
    if row.name != name:
        return f"its site is called {row.name!r}, its entry point {name!r}"
    for field in fields(Site):
        value = getattr(row, field.name)
        if not isinstance(field.default, tuple):
            continue
        if not _is_tuple_of_texts(value, nested=field.name == "marks"):
            return f"{field.name} is {value!r}; expected a tuple of strings"
    return _find_fault_of_rules(row)


_SELECTORS = ("body", "title", "published", "drop", "list_links")
_PATTERNS = ("boilerplate", "ends", "hubs", "lists", "notices", "counterpart_href")
_SINGLE_PATTERNS = ("titles_end", "list_href", "home")


def _find_fault_of_rules(site: Site) -> str:
    """Return which selector or pattern of a site is invalid, or nothing."""
    for field in _SELECTORS:
        for rule in getattr(site, field):
            if problem := _find_fault_of_selector(rule):
                return f"{field}: {rule!r} is not a valid selector ({problem})"
    patterns = [(field, pattern) for field in _PATTERNS for pattern in getattr(site, field)]
    patterns += ((field, getattr(site, field)) for field in _SINGLE_PATTERNS)
    for field, pattern in patterns:
        if problem := _find_fault_of_pattern(pattern):
            return f"{field}: {pattern!r} is not a valid regular expression ({problem})"
    return ""


def _find_fault_of_selector(rule: str) -> str:
    """Return why a selector is invalid: CSS, or patterns behind ``text:`` and ``between:``."""
    start, _, rest = rule.partition(":")
    if start in ("text", "between"):
        parts = rest.split("|||")
        if start == "between" and len(parts) != 2:
            return "expected between:START|||END"
        return next(filter(None, map(_find_fault_of_pattern, parts)), "")
    try:
        check_selector(rule)
    except ValueError as error:
        return str(error)
    return ""


def _find_fault_of_pattern(pattern: object) -> str:
    """Return why a regular expression is invalid, or nothing."""
    if not isinstance(pattern, str):
        return f"expected a string, got {type(pattern).__name__}"
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return ""


def _is_tuple_of_texts(value: object, nested: bool) -> bool:
    if not isinstance(value, tuple):
        return False
    if nested:
        return all(_is_tuple_of_texts(item, nested=False) for item in value)
    return all(isinstance(item, str) and item for item in value)


SITES: Table[Site] = Table("sites", {site.name: site for site in _OWN}, _find_fault)
"""Name to site, in the order in which they are asked. ``generic`` is what remains."""


@functools.lru_cache(maxsize=12)
def site_of(page: DecodedPage) -> Site:
    """Return the site of a page: by its host or, on unknown hosts, by its marks."""
    host = host_of(page.url)
    for site in SITES.values():
        if is_host(site, host):
            return site
    for site in SITES.values():
        if _has_marks(page, site):
            return site
    return news.GENERIC


def _has_marks(page: DecodedPage, site: Site) -> bool:
    return any(all(part in page.text for part in mark) for mark in site.marks)


def is_host(site: Site, host: str) -> bool:
    """Return whether a host is one of a site's."""
    return any(host == known or host.endswith("." + known) for known in site.hosts)
