"""Title, date of publication and body of a page by its site's rules, and the skipped text."""

import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ...aligner.text.dates import find_dates
from ...aligner.text.strings import count_letters, normalise_space
from ...errors import N_, ExtractError
from ..limits import MOST_PARAGRAPHS
from ..web import html
from ..web.html import DecodedPage, HtmlElement, parse
from ..web.urls import path_of
from .html_blocks import blocks_of, count_prose, find_densest_element, list_unread
from .site import LeftOut, Site
from .site_names import is_site_name, without_names
from .table_places import join_parts
from .transcript import Block
from .transcript.boilerplate import (
    LONGEST_BOILERPLATE,
    MENU_WORDS,
    OTHER_LANGUAGE,
    is_boilerplate,
    is_caption,
)
from .transcript.speaker_lines import mark_speakers
from .transcript.wrapped_lines import join_wrapped

_PUBLISHED = (
    "meta[name=publishdate]",
    "meta[name=PubDate]",
    "meta[property='article:published_time']",
    "meta[itemprop=datePublished]",
    "time[datetime]",
)
# Properties that the Founder system writes into pages of china.org.cn, china.com.cn, gmw.cn.
_PROPERTIES = re.compile(r"<!--\s*enpproperty(?P<all>.{0,4000}?)/enpproperty-->", re.S)
_DAY = r"(?P<y>(?:19|20)\d\d)[-/]?(?P<m>[01]\d)[-/]?(?P<d>[0-3]\d)"
_DAY_OF_FOLDER = re.compile(rf"/{_DAY}/")
_DAY_OF_FILE = re.compile(rf"/t{_DAY}_\d+\.")
# TRS names the pictures of an article by the day of their upload.
_DAY_OF_PICTURE = re.compile(rf"src=[\"']\./[WP]0{_DAY}\d{{6,}}", re.I)
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.I)
_SITE_NAME = re.compile(
    r"\s*(?:_|--|\||——)\s*[^_|]{1,24}$|"
    r"\s*[-—–]\s*[^-—–]{0,24}(?:网|網|网站|频道|在线|\.com(?:\.cn)?|\.cn|Xinhua|Daily)\s*$"
)
_SITE_HEADING = re.compile(r"(?:网|網|网站|門戶|门户|频道)\s*$")
_LEAST_TITLE = 4
# Characters searched for a date of publication: above the text or, in Hong Kong, below it.
_HEAD, _FOOT = 15_000, 3_000


def title_of_page(site: Site, page: DecodedPage) -> str:
    """Return the title by the first candidate with text, without the site's name behind it."""
    root = parse(page.text)
    for css in site.title:
        text = _heading(root, page) if css == "h1" else html.first_text(root, css)
        text = _BREAK.sub(" " if text.isascii() else "", text)
        text = re.sub(site.titles_end, "", text).strip() if site.titles_end else text
        text = without_names(text, page)
        if text:
            return _without_site_name(text) if css == "title" else text
    return ""


def _heading(root: HtmlElement, page: DecodedPage) -> str:
    """Return the heading that is part of the page's title, or includes it; menus have headings too.

    If there is none, return the title of the content system, or the first heading if it is at
    least as long as the page's title.
    """
    title = html.first_text(root, "title")
    bare = without_names(title, page)
    heading = _heading_in_title(root, bare) or _property(page, "title")
    if heading:
        return heading
    first = html.first_text(root, "h1")
    if bare != title and is_site_name(first, page):  # the logo
        return ""
    is_shorter = len(_only_letters(first)) < len(_only_letters(_without_site_name(title)))
    return "" if is_shorter or _SITE_HEADING.search(first) else first


def _heading_in_title(root: HtmlElement, title: str) -> str:
    """Return the longest heading that opens the page's title, else includes it or is part of it."""
    whole, core = _only_letters(title), _only_letters(_without_site_name(title))
    elements = (*html.select(root, "h1"), *html.select(root, "h2"))
    headings = [text for text in map(html.text_of, elements) if text]
    named = [text for text in headings if _only_letters(text) in whole]
    opening = [text for text in named if whole.startswith(_only_letters(text))]
    fuller: list[str] = []
    if len(core) >= _LEAST_TITLE:
        fuller = [text for text in headings if core in _only_letters(text)]
    return max(opening or fuller or named, key=len, default="")


