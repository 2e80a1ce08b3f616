"""Assembly of a document from the pages of one article, with notes on text that may be missing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...aligner.text.chinese import detect_language
from ...aligner.text.strings import has_letters
from ...errors import N_, ExtractError, Message
from ...records import Document, Language
from ..web.html import DecodedPage, parse
from .hooks import read_data
from .html_blocks import count_prose
from .languages import untranslated_notes
from .page_body import DATA, DENSEST, Body, body_of, published_on, reason_left_out, title_of_page
from .site import LeftOut, PageParts, Site
from .sites.news import GENERIC
from .table_places import join_parts
from .transcript import Block, boilerplate
from .transcript.build import build, list_doubts

_UNKNOWN_SITE = Message(
    N_(
        "Unknown site; general rules were used. Check the title, turns and length ('align "
        "doctor --site FILE' shows which rules matched)."
    )
)
# A note appears if the body has a smaller share of the running text. Teasers and comments are
# running text, too; at most they are as long as the article.
_LEAST_INSIDE = 0.5
_MUCH_OUTSIDE = 400  # least letters outside the body for the note


def assemble(
    site: Site,
    pages: Sequence[DecodedPage],
    kept: Language | None,
    counterpart_url: str,
    *,
    language: Language | None = None,
) -> tuple[Document, tuple[LeftOut, ...]]:
    """Return the document of pages, and the text that is not part of it.

    :param kept: the language of the paragraphs to keep, for a bilingual page.
    :param language: the language of the document; by default the language of most text.
    """
    blocks = body_of(site, pages[0]).blocks
    preface = blocks[: boilerplate.find_transcript_start(blocks)]
    # A page with several transcripts marks the current one with a bullet.
    bullet = next((b.text for b in preface if b.text.startswith("•")), "")
    title = bullet.strip("• ") or title_of_page(site, pages[0])
    parts = collect_parts(site, pages, title)
    if kept:  # keep the paragraphs in one language

        def side(blocks: Sequence[Block]) -> tuple[Block, ...]:
            own = (block for block in blocks if detect_language([block.text]) == kept)
            return tuple(b for b in own if not boilerplate.COLUMN_NAME.fullmatch(b.text))

        body, bodies = side(parts.body), tuple(map(side, parts.pages))
        parts = replace(parts, preface=side(parts.preface), body=body, pages=bodies)
    spoken = detect_language(block.text for block in (*parts.body, *parts.preface))
    if not parts.body:
        raise ExtractError(
            N_(
                "{url} has no text in its body; check the URL, or save the page from a browser "
                "and add the file"
            ),
            url=pages[0].url or Message(N_("the page")),
        )
    known = Document(
        language=language or kept or spoken,
        title=title,
        turns=(),
        date=next(filter(None, (published_on(site, page) for page in pages)), None),
        url=pages[0].url,
        counterpart_url=counterpart_url,
        source=site.name,
        notes=tuple(_body_notes(site, pages, parts.rules)),
    )
    document = build(parts.body, known, parts.preface)
    encodings = dict.fromkeys(note for page in pages for note in page.notes)
    doubts = (*list_doubts(document, parts.pages), *untranslated_notes(document))
    notes = (*document.notes, *doubts, *encodings)
    left_out = (*parts.left_out, *lines_left_out(parts.preface, parts.body, document))
    return replace(document, notes=notes), left_out


def lines_left_out(
    preface: Sequence[Block], body: Sequence[Block], document: Document
) -> Iterator[LeftOut]:
    """Yield the lines that are not text of a document: header lines, lines without letters."""
    used = {text for _, text in document.paragraphs()} | set(document.captions)
    labels = tuple({turn.label for turn in document.turns if turn.label})
    used.update(block.text for block in body if block.text.startswith(labels))
    rest = [block for block in body if block.text not in used]
    yield from LeftOut.of("header", (*preface, *(b for b in rest if has_letters(b.text))))
    yield from LeftOut.of("separators", [b for b in rest if not has_letters(b.text)])


def collect_parts(site: Site, pages: Sequence[DecodedPage], title: str) -> PageParts:
    """Return the blocks of all pages without boilerplate, with the preface separated."""
    bodies = [_read(site, page) for page in pages]
    if any(body.rule == DATA for body in bodies):
        bodies = [body for body in bodies if body.rule == DATA]
    by_reason: dict[str, list[Block]] = {}
    prefaces: list[tuple[Block, ...]] = []
    transcripts: list[tuple[Block, ...]] = []
    left_out: list[LeftOut] = []
    for body in bodies:
        blocks = _without_boilerplate(site, body.blocks, title, by_reason)
        start = boilerplate.find_transcript_start(blocks)
        prefaces.append(_without_language_links(blocks[:start]))
        transcripts.append(_without_language_links(blocks[start:]))
        left_out += body.left_out
    for reason, lines in by_reason.items():
        left_out += LeftOut.of(reason, lines)
    return PageParts(
        preface=prefaces[0],
        body=tuple(join_parts(_drop_repeated(transcripts))),
        pages=tuple(transcripts),
        rules=tuple(body.rule for body in bodies),
        left_out=tuple(left_out),
    )


def _without_language_links(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if not boilerplate.OTHER_LANGUAGE.match(block.text))


def _drop_repeated(pages: Iterable[tuple[Block, ...]]) -> Iterable[tuple[Block, ...]]:
    """Return the pages without repetition; a server may send the last one for pages after it."""
    unique: dict[tuple[str, ...], tuple[Block, ...]] = {}
    for page in pages:
        unique.setdefault(tuple(block.text for block in page), page)
    return unique.values()


def _read(site: Site, page: DecodedPage) -> Body:
    """Return the body of a page: by the site's hook for a data file, else by its rules."""
    if (blocks := read_data(site, page)) is not None:
        return Body(DATA, blocks)
    body = body_of(site, page)
    return replace(body, blocks=boilerplate.strip_time_stamps(body.blocks))


def _without_boilerplate(
    site: Site, blocks: Sequence[Block], title: str, by_reason: dict[str, list[Block]]
) -> tuple[Block, ...]:
    """Return text, captions and language links; add all other blocks to ``by_reason``."""
    kept = []
    for block in blocks:
        reason = "" if boilerplate.is_caption(block) else reason_left_out(site, block, title)
        if reason:
            by_reason.setdefault(reason, []).append(block)
        if not reason or boilerplate.OTHER_LANGUAGE.match(block.text):
            kept.append(block)
    return tuple(kept)


def _body_notes(site: Site, pages: Sequence[DecodedPage], rules: Sequence[str]) -> Iterator[str]:
    if site is GENERIC:
        yield _UNKNOWN_SITE
    if DENSEST in rules:
        yield Message(
            N_("No known container was found; the body is {densest}."), densest=Message(DENSEST)
        )
    for page in pages:
        body = body_of(site, page)
        root = parse(page.text)
        prose, inside = count_prose(root), count_prose(root, body.elements)
        if inside < _LEAST_INSIDE * prose and prose - inside > _MUCH_OUTSIDE:
            yield (
                Message(
                    N_(
                        "Only {inside:.0%} of the running text of {url} is in its body "
                        "({rule}); text may be missing (check with 'align doctor --site FILE')."
                    ),
                    inside=inside / prose,
                    url=page.url or Message(N_("a page")),
                    rule=Message(body.rule),
                )
            )
