"""A corpus to import into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from align.corpus.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty corpus folder."""
    with Store.open(tmp_path / "one", create=True) as opened:
        yield opened