def _only_letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def _without_site_name(title: str) -> str:
    """Return a title without the names of site and section after it, if the rest is not empty."""
    while (shorter := _SITE_NAME.sub("", title).strip()) != title and shorter:
        title = shorter
    return title


def _property(page: DecodedPage, name: str) -> str:
    """Return a property that the content system wrote into a comment of the page, or ''."""
    properties = _PROPERTIES.search(page.text)
    match = re.search(rf"<{name}>(.*?)</{name}>", properties["all"], re.S) if properties else None
    return normalise_space(match[1]) if match else ""


def published_on(site: Site, page: DecodedPage) -> dt.date | None:
    """Return the day on which the page was published, by the first candidate that names one."""
    return next(_days(site, page), None)


def _days(site: Site, page: DecodedPage) -> Iterator[dt.date]:
    root = parse(page.text)
    for css in (*site.published, *_PUBLISHED):
        if css.startswith("text:"):
            match = re.search(css.removeprefix("text:"), _head_and_foot(page))
            yield from find_dates(match[0]) if match else ()
        else:
            yield from find_dates(html.first_text(root, css))
    yield from find_dates(_property(page, "date"))
    path = path_of(page.url)
    for match in (
        _DAY_OF_FOLDER.search(path),
        _DAY_OF_FILE.search(path) if site.dated_files else None,
        _DAY_OF_PICTURE.search(page.text),
    ):
        yield from find_dates(f"{match['y']}-{match['m']}-{match['d']}") if match else ()


@functools.lru_cache(maxsize=2)
def _head_and_foot(page: DecodedPage) -> str:
    """Return the visible text at the beginning and at the end of a page."""
    text = " ".join(block.text for block in blocks_of(parse(page.text)))
    return f"{text[:_HEAD]} {text[-_FOOT:]}"


DATA = "the page's data"
DENSEST = "the element with most running text"
# A container with less text than this is a caption, a date line or an empty shell of the template.
LEAST = 20
# Maximum letters after the end of a transcript: date, time of issue, share buttons.
_LONGEST_TAIL = 400
_SENTENCE_END = re.compile(r"[.。!！?？…;；”\"’)）\]】》:：]\s*$")
_TITLE_WITHIN = 25
_LEAST_HEADLINES = 3  # least number of consecutive headlines in a list


def describe_rule(what: str, rule: str, letters: int | None) -> str:
    """Return a line about a rule and the number of letters that it found, ``None`` for no match."""
    return f"  - {what}: {rule}" if letters is None else f"  + {what}: {rule} {letters} characters"


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of one page's body, and the rule that found it."""

    rule: str
    blocks: tuple[Block, ...]
    tried: tuple[str, ...] = ()  # lines for people
    left_out: tuple[LeftOut, ...] = ()
    elements: tuple[HtmlElement, ...] = ()


@functools.lru_cache(maxsize=12)
def body_of(site: Site, page: DecodedPage) -> Body:
    """Return the body of a page: the first candidate with enough text, else the densest element."""
    lines: list[str] = []
    root = parse(page.text)
    least = max(LEAST, int(site.least_share * count_prose(root))) if site.least_share else LEAST
    for rule in site.body:
        elements = _elements(rule, page)
        letters = sum(count_letters(html.text_of(element)) for element in elements)
        lines.append(describe_rule("body", rule, letters if elements else None))
        if letters >= least:
            return _mark_speakers(_body(site, page, rule, elements, lines))
    element = find_densest_element(root)
    lines.append(describe_rule("body", DENSEST, count_letters(html.text_of(element))))
    body = _body(site, page, DENSEST, [element], lines)
    return _mark_speakers(_trim(body, title_of_page(site, page)))


def _mark_speakers(body: Body) -> Body:
    """Return a body with a label for each speaker whom the form of a line shows."""
    blocks, stamps = mark_speakers(body.blocks)
    return replace(body, blocks=blocks, left_out=(*body.left_out, *LeftOut.of("times", stamps)))


