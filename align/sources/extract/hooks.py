"""Calls of the hooks of a site: functions that replace the common method for unusual pages.

The sites of this package are called as they are. The hooks of a plug-in may raise or return
anything, which becomes an error that names the plug-in and the hook.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast, get_args

from ...errors import N_, Message
from ...extras import PluginError, naming_plugin
from ..web.html import DecodedPage
from .site import Kind, PageKind, Site
from .sites import SITES
from .transcript import Block


def read_data(site: Site, page: DecodedPage) -> tuple[Block, ...] | None:
    """Return the blocks of a data file, or ``None`` for any other page."""
    if site.data is None:
        return None
    with _naming(site, "data"):
        blocks = site.data(page)
        if blocks is None:
            return None
        _check_items(site, "data", blocks, Block)
        return tuple(blocks)


def find_more_pages(site: Site, page: DecodedPage) -> tuple[str, ...]:
    """Return the URLs of further pages of the same article by the site's hook, if it has one."""
    if site.more is None:
        return ()
    with _naming(site, "more"):
        urls = site.more(page)
        _check_items(site, "more", urls, str)
        return tuple(urls)


def find_counterpart_lists(site: Site, page: DecodedPage) -> tuple[str, ...]:
    """Return the lists that may include the other language version, if the site has the hook."""
    if site.lists_of_counterparts is None:
        return ()
    with _naming(site, "lists_of_counterparts"):
        urls = site.lists_of_counterparts(page)
        _check_items(site, "lists_of_counterparts", urls, str)
        return tuple(urls)


def find_kind(site: Site, page: DecodedPage) -> PageKind | None:
    """Return the kind of a page by the site's hook, or ``None`` if the common method decides."""
    if site.kind is None:
        return None
    with _naming(site, "kind"):
        found = site.kind(page)
        if found is None:
            return None
        kinds = get_args(Kind)
        if not isinstance(found, PageKind) or found.kind not in kinds:
            expected = f"PageKind with one of {', '.join(kinds)}"
            raise _refuse(site, "kind", found, expected)
        return found


@contextmanager
def _naming(site: Site, hook: str) -> Iterator[None]:
    """Name the plug-in and its hook in the error of an exception; let through those of our sites.

    :raises PluginError: if the hook of a plug-in raises.
    """
    if SITES.own.get(site.name) is site:
        yield
        return
    with naming_plugin(site.name, Message(N_("hook '{hook}'"), hook=hook)):
        yield


def _check_items(site: Site, hook: str, found: object, item: type[object]) -> None:
    """Check that a hook returned a list or tuple of items.

    :raises PluginError: if it returned anything else.
    """
    is_list = isinstance(found, Sequence) and not isinstance(found, str)
    if not is_list or not all(isinstance(one, item) for one in cast("Sequence[object]", found)):
        raise _refuse(site, hook, found, f"a tuple of {item.__name__}")


def _refuse(site: Site, hook: str, found: object, expected: str) -> PluginError:
    return PluginError(
        N_("plug-in {name}: hook '{hook}' returned {found}; it must return {expected}"),
        name=site.name,
        hook=hook,
        found=f"{found!r:.60}",
        expected=expected,
    )
