"""The known sites, one file per group of publishers, and the choice of the site of a page."""

import functools

from ...web.html import DecodedPage
from ...web.urls import host_of
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
