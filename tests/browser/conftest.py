"""Fixtures of the browser tests; they skip where no Chromium is found, but never in CI."""

import os
import re
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from browser_page import ARGUMENTS, PATIENCE, Table, chromium, serve
from review_cases import briefing, stored

from align.corpus.store import Store

NUMBERS = count()


def pytest_collection_modifyitems(items):
    if chromium() or os.environ.get("CI"):
        return  # in CI a missing browser is a failure, not a reason to skip
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no Chromium found; name one with CHROMIUM"))


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def tabs(browser):
    """Hold a tab for each language: a new one takes the processor a second, this one none."""
    kept = {}
    yield kept
    for one in kept.values():
        one.context.close()


@pytest.fixture
def tab(browser, tabs):
    """Give a function that gives an empty tab, which keeps nothing of the tests before.

    What else is opened in its context is closed at the end.
    """
    taken = []

    def take(*, width=1400, height=900, scheme="light", locale="en-US"):
        assert locale not in taken, "the tab is in use; open another one in its context"
        if locale not in tabs:
            tabs[locale] = browser.new_context(locale=locale).new_page()
            tabs[locale].context.set_default_timeout(PATIENCE)
        taken.append(locale)
        page = tabs[locale]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(media="null", color_scheme=scheme)
        return page

    yield take
    for locale in taken:
        page = tabs.pop(locale)  # back only when it could be emptied
        for one in page.context.pages:
            if one is not page:
                one.close()
        page.unroute_all(behavior="ignoreErrors")
        if page.url.startswith("http"):
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.goto("about:blank")
        page.context.clear_cookies()
        tabs[locale] = page


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """One corpus and one server for all files; each test adds a briefing of its own."""
    folder = tmp_path_factory.mktemp("site")
    with (
        stored(folder / "corpus", briefing(name="first")) as store,
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield Site(store, address, folder / "corpus")


@pytest.fixture
def opened(tab, site, request):
    """Give a function that adds a briefing and opens it; it is taken out again at the end.

    A route is set before the page is loaded: the first question of a loaded page may miss it.
    """
    name = re.sub(r"\W|_", "-", request.function.__name__)[5:40]
    kept = []

    def start(one, *, route=None, **looks):
        one = replace(one, id=f"{next(NUMBERS)}-{name}")
        site.store.save(one, address=f"https://news.example/{one.id}")
        kept.append(Kept(site.store, one.id))
        table = Table.on(tab(**looks), site.address)
        if route:
            table.page.route("**/review/*", route)
        table.open(briefing=one.id)
        return kept[-1], table

    yield start
    for one in kept:
        site.store.remove(one.id)


@pytest.fixture
def water(opened):
    """Open a briefing of ten rows; at the end the page must have raised no error."""
    kept, table = opened(briefing())
    yield kept, table
    assert table.errors == []


@dataclass
class Site:
    """A corpus, its folder, and the address of the page that shows it."""

    store: Store
    address: str
    corpus: Path


@dataclass
class Kept:
    """What the store holds of the briefing of one test."""

    store: Store
    id: str

    @property
    def rows(self):
        return self.store.rows(self.id)

    @property
    def log(self):
        return self.store.history(self.id)
