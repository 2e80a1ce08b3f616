"""Make the pictures of docs/howto/review.md and README.md from the demo corpus, in a real Chromium.

    python scripts/screenshots.py [FOLDER]
    python scripts/screenshots.py --check     fail if the page has changed since the pictures

FOLDER is docs/img when left out. Needs the extra 'dev', a Chromium (or its path in CHROMIUM) and a
font with Chinese characters (Debian's fonts-noto-cjk).
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from serve import serve

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "helpers"), str(ROOT)]

LARGEST = 300_000  # bytes of one picture
PAGES = ("", "add", "search?words=%E6%B5%B7%E6%B4%8B", "terms", "corpus", "people", "settings")
TILE = 480  # pixels of a page's width, or 240 of a narrow one, among all pages

STILL = 400
"""Milliseconds after which a page that looks the same is taken to be finished."""

DIGEST = ROOT / "docs" / "img" / "page.sha256"
"""Digest of the page at the time of the pictures."""

SHOWN = (
    "align/apps/page/**/*.py",
    "align/apps/page/**/*.js",
    "align/apps/page/**/*.css",
    "align/apps/page/**/*.html",
    "align/aligner/checks.py",
    "corpora/demo/pages/**/*.htm*",
    "scripts/screenshots.py",
)
"""Files that decide what the pictures show."""


def digest_page(root: Path = ROOT) -> str:
    """Return a digest of all files that decide what the pictures show."""
    found = hashlib.sha256()
    paths = {path for pattern in SHOWN for path in root.glob(pattern)}
    for path in sorted(paths):
        found.update(path.relative_to(root).as_posix().encode() + b"\0")
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def check_age() -> None:
    """Exit with an error if the page has changed since the pictures were taken."""
    if not DIGEST.exists() or DIGEST.read_text("utf-8").strip() != digest_page():
        sys.exit(f"{DIGEST}: the page has changed since; run python scripts/screenshots.py")


def build(corpus: Path) -> None:
    """Put the two demo briefings into a corpus, and review a part of them."""
    with serve(ROOT / "corpora" / "demo" / "pages") as site:
        sources = [
            f"{site}/pressroom/2031-05/14/content_900001.htm",
            f"{site}/pressroom/node_900020.htm",
        ]
        options = ["--corpus", str(corpus), "--allow-private", "--delay", "0"]
        subprocess.run(
            [sys.executable, "-m", "align", "add", *options, *sources], cwd=ROOT, check=True
        )
    subprocess.run([sys.executable, "scripts/demo_review.py", str(corpus)], cwd=ROOT, check=True)


def shoot(page: Any) -> Any:  # noqa: ANN401 # a Playwright page, and a picture of Pillow
    """Return a picture of a page, once it is drawn and no longer changes."""
    from io import BytesIO

    from browser_page import DRAWN  # type: ignore[import-not-found] # of the tests
    from PIL import Image

    page.locator("h1").first.wait_for(state="attached")  # every page has one
    page.wait_for_load_state("networkidle")
    page.wait_for_function(f"() => {DRAWN}")
    before, now = b"", page.screenshot()
    while now != before:
        page.wait_for_timeout(STILL)
        before, now = now, page.screenshot()
    return Image.open(BytesIO(now))


def save(page: Any, path: Path) -> None:  # noqa: ANN401 # a Playwright page
    """Write one picture."""
    with shoot(page) as full:  # 256 colours: a third of the size, and nothing to be seen
        full.convert("RGB").quantize(256).save(path, optimize=True)
    check_size(path)


def draw_sheet(page: Any, address: str, review: str, path: Path) -> None:  # noqa: ANN401 # Playwright
    """Write one picture of all pages, in a browser of one width, shade and language."""
    from browser_page import DESK, Table
    from PIL import Image

    width = page.viewport_size["width"]
    tiles = []
    for name in (PAGES[0], f"?briefing={review}", *PAGES[1:]):
        page.goto(f"{address}/{name}")
        if review in name:
            Table.on(page, address).ready()
        elif not name:
            page.locator(DESK).wait_for()
        with shoot(page) as full:
            scale = (TILE if width > 600 else TILE // 2) / width
            tiles.append(full.convert("RGB").resize([round(side * scale) for side in full.size]))
    across = 4 if width > 600 else 8
    step_x, step_y = tiles[0].width + 8, tiles[0].height + 8
    sheet = Image.new("RGB", (across * step_x, -(-len(tiles) // across) * step_y), "#888")
    for at, tile in enumerate(tiles):
        sheet.paste(tile, (at % across * step_x, at // across * step_y))
    sheet.quantize(256).save(path, optimize=True)
    check_size(path)


def check_size(path: Path) -> None:
    """Say how large a picture is; a large one is a mistake."""
    size = path.stat().st_size
    print(f"{path}: {size / 1000:.0f} kB")
    if size > LARGEST:
        sys.exit(f"{path}: larger than {LARGEST / 1000:.0f} kB")


def main() -> None:
    """Build a corpus, serve it, and take the pictures."""
    from browser_page import ARGUMENTS, Table, chromium
    from browser_page import serve as served
    from playwright.sync_api import sync_playwright

    from align.corpus.store import Store

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DIGEST.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        corpus = Path(name) / "demo"
        build(corpus)
        with Store.open(corpus) as store:
            first = max(store.briefings(), key=lambda one: one.beads).id
            doubtful = min(
                (row for row in store.rows(first) if row.zh and row.en),
                key=lambda row: row.probability or 1.0,
            )
        with served(corpus, Path(name) / "log.txt") as (address, _), sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)

            def tab(width: int = 1280, scheme: str = "light", locale: str = "en-GB") -> Any:  # noqa: ANN401 # Playwright's
                size: Any = {"width": width, "height": 800}
                shade: Any = scheme
                return browser.new_context(viewport=size, color_scheme=shade, locale=locale)

            table = Table(tab(), address, briefing=first, row=doubtful.id)
            table.wait("S.checks(S.rows.get(S.cur)).length")
            save(table.page, folder / "review.png")
            table.press("d")
            table.wait("S.help.get(S.cur)?.whole", timeout=60_000)
            save(table.page, folder / "details.png")
            table.press("d", "t")
            save(table.page, folder / "text.png")
            table.press("t", "?")
            save(table.page, folder / "keys.png")
            table.page.goto(f"{address}/corpus")
            table.page.get_by_text("Sentences per row, Chinese-English").wait_for()
            save(table.page, folder / "corpus.png")
            table.page.goto(f"{address}/search?words=%E6%B5%B7%E6%B4%8B")
            table.page.locator(".hit").first.wait_for()
            save(table.page, folder / "search.png")
            table.page.goto(f"{address}/terms")
            table.page.locator(".term").first.wait_for(timeout=60_000)
            save(table.page, folder / "terms.png")
            narrow = Table(tab(420, "dark"), address, briefing=first, row=doubtful.id)
            narrow.wait("S.checks(S.rows.get(S.cur)).length")
            save(narrow.page, folder / "narrow-dark.png")
            chinese = Table(tab(locale="zh-CN"), address, briefing=first, row=doubtful.id)
            chinese.wait("S.checks(S.rows.get(S.cur)).length")
            save(chinese.page, folder / "review-chinese.png")
            chinese.press("?")
            save(chinese.page, folder / "keys-chinese.png")
            for name, width, scheme, locale in (
                ("wide", 1440, "light", "en-GB"),
                ("dark", 1440, "dark", "en-GB"),
                ("chinese", 1440, "light", "zh-CN"),
                ("narrow", 390, "light", "zh-CN"),
            ):
                page = tab(width, scheme, locale).new_page()
                draw_sheet(page, address, first, folder / f"pages-{name}.png")
            browser.close()
    if folder == DIGEST.parent:
        DIGEST.write_text(digest_page() + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check_age()
    else:
        main()