def _trim(body: Body, title: str) -> Body:
    """Return the part of a body from its title to its last sentence, without links.

    The link to the other language is kept, because a transcript begins after it.
    """
    unlinked = [b for b in body.blocks if not b.linked or OTHER_LANGUAGE.match(b.text)]
    texts = [block.text for block in unlinked[:_TITLE_WITHIN]]
    first = texts.index(title) if title in texts else 0
    last = len(unlinked)
    while last > first and not _ends_text(unlinked[last - 1]):
        last -= 1
    while 0 < last < len(unlinked) and _are_in_one_table(*unlinked[last - 1 : last + 1]):
        last += 1
    if last == 0:  # no block ends a text, so keep all blocks
        last = len(unlinked)
    kept = unlinked[first:last]
    around = [*unlinked[:first], *unlinked[last:]]
    left_out = (
        *body.left_out,
        *LeftOut.of("links", [b for b in body.blocks if b.linked]),
        *LeftOut.of("lines around the text", around),
    )
    return replace(body, blocks=tuple(kept), left_out=left_out)


def _are_in_one_table(one: Block, other: Block) -> bool:
    """Return whether two lines are in the same table, whose last cells end no sentence."""
    if one.table is None or other.table is None:
        return False
    return one.table.table == other.table.table


def _ends_text(block: Block) -> bool:
    """Return whether a block may be the last one of a text: a sentence, or a line of a program."""
    return block.code or bool(_SENTENCE_END.search(block.text))


def _elements(rule: str, page: DecodedPage) -> list[HtmlElement]:
    if not rule.startswith("between:"):
        return html.outermost(html.select(parse(page.text), rule))
    start, _, end = rule.removeprefix("between:").partition("|||")
    fragment = html.between(page.text, start, end)
    return [parse(f"<div>{fragment}</div>")] if fragment.strip() else []


def _body(
    site: Site, page: DecodedPage, rule: str, elements: Sequence[HtmlElement], lines: Sequence[str]
) -> Body:
    blocks = join_parts(
        blocks_of(element, drop=site.drop, labels=site.labels) for element in elements
    )
    if len(blocks) > MOST_PARAGRAPHS:
        raise ExtractError(
            N_("{url}: {count:,} paragraphs, too many for one briefing"),
            url=page.url,
            count=len(blocks),
        )
    end = find_end(site, blocks)
    kept, lists = list[Block](), list[Block]()
    for headline, run in groupby(blocks[:end], _is_headline):
        group = list(run)
        if headline and len(group) >= _LEAST_HEADLINES:
            lists += group
        else:
            kept += group
    return Body(
        rule,
        tuple(join_wrapped(kept, ragged=True) if site.wrapped else kept),
        tuple(lines),
        (
            *LeftOut.of("lines behind the end", blocks[end:]),
            *LeftOut.of("lists of links", lists),
            *_list_unread(elements),
        ),
        tuple(elements),
    )


def _list_unread(elements: Sequence[HtmlElement]) -> Iterator[LeftOut]:
    by_reason: dict[str, list[Block]] = {}
    for element in elements:
        for reason, block in list_unread(element):
            by_reason.setdefault(reason, []).append(block)
    for reason, blocks in by_reason.items():
        yield from LeftOut.of(reason, blocks)


def _is_headline(block: Block) -> bool:
    """Return whether a block is a link in a list, not a paragraph that is a link."""
    plain = not (is_caption(block) or OTHER_LANGUAGE.match(block.text))
    return block.linked and plain and not re.search(r"[.。!！;；…”\"]$", block.text)


def find_end(site: Site, blocks: Sequence[Block]) -> int:
    """Return the index of a block that ends a transcript near the end, or the number of blocks."""
    remaining, end = 0, len(blocks)
    for index in range(len(blocks) - 1, -1, -1):
        text = blocks[index].text
        remaining += count_letters(text)
        if remaining > _LONGEST_TAIL:
            break
        short = text[:LONGEST_BOILERPLATE]
        if any(re.match(pattern, short) for pattern in site.ends):
            end = index
    return end


def reason_left_out(site: Site, block: Block, title: str) -> str:
    """Return why a block of a body other than a caption is not text of the document, or ''."""
    text = block.text
    if text.strip("•· ") == title:
        return "title"
    if len(text) > LONGEST_BOILERPLATE:
        return ""
    if is_boilerplate(text) or any(re.fullmatch(pattern, text) for pattern in site.boilerplate):
        return "boilerplate"
    return "menu entries" if MENU_WORDS.match(text) else ""
