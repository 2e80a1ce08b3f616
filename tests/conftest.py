"""What every test shares: where the reference data lies, and a world without settings."""

import logging
import os
from itertools import count
from pathlib import Path

import pytest
from command_line import run  # noqa: F401 # a fixture
from corpus_places import place  # noqa: F401 # a fixture
from hypothesis import HealthCheck, settings

# A test is right or wrong, also on a machine that is busy.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = count()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The founders' reference folder; tests that read it are skipped where it is not there."""
    folder = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"{folder}: the reference folder is not on this machine")
    return folder


@pytest.fixture(scope="session")
def demo() -> Path:
    """The demo corpus, as it is in the repository."""
    return ROOT / "corpora" / "demo"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the user's settings, corpus and caches out of the tests."""
    for name in [name for name in os.environ if name.startswith("ALIGN_")]:
        if not name.startswith(("ALIGN_TEST_", "ALIGN_SHARED")):
            monkeypatch.delenv(name)
    cache = tmp_path_factory.getbasetemp() / f"cache-{next(NUMBERS)}"  # made by who needs it
    monkeypatch.setenv("ALIGN_CACHE", str(cache))


@pytest.fixture(autouse=True, scope="session")
def _no_notice_of_compilation() -> None:
    """Let commands print the same with and without a cache of compiled loops."""
    logging.getLogger("align.aligner.text.compiled").setLevel(logging.ERROR)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser: its files take longest, and nobody should wait for one alone."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
