"""More that is fuzzed: messages of a browser, settings, cards, lists, captures, terms, searches.

Bytes in; nothing or an ``AlignError`` out, as in ``fuzz/targets.py``, which lists them.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from align.corpus.store import Store
from align.corpus.store.index.full_text import FullTextIndex
from align.errors import AlignError
from align.records import Alignment, Bead, Briefing, Document, Sentence, Turn
from align.settings import Settings, variable_name
from align.sources.ingest.documents import is_address
from align.sources.ingest.page_sources import list_addresses
from align.sources.web.captures import Capture, read_saved
from align.sources.web.charset import decode
from align.sources.web.page_checks import check_page

PLACE = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""A folder in memory, where there is one."""
SAVED = (".html", ".warc", ".warc.gz", ".mhtml")
"""Endings of files that hold pages."""


@contextmanager
def written(name: str, data: bytes) -> Iterator[Path]:
    """Write a file for the block; give its path."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def dump_all(made: Iterable[object]) -> list[bytes]:
    """Return values as JSON, each a seed."""
    return [json.dumps(one).encode() for one in made]


def fuzz_saved(data: bytes) -> None:
    """Read a capture or a saved page, and ask it for a page."""
    suffix = SAVED[data[0] % len(SAVED)] if data else ".html"
    with written(f"a{suffix}", data[1:]) as path:
        with suppress(AlignError):
            for page in read_saved(path):
                decode(page.body, page.headers, page.url)
                with suppress(AlignError):
                    check_page(page)
        with suppress(AlignError):
            Capture.open(path).get("http://press.example/content_1.htm")


def fuzz_lists(data: bytes) -> None:
    """Read a list of addresses; check each, as the fetcher does before it asks."""
    from align.sources.web.address_guard import FetchSettings, check_url

    with written("list.txt", data) as path, suppress(AlignError):
        for line in list_addresses(str(path), len(data)):
            is_address(line)
            with suppress(AlignError):
                checked = check_url(line, FetchSettings())
                assert checked.startswith(("http://", "https://"))


def fuzz_card(data: bytes) -> None:
    """Open a corpus whose card holds anything."""
    from align.corpus.store.engine import corpus_card

    with written("corpus.toml", data) as path, suppress(AlignError):
        json.dumps(corpus_card(path.parent), default=str)


def fuzz_settings(data: bytes) -> None:
    """Read settings from an environment that holds anything."""
    values = data.decode("utf-8", "replace").split("\n")
    names = [variable_name(name) for name in Settings.__dataclass_fields__]
    with suppress(AlignError):
        chosen = Settings.from_environment(dict(zip(names, values, strict=False)))
        chosen.cache_folder()
        assert chosen.max_bytes > 0


def fuzz_glossary(data: bytes) -> None:
    """Read a glossary, and look for its terms in a pair of texts."""
    from align.corpus.search.terms import find_missing_renderings, read_glossary
    from align.records import BeadRecord, Pair, Sides

    bead = BeadRecord("b", Pair(Sides("去年产量增长3%。", "Output grew by 3% last year.")))
    with written("glossary.tsv", data) as path, suppress(AlignError):
        for _ in find_missing_renderings(read_glossary(path)[:50], [bead]):
            pass


# -- the page ------------------------------------------------------------------------------------

_ZH = (Sentence("水清了。", 0, 0, 0, 4), Sentence("谢谢。", 0, 0, 4, 7))
_EN = (Sentence("Clear. ", 0, 0, 0, 7), Sentence("Thanks.", 0, 0, 7, 14))


def small_briefing() -> Briefing:
    """Make a briefing of two rows."""
    return Briefing(
        "b",
        Document("zh", "水", (Turn("", ("水清了。谢谢。",)),)),
        Document("en", "Water", (Turn("", ("Clear. Thanks.",)),)),
        _ZH,
        _EN,
        Alignment((Bead((0,), (0,), 0.9), Bead((1,), (1,), 0.9)), "fuzz"),
    )


@cache
def small_store(name: str) -> Store:
    """Make a corpus of one briefing for a target, for as long as the run lasts."""
    store = Store.open(Path(tempfile.mkdtemp(dir=PLACE)) / name, create=True)
    store.save(small_briefing(), address="b")
    return store


def fuzz_wire(data: bytes) -> None:
    """Send the page what a browser may send: any JSON, as an operation of the table."""
    from align.apps.page import protocol
    from align.corpus.review import ReviewSession
    from align.corpus.store.check import find_problems

    try:
        sent: Any = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(sent, Mapping):
        return
    store = small_store("wire")
    session = ReviewSession(store, "b", "ann")
    if isinstance(sent.get("rows"), list):  # numbers stand for rows that are there
        there = [row.id for row in session.state.rows]
        sent = {**sent, "rows": [_named(one, there) for one in sent["rows"]]}
    with suppress(AlignError):
        session.do(protocol.decode_request(sent))
    for row in ReviewSession(store, "b", "ann").state.rows:
        if row.id in session.state.places:
            json.dumps(protocol.encode_row(session.state, row))
    assert find_problems(store) == ()


def _named(one: object, there: list[str]) -> object:
    return there[one % len(there)] if isinstance(one, int) and not isinstance(one, bool) else one


# -- searches --------------------------------------------------------------------------------------


@cache
def _index() -> FullTextIndex:
    return FullTextIndex(None)


def fuzz_search(data: bytes) -> None:
    """Search a corpus for what a user typed."""
    from align.corpus.search import Where, query

    try:
        parsed = query.parse_query(data.decode("utf-8", "replace"))
    except AlignError:
        return
    _index().find(parsed, Where(), order="relevance", limit=1, offset=0)


DOORS: Mapping[str, Callable[[bytes], None]] = {
    "saved": fuzz_saved,
    "lists": fuzz_lists,
    "card": fuzz_card,
    "settings": fuzz_settings,
    "glossary": fuzz_glossary,
    "wire": fuzz_wire,
    "search": fuzz_search,
}


def wire_seeds() -> list[bytes]:
    """Give one operation of each kind, as the table sends it."""
    from align.corpus.review.requests import ACTIONS

    made: list[dict[str, Any]] = [
        {"op": f"t-{at}", "action": action, "rows": [at % 2], "seen": 0, "note": "n"}
        for at, action in enumerate(ACTIONS)
    ]
    made.append({"op": "t-e", "action": "edit", "rows": [0], "zh_text": "水。", "en_text": "W"})
    made.append({"op": "t-c", "action": "cut", "rows": [1], "side": "en", "at": 0, "offset": 3})
    made.append({"op": "t-r", "action": "restore", "rows": [], "target": 1})
    return dump_all(made)
