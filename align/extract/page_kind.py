"""Classification of pages; only transcripts and articles hold a document."""

import re
from collections.abc import Sequence

from ..web.html import DecodedPage, first_text, links, parse, path_of
from .html_blocks import blocks_of, count_prose
from .page_body import DENSEST, LEAST, body_of, title_of_page
from .site import PageKind, Site
from .transcript import Block, count_letters, detect_language, find_labels
from .transcript.boilerplate import is_boilerplate, is_caption
from .transcript.header import is_summary, read_header

_REDIRECT = re.compile(r"linkContent\s*=\s*['\"](?P<url>[^'\"]+)['\"]")
_CHALLENGE = re.compile(
    r"__jsl_clearance|challenge-platform|enable javascript|cache access denied", re.I
)
_ATTACHMENT = re.compile(r"see (?:the )?attach(?:ment|ed)|(?:详见|见|请看)附件", re.I)
_NOTICE = re.compile(r"^(?:Notice (?:of|on)|Media advisory)|(?:预告|公告|预告信息|通知)$", re.I)
_SCRIPTED = re.compile(
    r"location(?:\.href)?\s*=|document\.cookie|\.ajax\(|fetch\(|axios|api-gateway", re.I
)
# A page of fewer visible letters is no text: the shortest last page of an article has 300.
SHELL = 60
# A browser check shows a sentence or two; with more text than this a page is itself.
PLENTY = 200
# Captions are at most a few lines; a page with this much other text has an article in it.
SPARE = 600


def classify(site: Site, page: DecodedPage) -> PageKind:
    """Return whether a page is a transcript, article, gallery, notice, empty hub, list or shell."""
    if site.kind and (own := site.kind(page)) is not None:
        return own
    if shell := _shell(site, page):
        return shell
    blocks = [b for b in body_of(site, page).blocks if not is_boilerplate(b.text)]
    labels = find_labels(blocks, detect_language(b.text for b in blocks))
    if len(labels) >= 2:
        return PageKind("transcript", f"{len(labels)} speaker labels")
    return _without_labels(site, page, blocks, len(labels))


def redirect_target(page: DecodedPage) -> str:
    """Return the address that a ``linkContent`` shell points to, or ''."""
    match = _REDIRECT.search(page.text) if len(page.text) < 8000 else None
    return match["url"] if match else ""


def _shell(site: Site, page: DecodedPage) -> PageKind | None:
    if target := redirect_target(page):
        return PageKind("shell", f"a script that sends the reader on to {target}")
    title = first_text(parse(page.text), "title")
    if site.home and re.search(r"\d", path_of(page.url)) and re.fullmatch(site.home, title):
        return PageKind("shell", "the home page, sent in place of a page that is missing")
    body, challenged = body_of(site, page), bool(_CHALLENGE.search(page.text))
    letters = sum(len(block.text) for block in body.blocks)
    if letters >= PLENTY or (body.rule != DENSEST and letters >= LEAST and not challenged):
        return None
    visible = " ".join(block.text for block in blocks_of(parse(page.text)))
    if len(visible) >= (PLENTY if challenged else SHELL):
        return None
    if challenged:
        return PageKind("shell", "a browser check of the server, not the page")
    if not visible:
        return PageKind("shell", "a page without text")
    if _SCRIPTED.search(page.text):
        return PageKind("shell", "an empty page that a script fills")
    return PageKind("shell", f"a page of {len(visible)} letters")


def _without_labels(
    site: Site, page: DecodedPage, blocks: Sequence[Block], labels: int
) -> PageKind:
    title, path = title_of_page(site, page), path_of(page.url)
    if _NOTICE.search(title) or _matches(site.notices, path):
        return PageKind("notice", "a notice of a conference, not its transcript")
    captions = [block for block in blocks if is_caption(block)]
    other = [b for b in blocks if not is_caption(b) and b.text != title]
    spare = sum(count_letters(block.text) for block in other)
    if captions and spare < SPARE and not labels and len(captions) >= len(other) - 3:
        if _matches(site.hubs, path):
            return PageKind("empty hub", "a hub with a photo gallery but no transcript yet")
        if not any(map(_is_prose, other)):
            return PageKind("gallery", f"only photo captions ({len(captions)}), no turns")
    named = read_header(blocks).participants or any(is_summary(b.text) for b in blocks[:10])
    if _matches(site.hubs, path) and named and spare < SPARE * 3:
        return PageKind("empty hub", "a hub that names its speakers but has no transcript yet")
    if _is_list(site, page, blocks):
        return PageKind("list", "mostly links to other pages")
    least = SHELL if body_of(site, page).rule == DENSEST else LEAST
    return _text_kind(other, spare, labels, least)


def _is_prose(block: Block) -> bool:
    """Say whether a block is a paragraph of an article and no date line, credit or summary."""
    long = count_letters(block.text) >= (30 if detect_language([block.text]) == "zh" else 60)
    return long and not block.linked and not is_summary(block.text)


def _text_kind(other: Sequence[Block], spare: int, labels: int, least: int) -> PageKind:
    if any(_ATTACHMENT.search(b.text) for b in other) and spare < SPARE:
        return PageKind("shell", "the text is in an attachment, not on the page")
    if labels:
        return PageKind("transcript", "1 speaker label")
    if spare < least:
        return PageKind("shell", f"a page of {spare} letters")
    return PageKind("article", f"{len(other)} paragraphs without speaker labels")


def _matches(patterns: Sequence[str], path: str) -> bool:
    return any(re.search(pattern, path) for pattern in patterns)


def _is_list(site: Site, page: DecodedPage, blocks: Sequence[Block]) -> bool:
    """Say whether more of the body's text is in links than outside, on ten links or more.

    Where no container is known, the links of the whole page are counted.
    """
    if _matches(site.lists, path_of(page.url)):
        return True
    body = body_of(site, page)
    if body.rule == DENSEST and count_prose(parse(page.text), body.elements) >= SPARE:
        return False
    roots = [parse(page.text)] if body.rule == DENSEST else body.elements
    found = [link for root in roots for link in links(root, page.url) if len(link.text) > 10]
    titles = {link.text for link in found}
    prose = sum(count_letters(block.text) for block in blocks if block.text not in titles)
    return len(titles) >= 10 and sum(map(count_letters, titles)) > prose
