"""Fixtures of the browser tests; they skip where no Chromium is found, but never in CI."""

import os
import re
from dataclasses import dataclass, replace
from itertools import count

import pytest
from browser_page import ARGUMENTS, Table, chromium, serve
from review_cases import briefing, stored

from align.store import Store

NUMBERS = count()


def pytest_collection_modifyitems(items):
    if chromium() or os.environ.get("CI"):
        return  # in CI a missing browser is a failure, not a reason to skip
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no Chromium found; name one with CHROMIUM"))


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One corpus and one server for a file; each test adds a briefing of its own."""
    folder = tmp_path_factory.mktemp("site")
    with (
        stored(folder / "corpus", briefing(name="first")) as store,
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield store, address


@pytest.fixture
def opened(browser, site, request):
    """Give a function that adds a briefing and opens it; its tabs are closed at the end."""
    store, address = site
    name = re.sub(r"\W|_", "-", request.function.__name__)[5:40]
    contexts = []

    def start(one, *, width=1400, height=900, scheme="light", locale="en-US"):
        one = replace(one, id=f"{next(NUMBERS)}-{name}")
        store.save(one, address=f"https://news.example/{one.id}")
        size = {"width": width, "height": height}
        looks = {"viewport": size, "color_scheme": scheme, "locale": locale}
        contexts.append(browser.new_context(**looks))
        return Kept(store, one.id), Table(contexts[-1], address, briefing=one.id)

    yield start
    for context in contexts:
        context.close()


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
