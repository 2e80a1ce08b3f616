"""A page, in; the site whose facts apply, out: by host, else by the form of path or markup."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..html import DecodedPage, host_of, path_of
from .site import Site

How = Literal["host", "path", "markup", "fallback"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A site and what it was chosen by."""

    site: Site
    by: How


def choose(sites: Iterable[Site], page: DecodedPage, fallback: Site) -> Choice:
    """Return the site of a page. Known hosts decide; elsewhere the layout does."""
    host, path = host_of(page.url), path_of(page.url)
    candidates = list(sites)
    for site in candidates:
        if any(host == known or host.endswith("." + known) for known in site.hosts):
            return Choice(site, "host")
    for site in candidates:
        if any(re.search(pattern, path) for pattern in site.paths):
            return Choice(site, "path")
    for site in candidates:
        if any(all(part in page.text for part in mark) for mark in site.marks):
            return Choice(site, "markup")
    return Choice(fallback, "fallback")
