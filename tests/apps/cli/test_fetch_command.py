"""``align fetch``: pages into the store and a WARC; an address that fails stops no other one."""

from pathlib import Path

from web_server import Site, reply

from align.sources.web.captures.warc import read_warc


def test_one_address_that_fails_stops_no_other_and_what_was_read_is_kept(
    run, demo: Path, tmp_path: Path
):
    files = {
        f"/{path.relative_to(demo / 'pages')}": reply(path.read_bytes())
        for path in (demo / "pages").rglob("*.htm*")
    }
    whole = next(path for path in files if path.endswith("node_900020.htm"))
    alone = reply(b"<html><p><b>Tang Yulin:</b> Good day. We lit every lamp along the coast.</p>"
                  b"<p><b>Question:</b> Why so early in the year?</p></html>")  # fmt: skip
    with Site({**files, "/alone.htm": alone}).running() as site:
        addresses = [site.url(path) for path in ("/gone.htm", "/alone.htm", whole)]
        warc = tmp_path / "all.warc.gz"
        words = ("--allow-private", "--delay", 0, "--corpus", tmp_path / "corpus")
        done = run("fetch", *addresses, "--warc", warc, *words)
        once = run("fetch", addresses[1], *words)
    assert done.code == 1
    assert f"{addresses[1]}: 1 page, 1 new" in done.out
    assert f"failed: {addresses[0]}: page not found (404)" in done.err
    assert "align: 2 of 3 URLs failed; see above" in done.err
    fetched = {page.url for page in read_warc(warc)}
    assert set(addresses[1:]) < fetched
    assert once.code == 1
    assert f"{addresses[1]}: 1 page, 0 new" in once.out
    assert "no link to the other language" in once.err
