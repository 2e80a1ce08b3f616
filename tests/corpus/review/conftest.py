"""A corpus with one briefing, and two people who review it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from review_cases import stored
from reviewer import Reviewer

from align.corpus.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A corpus folder with the briefing "water"."""
    with stored(tmp_path / "corpus") as opened:
        yield opened


@pytest.fixture
def ann(store: Store) -> Reviewer:
    return Reviewer(store, "ann", "t1")


@pytest.fixture
def bob(store: Store) -> Reviewer:
    return Reviewer(store, "bob", "t2")
