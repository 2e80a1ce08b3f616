"""The sites that are known, a file for each publisher, and the choice of the site of a page."""

import functools
from itertools import chain

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
    """Return the site of a page. Known hosts decide; elsewhere the layout does."""
    host, sites = host_of(page.url), SITES.values()
    by_host = (site for site in sites if is_host(site, host))
    by_marks = (
        site
        for site in sites
        if any(all(part in page.text for part in mark) for mark in site.marks)
    )
    return next(chain(by_host, by_marks), news.GENERIC)


def is_host(site: Site, host: str) -> bool:
    """Return whether a host is one of a site's."""
    return any(host == known or host.endswith("." + known) for known in site.hosts)
