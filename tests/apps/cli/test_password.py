"""The password of a PostgreSQL corpus: no command writes it anywhere."""

import pytest
from briefings import ADDRESS, BRIEFING
from corpus_places import own_database

from align.corpus.store import Store

pytestmark = pytest.mark.postgres


@pytest.fixture
def secret():
    """A corpus whose address holds a password; the test server trusts everybody."""
    with own_database() as url:
        told = url.replace("://align@", "://align:geheim@")
        assert told != url
        with Store.open(told, create=True) as store:
            store.save(BRIEFING, address=ADDRESS)
        yield told


@pytest.mark.parametrize(
    "words",
    [("doctor",), ("doctor", "--rebuild"), ("stats",), ("stats", "--json"), ("show",),
     ("show", "none"), ("people", "list"), ("search", "output"), ("add", "none.txt")],
)  # fmt: skip
def test_no_command_shows_the_password(run, secret: str, words: tuple[str, ...]):
    done = run("--verbose", *words, "--corpus", secret)
    assert "geheim" not in done.out + done.err
    assert done.out + done.err
