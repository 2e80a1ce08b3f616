"""Extraction from web pages by the rules of their site: kind, document, and links to follow."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...aligner.text.chinese import detect_language
from ...aligner.text.strings import count_letters
from ...errors import N_, ExtractError, Message, count_message
from ...records import LANGUAGES, Document, Language
from ..clock import limit_reading
from ..web.html import DecodedPage, first_text, links, parse
from ..web.page_checks import find_shell_target, is_challenge
from ..web.urls import host_of, path_of
from . import page_links
from .assemble import assemble
from .hooks import find_kind, find_more_pages, read_data
from .html_blocks import count_prose
from .languages import has_both_languages
from .page_body import DENSEST, LEAST, body_of, describe_rule, title_of_page
from .site import DOCUMENT_KINDS, LeftOut, PageKind, Site
from .sites import SITES, is_host, site_of
from .transcript import Block
from .transcript.boilerplate import is_boilerplate, is_caption
from .transcript.build import count_labels
from .transcript.header import is_summary, read_header
from .transcript.labels import find_labels

_ATTACHMENT = re.compile(r"see (?:the )?attach(?:ment|ed)|(?:详见|见|请看)附件", re.I)
_NOTICE = re.compile(r"^(?:Notice (?:of|on)|Media advisory)|(?:预告|公告|预告信息|通知)$", re.I)
# Least letters of a page with text; the shortest last page of an article has 300.
_LEAST_TEXT = 60
# Least letters besides captions in a page that contains an article.
_LEAST_ARTICLE = 600
# Least letters of a paragraph; headings and date lines among captions are shorter.
_LEAST_PARAGRAPH: dict[Language, int] = {"zh": 30, "en": 60}
# Least number of links in a list, and the maximum length of a link in a menu.
_LEAST_LINKS, _LONGEST_MENU_LINK = 10, 10


def classify_page(page: DecodedPage) -> PageKind:
    """Return whether a page is a transcript, article, gallery, notice, empty hub, list or shell."""
    site = site_of(page)
    if (own := find_kind(site, page)) is not None:
        return own
    if shell := _shell(site, page):
        return shell
    blocks = [b for b in body_of(site, page).blocks if not is_boilerplate(b.text)]
    labels = find_labels(blocks, detect_language(b.text for b in blocks))
    if len(labels) >= 2:
        return PageKind(
            "transcript",
            count_message("{count} speaker label", "{count} speaker labels", len(labels)),
        )
    return _without_labels(site, page, blocks, len(labels))


def _shell(site: Site, page: DecodedPage) -> PageKind | None:
    if target := find_shell_target(page.text):
        return PageKind("shell", Message(N_("a script that redirects to {target}"), target=target))
    title = first_text(parse(page.text), "title")
    if site.home and re.search(r"\d", path_of(page.url)) and re.fullmatch(site.home, title):
        return PageKind("shell", Message(N_("the home page, sent instead of a missing page")))
    if is_challenge(page.text):
        return PageKind("shell", Message(N_("a browser check, not the page")))
    return None


def _without_labels(
    site: Site, page: DecodedPage, blocks: Sequence[Block], labels: int
) -> PageKind:
    """Return the kind of a page with fewer than two labels."""
    title, path = title_of_page(site, page), path_of(page.url)
    if _NOTICE.search(title) or _matches(site.notices, path):
        return PageKind("notice", Message(N_("a notice of a conference, not its transcript")))
    other = [b for b in blocks if not is_caption(b) and b.text != title]
    letters = sum(count_letters(block.text) for block in other)
    is_hub = _matches(site.hubs, path)
    if not labels:
        gallery = _gallery_kind(blocks, other, letters, is_hub=is_hub)
        if gallery is not None:
            return gallery
    if is_hub and letters < 3 * _LEAST_ARTICLE and _names_speakers(blocks):
        reason = Message(N_("a hub that names its speakers but has no transcript yet"))
        return PageKind("empty hub", reason)
    if _is_list(site, page, blocks):
        return PageKind("list", Message(N_("mostly links to other pages")))
    least = _LEAST_TEXT if body_of(site, page).rule == DENSEST else LEAST
    return _text_kind(other, letters, labels, least)


def _gallery_kind(
    blocks: Sequence[Block], other: Sequence[Block], letters: int, *, is_hub: bool
) -> PageKind | None:
    """Return the kind of a page that has hardly anything but photo captions.

    :param other: the blocks that are not captions, with ``letters`` letters.
    """
    captions = [block for block in blocks if is_caption(block)]
    if not captions or letters >= _LEAST_ARTICLE or len(captions) < len(other) - 3:
        return None
    if is_hub:
        return PageKind(
            "empty hub", Message(N_("a hub with a photo gallery but no transcript yet"))
        )
    if _has_paragraph(other):
        return None
    reason = Message(N_("only photo captions ({total}), no turns"), total=len(captions))
    return PageKind("gallery", reason)


def _has_paragraph(blocks: Sequence[Block]) -> bool:
    """Return whether a block is as long as a paragraph, and neither a link nor a summary."""
    for block in blocks:
        if block.linked or is_summary(block.text):
            continue
        if count_letters(block.text) >= _LEAST_PARAGRAPH[detect_language([block.text])]:
            return True
    return False


def _names_speakers(blocks: Sequence[Block]) -> bool:
    """Return whether the first blocks are a header with participants, or contain a summary."""
    return bool(read_header(blocks).participants) or any(is_summary(b.text) for b in blocks[:10])


def _text_kind(other: Sequence[Block], letters: int, labels: int, least: int) -> PageKind:
    if any(_ATTACHMENT.search(b.text) for b in other) and letters < _LEAST_ARTICLE:
        return PageKind("shell", Message(N_("the text is in an attachment, not on the page")))
    if labels:
        return PageKind(
            "transcript", count_message("{count} speaker label", "{count} speaker labels", 1)
        )
    if letters < least:
        return PageKind("shell", Message(N_("a page of {letters} characters"), letters=letters))
    reason = Message(N_("{total} paragraphs without speaker labels"), total=len(other))
    return PageKind("article", reason)


def _matches(patterns: Sequence[str], path: str) -> bool:
    return any(re.search(pattern, path) for pattern in patterns)


def _is_list(site: Site, page: DecodedPage, blocks: Sequence[Block]) -> bool:
    """Return whether ten or more links of the body, or of the page, contain most of the text."""
    if _matches(site.lists, path_of(page.url)):
        return True
    body = body_of(site, page)
    if body.rule == DENSEST and count_prose(parse(page.text), body.elements) >= _LEAST_ARTICLE:
        return False
    roots = [parse(page.text)] if body.rule == DENSEST else body.elements
    texts = {link.text for root in roots for link in links(root, page.url)}
    titles = {text for text in texts if len(text) > _LONGEST_MENU_LINK}
    prose = sum(count_letters(block.text) for block in blocks if block.text not in titles)
    return len(titles) >= _LEAST_LINKS and sum(map(count_letters, titles)) > prose


@dataclass(frozen=True, slots=True)
class PageReading:
    """The document read from a source in one language, or the reason why there is none."""

    site: str = ""
    kind: str = ""
    document: Document | None = None
    refusal: str = ""  # empty if there is a document
    left_out: tuple[LeftOut, ...] = ()  # includes text outside the body
    source: str = ""


def read_pages(pages: Sequence[DecodedPage]) -> tuple[PageReading, ...]:
    """Read the pages of a document, in order; return two readings for a bilingual page.

    The Chinese reading of a bilingual page is the first one.
    """
    name = pages[0].url if pages else ""
    with limit_reading(name, sum(len(page.text) for page in pages)):
        return _read_sides(pages, LANGUAGES if pages and holds_both(pages[0]) else (None,))


def _read_sides(
    pages: Sequence[DecodedPage],
    sides: Sequence[Language | None],
    language: Language | None = None,
) -> tuple[PageReading, ...]:
    if not pages:
        raise ExtractError(
            N_("no page was given to read; pass the pages of one document, in order")
        )
    site = site_of(pages[0])
    # Sort data files after the pages that load them, because those pages have the title.
    pages = sorted(pages, key=lambda page: read_data(site, page) is not None)
    kind = classify_page(pages[0])
    # Page 1 may contain only a photo.
    later = (classify_page(page).kind == "transcript" for page in pages[1:])
    if kind.kind not in DOCUMENT_KINDS and not any(later):
        refusal = Message(
            N_(
                "{url} is not a transcript but a page of type '{kind}': {reason}; give the URL "
                "of the transcript itself"
            ),
            url=pages[0].url or Message(N_("the page")),
            kind=kind.kind,
            reason=kind.reason,
        )
        return (PageReading(site.name, kind.kind, refusal=refusal),)
    return tuple(_read_side(site, kind, pages, side, language) for side in sides)


def _read_side(
    site: Site,
    kind: PageKind,
    pages: Sequence[DecodedPage],
    side: Language | None,
    language: Language | None,
) -> PageReading:
    try:
        counterpart = counterpart_url(pages[0])
        document, left_out = assemble(site, pages, side, counterpart, language=language)
    except ExtractError as error:
        return PageReading(site.name, kind.kind, refusal=error.message)
    return PageReading(site.name, kind.kind, document, left_out=left_out)


def read_documents(pages: Sequence[DecodedPage]) -> tuple[Document, ...]:
    """Return the documents of :func:`read_pages`."""
    return _documents_of(read_pages(pages))


def _documents_of(readings: Iterable[PageReading]) -> tuple[Document, ...]:
    documents: list[Document] = []
    for reading in readings:
        if reading.document is None:
            raise ExtractError(reading.refusal)
        documents.append(reading.document)
    return tuple(documents)


def read_document(pages: Sequence[DecodedPage]) -> Document:
    """Return the document of pages; the Chinese document if the pages are bilingual."""
    return read_documents(pages)[0]


def read_whole(pages: Sequence[DecodedPage], language: Language | None = None) -> Document:
    """Return pages as one document in one language, by default the language of most text."""
    return _documents_of(_read_sides(pages, (None,), language))[0]


def more_pages(page: DecodedPage, seen: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the URLs of further pages of the same article that are not in ``seen``.

    In a gallery (one page per photo), only page 2 can start a transcript.
    """
    site = site_of(page)
    found = (
        find_more_pages(site, page) or page_links.same_article(page) or page_links.trs_pages(page)
    )
    if found and classify_page(page).kind == "gallery":
        first = page_links.page_number(page.url) == 1
        found = tuple(url for url in found if first and page_links.page_number(url) == 2)
    return page_links.drop_seen(found, page, seen)


