"""Pages of web sites read as documents: the functions that other rooms call."""

from .counterpart_search import RankedItem, best_items
from .page_kind import redirect_target
from .page_links import in_order, page_key, page_number
from .pages import (
    PageReading,
    classify_page,
    counterpart_lists,
    counterpart_url,
    find_counterpart,
    further_list_pages,
    holds_both,
    more_pages,
    next_list_page,
    read_document,
    read_list_items,
    read_pages,
    report,
)
from .pair_roles import reconcile_roles
from .site import Kind, LeftOut, ListItem, PageKind, Site
from .site_report import SiteReport
from .sites import SITES, SiteChoice, is_known, site_of

__all__ = [
    "SITES",
    "Kind",
    "LeftOut",
    "ListItem",
    "PageKind",
    "PageReading",
    "RankedItem",
    "Site",
    "SiteChoice",
    "SiteReport",
    "best_items",
    "classify_page",
    "counterpart_lists",
    "counterpart_url",
    "find_counterpart",
    "further_list_pages",
    "holds_both",
    "in_order",
    "is_known",
    "more_pages",
    "next_list_page",
    "page_key",
    "page_number",
    "read_document",
    "read_list_items",
    "read_pages",
    "reconcile_roles",
    "redirect_target",
    "report",
    "site_of",
]
