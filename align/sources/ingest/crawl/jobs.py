"""Jobs of a crawl: a pair of pages becomes a job whose pages are read from the captures."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ....records import Document, Language
from ... import extract
from ...web.html import DecodedPage, decode_page
from ..documents import DocumentPair, LanguageVersion, Say, pair_versions, read_pages
from ..inputs import Job, KnownAs
from .candidates import Candidate
from .index import CrawlIndex
from .pairing import PagePair


def make_jobs(
    index: CrawlIndex,
    pairs: Iterable[PagePair],
    bilingual: Iterable[Candidate] = (),
) -> Iterator[Job]:
    """Yield a job for each pair, and for each page that has both languages."""
    for pair in pairs:
        names = (pair.zh.name, pair.en.name)
        pages = tuple((page.url, page.checksum) for page in (pair.zh, pair.en))
        if not all(address for address, _ in pages):
            pages = ((" ".join(names), ""),)
        read = partial(read_page_pair, index, pair)
        yield Job(names, 0, read_pair=read, known_as=KnownAs(pages))
    for page in bilingual:
        known = KnownAs(((page.url or page.name, page.checksum),))
        read = partial(_read_bilingual, index, page)
        yield Job((page.name,), 0, read_pair=read, known_as=known)


def read_page_pair(index: CrawlIndex, pair: PagePair, say: Say) -> DocumentPair:
    """Read both pages of a pair from the captures, with the pages that continue them."""
    zh, en = (_read_version(index, page, say) for page in (pair.zh, pair.en))
    names = f"{pair.zh.name} {pair.en.name}"
    return pair_versions(zh, en, names, names)


def _read_version(index: CrawlIndex, page: Candidate, say: Say) -> LanguageVersion:
    captured = index.read(page.id)
    if captured.page is None:
        return LanguageVersion(captured.documents[0], file=page.name)
    pages = read_pages(page.url, index.get, say, first=decode_page(captured.page))
    documents = extract.read_documents(pages)
    return LanguageVersion(_choose(documents, pages, page.language), pages)


def _choose(
    documents: Sequence[Document], pages: Sequence[DecodedPage], language: Language
) -> Document:
    if len(documents) == 1 and documents[0].language == language:
        return documents[0]
    return extract.read_whole(pages, language)  # a text that is partly translated


def _read_bilingual(index: CrawlIndex, page: Candidate, say: Say) -> DocumentPair:
    """Read a page, or a file, that has both languages."""
    captured, name = index.read(page.id), page.name
    if captured.page is None:
        one, two = (LanguageVersion(document, file=name) for document in captured.documents)
        return pair_versions(one, two, name, name)
    pages = read_pages(page.url, index.get, say, first=decode_page(captured.page))
    zh, en = extract.read_documents(pages)
    return pair_versions(LanguageVersion(zh, pages), LanguageVersion(en), pages[0].url, name)
