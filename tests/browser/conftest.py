"""Fixtures of the browser tests; they skip where no Chromium is found, but never in CI."""

import os

import pytest
from browser_page import ARGUMENTS, chromium


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