def counterpart_url(page: DecodedPage) -> str:
    """Return the URL of the other language version, or ''; a bilingual page returns its own."""
    if holds_both(page):
        return page.url
    site = site_of(page)
    to_chinese = detect_language(block.text for block in body_of(site, page).blocks) == "en"
    return page_links.find_counterpart_link(page, to_chinese=to_chinese)


def holds_both(page: DecodedPage) -> bool:
    """Return whether a page is bilingual: in columns, alternating, or one below the other."""
    return has_both_languages(body_of(site_of(page), page).blocks)


def report(page: DecodedPage) -> Iterator[str]:
    """Yield lines on how a page is read: rules tried, rules matched, counts of the checks."""
    site = site_of(page)
    kind = classify_page(page)
    counterpart = counterpart_url(page)
    if is_host(site, host_of(page.url)):
        by = "host"
    elif site.name in SITES:
        by = "layout"
    else:
        by = "fallback"
    yield f"site: {site.name} (chosen by {by})"
    yield f"kind: {kind.kind} ({kind.reason})"
    yield from body_of(site, page).tried
    yield from _try_texts("title", site.title, page)
    yield from _try_texts("published", site.published, page)
    yield f"other language version: {counterpart or 'no link found'}"
    yield f"further pages: {len(more_pages(page))}"
    if kind.kind in DOCUMENT_KINDS:
        try:
            like, labels = count_labels(assemble(site, [page], None, counterpart)[0])
            yield f"speaker labels: {labels} of {like} lines that look like one"
        except ExtractError as error:
            yield f"document: none; {error}"


def _try_texts(what: str, rules: Sequence[str], page: DecodedPage) -> Iterator[str]:
    for rule in rules:
        if not rule.startswith("text:"):
            yield describe_rule(what, rule, len(first_text(parse(page.text), rule)) or None)
