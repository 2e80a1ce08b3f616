"""A site of demo pages, a corpus of one briefing, and a terminal, for the tests of commands."""

from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING
from web_server import serve

from align.corpus.store import Store


@pytest.fixture(scope="session")
def site(demo: Path):
    """The address of a server that stands for both sites."""
    with serve(demo / "pages") as address:
        yield address


@pytest.fixture
def corpus(tmp_path: Path):
    """The folder of a corpus that contains the made-up briefing of four beads."""
    folder = tmp_path / "corpus"
    with Store.open(folder, create=True) as store:
        store.save(BRIEFING, address=ADDRESS, seconds={"match": 0.5})
    return folder


@pytest.fixture
def terminal() -> Iterator[tuple[FileIO, FileIO]]:
    """The two ends of a pseudo-terminal: ours, and the one that a program has."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal here: {error}")
    with FileIO(ours, "r+") as one, FileIO(theirs, "r+") as other:
        yield one, other
