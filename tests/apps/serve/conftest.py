"""A corpus that is served, in this process and by a program of its own."""

import pytest
from briefings import ADDRESS, BRIEFING
from memory_server import serve_corpus

from align.apps.serve import ServedCorpus
from align.corpus.store import Store
from align.settings import Settings


@pytest.fixture
def folder(tmp_path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        store.save(BRIEFING, address=ADDRESS)
    return tmp_path / "corpus"


@pytest.fixture
def corpus(folder):
    served = ServedCorpus(Settings(corpus=str(folder)))
    yield served
    served.close()


@pytest.fixture
def address(folder):
    """Return where ``align serve`` answers."""
    with serve_corpus(folder) as address:
        yield address
