"""Pages of web sites read as documents: the functions that other rooms call."""

from .page_links import best_items, in_order, page_key, page_number
from .pages import (
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
    redirect_target,
    report,
)
from .site import ListItem
from .sites import SITES, is_known, site_of
from .speakers import reconcile_roles

__all__ = [
    "SITES",
    "ListItem",
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
