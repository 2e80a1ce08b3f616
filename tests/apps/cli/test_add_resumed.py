"""A run over list pages that was stopped: the next one asks the sites for nothing it can know."""

import signal
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from web_server import Site, reply

from align.corpus.store import Store
from align.corpus.store.schema import VISIT
from align.sources.extract.page_links import page_key

ARTICLE = "/pressroom/2031-05/14/content_900001.htm"
HUB = "/pressroom/node_900010.htm"
OTHER = "/pressroom/node_900020.htm"
LIST = "/pressroom/node_900000.htm"


def list_page(*addresses: str) -> bytes:
    """Make a page of links: to these, and to enough notices for it to be a list."""
    notices = [f"/pressroom/2031-01/{day:02}/content_8000{day:02}.htm" for day in range(1, 11)]
    links = "".join(
        f"<li><a href='{address}'>Press conference on a subject, number {number}</a></li>"
        for number, address in enumerate((*addresses, *notices))
    )
    return f"<title>Press room</title><body><ul>{links}</ul></body>".encode()


@pytest.fixture
def site(demo: Path):
    """The demo's pages, with a list of them."""
    pages = demo / "pages"
    routes = {
        f"/{path.relative_to(pages)}": reply(path.read_bytes()) for path in pages.rglob("*.htm*")
    }
    made = Site({**routes, LIST: reply(list_page(ARTICLE, OTHER))})
    with made.running():
        yield made


@pytest.fixture(autouse=True)
def interrupted():
    """Heed Ctrl-C, also where the tests were started in the background, which passes it over."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def add(run, tmp_path: Path):
    def call(*words: object):
        return run("add", *words, "--corpus", tmp_path / "corpus", "--allow-private", "--delay", 0)

    return call


def asked(site: Site) -> list[str]:
    """Give what the site was asked for since the last time, without robots.txt."""
    paths = [path for path in site.asked if path != "/robots.txt"]
    site.asked.clear()
    return paths


def stop(_handler) -> None:
    """Press Ctrl-C in the middle of a request."""
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def test_a_run_over_a_list_that_was_stopped_goes_on_where_it_was(add, site: Site):
    page = site.routes[OTHER]
    site.routes[OTHER] = stop
    stopped = add(site.url(LIST))
    assert stopped.code != 0
    assert asked(site)[0] == LIST
    site.routes[OTHER] = page
    done = add(site.url(LIST))
    assert "1 added" in done.err
    assert "1 already in the corpus" in done.err
    wanted = asked(site)
    assert ARTICLE not in wanted
    assert OTHER in wanted


def test_a_run_that_came_to_its_end_reads_the_list_anew_the_next_time(add, site: Site):
    add(site.url(LIST))
    asked(site)
    site.routes[LIST] = reply(list_page(ARTICLE))
    done = add(site.url(LIST))
    assert asked(site).count(LIST) == 1
    assert "1 already in the corpus" in done.err


@pytest.mark.parametrize("again", ["", "--recheck"])
def test_an_address_that_led_to_a_known_briefing_is_fetched_only_when_asked_to(
    add, site: Site, tmp_path: Path, again: str
):
    sources = tmp_path / "list.txt"
    sources.write_text("".join(f"{site.url(page)}\n" for page in (ARTICLE, HUB, OTHER)))
    first = add(sources)
    assert first.code == 0, first.err
    wanted = asked(site)
    assert [wanted.count(page) for page in (ARTICLE, HUB, OTHER)] == [1, 1, 1]
    second = add(sources, *again.split())
    assert second.code == 0, second.err
    if again:
        assert asked(site) == wanted
    else:
        assert asked(site) == []
        assert "3 already in the corpus" in second.err


def test_what_an_address_led_to_is_forgotten_with_the_briefing(add, site: Site, tmp_path: Path):
    sources = tmp_path / "list.txt"
    sources.write_text(f"{site.url(ARTICLE)}\n{site.url(HUB)}\n")
    add(sources)
    asked(site)
    with Store.open(tmp_path / "corpus") as store:
        (briefing,) = store.briefings()
        assert store.has_address(page_key(site.url(HUB)))
        store.remove(briefing.id)
        assert not store.has_address(page_key(site.url(HUB)))
        with store.reading() as connection:
            assert connection.execute(sa.select(VISIT)).all() == []
    add(sources)
    assert HUB in asked(site)
