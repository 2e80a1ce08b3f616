"""The sites that are known, a file for each publisher, and the choice of the site of a page."""

import functools
import re
from dataclasses import dataclass
from typing import Literal

from ...web.html import DecodedPage
from ...web.urls import host_of, path_of
from ..site import Site
from . import government as gov
from . import news

# fmt: off
SITES: dict[str, Site] = {
    site.name: site
    for site in (
        gov.SCIO_EN, gov.SCIO_ZH,
        gov.ENGLISH_GOV_CN, gov.GOV_CN,  # the second's host ends like the first's
        gov.MFA, gov.INFO_GOV_HK, gov.MOD,
        news.CHINA_COM_CN, news.CHINA_ORG_CN,
        *news.NEWS, news.TRS,
    )
}
# fmt: on
"""Name to site, in the order in which they are asked. ``generic`` is what remains."""

How = Literal["host", "path", "markup", "fallback"]


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """A site and what it was chosen by."""

    site: Site
    by: How


@functools.lru_cache(maxsize=12)
def site_of(page: DecodedPage) -> SiteChoice:
    """Return the site of a page. Known hosts decide; elsewhere the layout does."""
    host, path = host_of(page.url), path_of(page.url)
    for site in SITES.values():
        if is_host(site, host):
            return SiteChoice(site, "host")
    for site in SITES.values():
        if any(re.search(pattern, path) for pattern in site.paths):
            return SiteChoice(site, "path")
    for site in SITES.values():
        if any(all(part in page.text for part in mark) for mark in site.marks):
            return SiteChoice(site, "markup")
    return SiteChoice(news.GENERIC, "fallback")


def is_host(site: Site, host: str) -> bool:
    """Say whether a host is one of a site's."""
    return any(host == known or host.endswith("." + known) for known in site.hosts)


def is_known(url: str) -> bool:
    """Say whether an address is on a host of one of the sites."""
    return any(is_host(site, host_of(url)) for site in SITES.values())
