"""A site and the pages of one document, in; the Document with the guards' findings, out."""

from collections.abc import Sequence
from dataclasses import replace

from ..errors import ExtractError
from ..html import DecodedPage
from ..records import Document, Language
from ..transcript import Block, Source, build, language_of, weight
from ..transcript.furniture import split_at_other_language
from .engine import DENSEST, body_of, is_menu, is_site_furniture, published_on, title_of_page
from .guards import guard_notes
from .site import Parts, Site


def assemble(
    site: Site,
    pages: Sequence[DecodedPage],
    language: Language | None,
    counterpart_url: str,
    notes: Sequence[str],
) -> Document:
    """Read the pages, put them together, build the document and run the guards."""
    title = title_of_page(site, pages[0])
    parts = gather(site, pages, title)
    spoken = language_of(block.text for block in (*parts.body, *parts.preface))
    if not parts.body:
        raise ExtractError(
            f"{pages[0].url or 'The page'} has no text in its body. "
            "Check the address, or save the page from a browser and add the file."
        )
    source = Source(
        name=site.name,
        language=spoken if not site.both_languages else language or spoken,
        title=title,
        published=published_on(site, pages[0]),
        url=pages[0].url,
        counterpart_url=counterpart_url,
        preface=parts.preface,
        notes=(*notes, *_rule_notes(parts.rules)),
    )
    document = build(parts.body, source)
    return replace(document, notes=(*document.notes, *guard_notes(document, parts)))


def gather(site: Site, pages: Sequence[DecodedPage], title: str) -> Parts:
    """Return the blocks of all pages, furniture taken out and the preface split off."""
    kept: list[tuple[Block, ...]] = []
    raw, rules = 0, list[str]()
    preface: tuple[Block, ...] = ()
    for number, page in enumerate(pages):
        found = list(site.blocks(page) or ()) if site.blocks else []
        if found:
            rule, blocks, letters = "the site's own reader", found, _weight(found)
        else:
            body = body_of(site, page, number)
            rule, blocks, letters = body.rule, list(body.blocks), body.raw
        cut = split_at_other_language(blocks)
        if cut and not number:
            preface = _text_only(site, blocks[:cut], title)
        kept.append(_text_only(site, blocks[cut:], title))
        removed = _weight(blocks) - _weight(kept[-1])
        raw += letters - removed
        rules.append(rule)
    unique = _without_repeats(kept)
    return Parts(preface, tuple(block for page in unique for block in page), tuple(kept), raw,
                 tuple(rules))  # fmt: skip


def _text_only(site: Site, blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    return tuple(
        block
        for block in blocks
        if block.text.strip("•· ") != title
        and not is_site_furniture(site, block.text)
        and not is_menu(block.text)
    )


def _without_repeats(pages: Sequence[tuple[Block, ...]]) -> list[tuple[Block, ...]]:
    """Drop a page that repeats an earlier one: a server that runs out of pages sends the last."""
    seen: set[tuple[str, ...]] = set()
    unique: list[tuple[Block, ...]] = []
    for blocks in pages:
        texts = tuple(block.text for block in blocks)
        if texts not in seen:
            unique.append(blocks)
        seen.add(texts)
    return unique


def _weight(blocks: Sequence[Block]) -> int:
    return sum(weight(block.text) for block in blocks)


def _rule_notes(rules: Sequence[str]) -> tuple[str, ...]:
    if DENSEST in rules:
        return ("No known container was found; the body is " + DENSEST + ".",)
    return ()
