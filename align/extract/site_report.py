"""Report of the rules tried and matched on a page, for ``align doctor --site``."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import ExtractError
from ..records import Document
from ..web.html import DecodedPage, first_text, parse
from .assemble import assemble
from .page_body import Tried, body_of
from .page_kind import classify
from .site import PageKind
from .sites import SiteChoice, site_notes
from .transcript.completeness import LetterCount


@dataclass(frozen=True, slots=True)
class SiteReport:
    """Everything the adapters found on one page, and why there is no document if there is none."""

    choice: SiteChoice
    kind: PageKind
    tried: tuple[Tried, ...]
    counts: tuple[LetterCount, ...]
    document: Document | None
    counterpart_url: str
    more: tuple[str, ...]
    why_none: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the report as lines for a terminal."""
        yield f"site: {self.choice.site.name} (chosen by {self.choice.by})"
        yield f"kind: {self.kind.kind} ({self.kind.reason})"
        for tried in self.tried:
            mark = "+" if tried.matched else "-"
            found = f" {tried.characters} letters" if tried.matched else ""
            yield f"  {mark} {tried.what}: {tried.rule}{found}"
        for count in self.counts:
            yield f"check: {count.name} {count.before} in the page, {count.after} in the document"
        yield f"other language: {self.counterpart_url or 'no link found'}"
        yield f"further pages: {len(self.more)}"
        if self.document is not None:
            yield from _document_lines(self.document)
        if self.why_none:
            yield f"document: none; {self.why_none}"


def _document_lines(document: Document) -> Iterator[str]:
    yield f"title: {document.title or 'none'}"
    yield f"date: {document.date or 'none'}; place: {document.place or 'none'}"
    for person in document.participants:
        role = person.role or "role unknown"
        yield f"participant: {person.name} ({role}) {person.title}".rstrip()
    labelled = sum(1 for turn in document.turns if turn.label)
    paragraphs = sum(1 for _ in document.paragraphs())
    yield (
        f"text: {labelled} labelled turns, {paragraphs} paragraphs, "
        f"{len(document.captions)} captions"
    )
    for note in document.notes:
        yield f"note: {note}"


def report_on(
    choice: SiteChoice, page: DecodedPage, counterpart_url: str, more: tuple[str, ...]
) -> SiteReport:
    """Try every candidate of a site on a page, and build the document where there is one."""
    site, kind = choice.site, classify(choice.site, page)
    document, counts, why_none = None, tuple[LetterCount, ...](), ""
    if kind.kind in ("transcript", "article"):
        try:
            read = assemble(site, [page], None, counterpart_url, site_notes(choice))
        except ExtractError as error:  # what was tried is wanted most where nothing was found
            why_none = str(error)
        else:
            document, counts = read.document, read.counts
    tried = (*body_of(site, page).tried, *_texts("title", site.title, page))
    tried += tuple(_texts("published", site.published, page))
    return SiteReport(choice, kind, tried, counts, document, counterpart_url, more, why_none)


def _texts(what: str, rules: tuple[str, ...], page: DecodedPage) -> Iterator[Tried]:
    root = parse(page.text)
    for rule in rules:
        if not rule.startswith("text:"):
            text = first_text(root, rule)
            yield Tried(what, rule, bool(text), len(text))
