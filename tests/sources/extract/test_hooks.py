"""Hooks of a plug-in's site that fail, or return what they must not return."""

import io
from dataclasses import replace

import pytest

from align.extras import PluginError
from align.logs import show_records
from align.sources.extract import hooks
from align.sources.extract.site import PageKind, Site
from align.sources.extract.sites import SITES
from align.sources.web.html import DecodedPage

PAGE = DecodedPage("https://press.harbour.example/en/1.html", "<p>Lamps</p>")
CALLS = {
    "data": hooks.read_data,
    "more": hooks.find_more_pages,
    "lists_of_counterparts": hooks.find_counterpart_lists,
    "kind": hooks.find_kind,
}


def break_down(_page: DecodedPage):
    raise ZeroDivisionError("division\nby zero")


@pytest.mark.parametrize("hook", CALLS)
def test_a_hook_that_raises_is_named_with_its_plugin_in_one_line(hook: str):
    site = Site(name="harbour", **{hook: break_down})
    with pytest.raises(PluginError) as caught:
        CALLS[hook](site, PAGE)
    assert str(caught.value) == (
        f"plug-in harbour: hook '{hook}' failed (ZeroDivisionError: division by zero); "
        "'align --verbose' shows where"
    )


@pytest.mark.parametrize(
    ("hook", "found", "expected"),
    [
        ("data", ["Lamps"], "returned ['Lamps']; it must return a tuple of Block"),
        ("data", "Lamps", "returned 'Lamps'; it must return a tuple of Block"),
        ("more", "https://press.harbour.example/2.html", "it must return a tuple of str"),
        ("more", None, "returned None; it must return a tuple of str"),
        ("lists_of_counterparts", (1,), "returned (1,); it must return a tuple of str"),
        ("kind", "article", "returned 'article'; it must return PageKind with one of transcript"),
        ("kind", PageKind("poem", ""), "it must return PageKind with one of transcript"),
    ],
)
def test_a_hook_that_returns_another_type_is_named(hook: str, found: object, expected: str):
    site = Site(name="harbour", **{hook: lambda _page: found})
    with pytest.raises(PluginError) as caught:
        CALLS[hook](site, PAGE)
    assert str(caught.value).startswith(f"plug-in harbour: hook '{hook}' returned ")
    assert expected in str(caught.value)


def test_the_traceback_is_shown_only_to_those_who_ask():
    site = Site(name="harbour", more=break_down)
    for form, shown in (("lines", True), ("json", True), ("quiet", False)):
        stream = io.StringIO()
        with show_records(form, stream), pytest.raises(PluginError):
            hooks.find_more_pages(site, PAGE)
        assert ("in break_down" in stream.getvalue()) == shown


def test_a_fault_of_our_own_sites_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch):
    site = replace(SITES["mfa"], more=break_down)
    monkeypatch.setitem(SITES.own, "mfa", site)
    with pytest.raises(ZeroDivisionError):
        hooks.find_more_pages(site, PAGE)


def test_sound_hooks_answer():
    site = Site(name="harbour", more=lambda _page: ["2.html"], kind=lambda _page: None)
    assert hooks.find_more_pages(site, PAGE) == ("2.html",)
    assert hooks.find_kind(site, PAGE) is None
    assert hooks.find_more_pages(Site(name="bare"), PAGE) == ()
