"""Jobs: the briefings that the user asks to add, one job each, found first and read later.

The results of fetching are stored in the corpus, so an interrupted run resumes where it stopped.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from ...errors import N_, Message, TextError, UsageError, join_messages
from ...files import common_folder
from ...logs import Clock
from ...records import LANGUAGE_NAMES, LANGUAGES, Document
from .. import extract, readers
from ..extract.page_links import page_key
from ..local_files import LIMIT
from ..web.html import DecodedPage, decode_page
from .counterparts import Counterparts, describe_wait
from .dated_lists import ListRecord
from .documents import FILE as FACTS_FILE
from .documents import (
    DocumentPair,
    FetchPage,
    LanguageVersion,
    Say,
    facts_of_files,
    from_address,
    is_address,
    pair_versions,
    read_version,
)
from .known_pages import MAYBE_LIST, KnownPages, NoPages
from .list_jobs import Days, ListedBriefing, briefings_of_list, briefings_of_two_lists
from .open_pairs import OpenPairs
from .page_sources import CheckAddress, list_all_addresses
from .pair_files import PairedFiles, find_pairs, label_of, read_documents

# Maximum number of pages in memory between finding and reading them: about 20 MB.
MOST_KEPT_PAGES = 100
_MOST_REASONS = 5  # of files, in one error
MOST_UNNAMED = 200  # files whose texts are all in memory while they are paired

_NO_PAIR = N_(
    "{folders}: no pair of files and no bilingual file; give both files the same name except "
    "for the language: june.zh.txt and june.en.txt, or zh/june.txt and en/june.txt"
)
_NO_PAIR_BECAUSE = N_(
    "{folders}: no pair of files and no bilingual file; give both files the same name except "
    "for the language: june.zh.txt and june.en.txt, or zh/june.txt and en/june.txt. {reasons}"
)


_EXCHANGED = Message(
    N_("The Chinese and the English text were given in the wrong order and have been exchanged.")
)


@dataclass(frozen=True, slots=True)
class KnownAs:
    """The pages of a job in the corpus: each URL with the checksum of its page.

    The checksum is empty for a file that is not a page.
    """

    pages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One briefing to add: one or two addresses or files, as the user named them."""

    sources: tuple[str, ...]
    max_bytes: int
    page: DecodedPage | None = None  # the page, if it has already been read
    documents: tuple[Document, ...] = ()  # the documents, if they have already been read
    refusal: str = ""  # why it cannot be added
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)  # what the user says of it
    zh_is_second: bool = False  # the user named the second source as the Chinese one
    group: OpenPairs | None = field(default=None, hash=False)  # entries of lists that decide it
    read_pair: Callable[[Say], DocumentPair] | None = field(default=None, compare=False)
    known_as: KnownAs | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """The sources, as they are shown to the user."""
        return " ".join(self.sources)

    def read(self, fetch: FetchPage, say: Say, lists: Counterparts | None = None) -> DocumentPair:
        """Read the documents; the pair says how long fetching and extracting took.

        :param lists: finds the other language version of a page that has no link to it.
        """
        clock = Clock()
        with clock.stage("extract"):
            pair = self._read(clock.stage("fetch")(fetch), say, lists)
            files = [Path(source) for source in self.sources if not is_address(source)]
            of_files = facts_of_files(files) if files else {}
        facts = {**pair.facts, **of_files, **self.facts}
        return replace(pair, seconds=clock.seconds, facts=facts)

    def _read(self, fetch: FetchPage, say: Say, lists: Counterparts | None) -> DocumentPair:
        if self.refusal:
            raise TextError(self.refusal)
        if self.read_pair is not None:
            return self.read_pair(say)
        first, documents = self.sources[0], self.documents
        if len(self.sources) == 1:
            if is_address(first):
                if self.group:
                    return self._read_from_group(self.group, fetch, say)
                find = lists.find if lists else None
                return from_address(first, fetch, page=self.page, say=say, find=find)
            documents = documents or readers.read_documents(Path(first), max_bytes=self.max_bytes)
            if len(documents) == 1:
                raise TextError(
                    N_("{first} is in {language} only; add the text in the other language with it"),
                    first=first,
                    language=Message(LANGUAGE_NAMES[documents[0].language]),
                )
        if len({document.language for document in documents}) == len(LANGUAGES):
            return self._pair_in_order(self._name_files(documents))
        versions = [
            read_version(source, fetch, max_bytes=self.max_bytes, say=say)
            for source in self.sources
        ]
        return self._pair_in_order(versions)

    def _name_files(self, documents: Sequence[Document]) -> list[LanguageVersion]:
        """Return documents as language versions, each with the name of its file."""
        names = [Path(source).name for source in self.sources]
        if len(names) == 1:  # one file in both languages
            names *= len(documents)
        return [
            LanguageVersion(document, file=name)
            for document, name in zip(documents, names, strict=True)
        ]

    def _pair_in_order(self, versions: Sequence[LanguageVersion]) -> DocumentPair:
        """Pair the versions of the two sources; exchange them if the user named them wrongly."""
        uris = [_to_uri(source) for source in self.sources]
        languages = [version.document.language for version in versions]
        if self.zh_is_second and languages == ["zh", "en"]:
            versions = [_add_note(version, _EXCHANGED) for version in reversed(versions)]
            uris.reverse()  # the order decides the id
        one, two = versions
        return pair_versions(one, two, " ".join(uris), self.name)

    def _read_from_group(self, group: OpenPairs, fetch: FetchPage, say: Say) -> DocumentPair:
        """Read a page whose counterpart is one of a group of list entries."""
        first = self.sources[0]
        get = group.keep_pages(fetch)
        return from_address(first, get, say=say, find=lambda _text, _page: group.find(first, get))


def _to_uri(source: str) -> str:
    return source if is_address(source) else Path(source).resolve().as_uri()


def _add_note(version: LanguageVersion, note: str) -> LanguageVersion:
    document = version.document
    return replace(version, document=replace(document, notes=(*document.notes, note)))


class AddressBook(Protocol):
    """The stored facts about URLs, pages and lists; the store implements this."""

    def has_address(self, *addresses: str) -> bool:
        """Return whether one of the addresses led to a briefing."""

    def has_page(self, url: str, checksum: str, /) -> bool:
        """Return whether this version of a page is stored."""

    def add_address(self, key: str, briefing_id: str, /) -> None:
        """Keep to which briefing an address led."""

    def kept_lists(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the stored hints of each list, by its key."""

    def keep_list(self, key: str, values: Mapping[str, Any], /) -> None:
        """Store the hints of a list."""


@dataclass(slots=True)
class CrawlMemory:
    """The facts about URLs and lists in a corpus; with ``recheck`` no briefing is known."""

    store: AddressBook | None = None
    recheck: bool = False

    def has_job(self, job: Job) -> bool:
        """Return whether the briefing of a job is in the corpus, from these very pages."""
        if job.known_as is None:
            return self.has_briefing(job.name)
        if self.store is None or self.recheck:
            return False
        for address, checksum in job.known_as.pages:
            if not self.store.has_address(page_key(address), address):
                return False
            if checksum and not self.store.has_page(address, checksum):
                return False
        return True

    def has_briefing(self, address: str) -> bool:
        """Return whether an address, or each of two, led to a briefing that is in the corpus."""
        store = self.store
        if store is None or self.recheck or not is_address(address):
            return False
        return all(store.has_address(page_key(one), one) for one in address.split())

    def keep_briefing(self, job: Job, briefing_id: str) -> None:
        """Keep to which briefing addresses led, unless they are those of its documents."""
        if self.store is None or job.known_as:
            return
        for address in filter(is_address, job.sources):
            key = page_key(address)
            if not self.store.has_address(key, address):
                self.store.add_address(key, briefing_id)

    def list_records(self) -> dict[str, ListRecord]:
        """Return what the corpus keeps of each list, by its key."""
        if self.store is None:
            return {}
        kept = self.store.kept_lists()
        return {key: ListRecord.from_json(values) for key, values in kept.items()}

    def keep_list(self, key: str, record: ListRecord) -> None:
        """Keep what was learnt of a list."""
        if self.store is not None:
            self.store.keep_list(key, record.to_json())


@dataclass(frozen=True, slots=True)
class RestJobs:
    """Jobs of files that no name joins, the files that they use, and lines for the user."""

    jobs: tuple[Job, ...]
    paths: frozenset[Path]
    lines: tuple[str, ...]


@dataclass(slots=True)
class JobFinder:
    """Finds the briefings in the sources that the user names."""

    fetch: FetchPage
    say: Say = lambda _text: None
    tell: Say = lambda _text: None  # shows a message about skipped sources
    zh: str = ""  # the source of the other language
    since: dt.date | None = None  # older entries of a list are skipped
    until: dt.date | None = None  # newer entries of a list are skipped
    max_bytes: int = LIMIT
    facts: Mapping[str, str] = field(default_factory=dict)  # what the user says of all of them
    memory: CrawlMemory = field(default_factory=CrawlMemory)
    known: KnownPages = field(default_factory=NoPages)  # the pages of a capture
    pace: Callable[[str], float] = lambda _address: 0.0  # seconds between requests to a host
    check: CheckAddress = lambda _address: None
    # Pairs by content the files of folders that nothing else joins.
    pair_rest: Callable[[Sequence[Path], Sequence[Path]], RestJobs] | None = None
    kept_pages: int = 0
    _lists: Counterparts | None = None

    @property
    def lists(self) -> Counterparts:
        """The search on lists, which keeps the pages of lists that were read."""
        if self._lists is None:
            self._lists = Counterparts(
                self.fetch, self.known, self.memory, self.say, self.tell, self.pace
            )
        return self._lists

    def announce(self, jobs: Sequence[Job]) -> None:
        """Tell how long a run over many pages takes at the pace of their site."""
        fetched = [job for job in jobs if job.read_pair is None]
        addresses = [source for job in fetched for source in job.sources if is_address(source)]
        alone = sum(len(job.sources) == 1 for job in fetched)  # their counterparts are fetched too
        if not addresses:
            return
        wait = describe_wait(len(addresses) + alone, self.pace(addresses[0]))
        if wait:
            self.tell(
                Message(N_("{wait}; you can interrupt the run and rerun it to resume"), wait=wait)
            )

    def find(self, sources: Sequence[str]) -> tuple[Job, ...]:
        """Return a job for each briefing."""
        jobs = self._find_with_counterpart(sources) if self.zh else self._find_all(sources)
        return self.describe(jobs)

    def describe(self, jobs: Sequence[Job]) -> tuple[Job, ...]:
        """Return the jobs with what the user says of all of them.

        :raises TextError: there are several, and the user gave the title or id of one.
        """
        if len(jobs) > 1 and (own := {"title", "id"} & set(self.facts)):
            raise TextError(
                N_(
                    "the same {fact} cannot apply to {count} briefings; set it for one, or in a "
                    "{facts_file} next to the files"
                ),
                fact=min(own),
                count=len(jobs),
                facts_file=FACTS_FILE,
            )
        return tuple(replace(job, facts=self.facts) for job in jobs)

    def _find_all(self, sources: Sequence[str]) -> tuple[Job, ...]:
        jobs: list[Job] = []
        files: list[str] = []
        found = list_all_addresses(sources, self.max_bytes, self.check)
        for source, addresses in found.items():
            for address in addresses:
                jobs += self._find_on_web(address)
            if not addresses:
                files.append(source)
        jobs += self._find_in_files([*map(Path, readers.leave_out_addresses(files))])
        return tuple({job.name: job for job in jobs}.values())

    def _find_with_counterpart(self, sources: Sequence[str]) -> tuple[Job, ...]:
        if len(sources) != 1:
            raise UsageError(
                N_("--zh needs exactly one source, but {count} are given"), count=len(sources)
            )
        both = (sources[0], self.zh)
        if any(map(is_address, both)):
            jobs = self._find_in_two_lists(both)
            return (Job(both, self.max_bytes, zh_is_second=True),) if jobs is None else jobs
        paths = tuple(map(Path, both))
        if all(path.is_dir() for path in paths):
            return tuple(self._find_in_files(paths))
        return (replace(self._job_of_files(paths), zh_is_second=True),)

    def _find_on_web(self, address: str) -> list[Job]:
        if not self._may_be_list(address) or self.memory.has_briefing(address):
            return [Job((address,), self.max_bytes)]
        page = decode_page(self.fetch(address))
        if extract.classify_page(page).kind != "list":
            self.kept_pages += 1
            kept = page if self.kept_pages <= MOST_KEPT_PAGES else None
            return [Job((address,), self.max_bytes, kept)]
        return self._jobs_of_lists(briefings_of_list(self.lists, address, page, self._days))

    def _find_in_two_lists(self, both: tuple[str, str]) -> tuple[Job, ...] | None:
        """Return the jobs of two lists; ``None`` if neither source is a list."""
        if not all(map(is_address, both)) or not any(map(self._may_be_list, both)):
            return None
        pages = [decode_page(self.fetch(address)) for address in both]
        are_lists = [extract.classify_page(page).kind == "list" for page in pages]
        if not any(are_lists):
            return None
        if not all(are_lists):
            a_list, a_page = both
            if not are_lists[0]:
                a_page, a_list = both
            raise TextError(
                N_("{a_list} is a list, but {a_page} is not; give two lists, or two pages"),
                a_list=a_list,
                a_page=a_page,
            )
        named = list(zip(both, pages, strict=True))
        return tuple(self._jobs_of_lists(briefings_of_two_lists(self.lists, named, self._days)))

    @property
    def _days(self) -> Days:
        return Days(self.since, self.until)

    def _may_be_list(self, address: str) -> bool:
        return self._days != Days() or MAYBE_LIST.search(address) is not None

    def _jobs_of_lists(self, briefings: Iterable[ListedBriefing]) -> list[Job]:
        return [Job(one.sources, self.max_bytes, group=one.group) for one in briefings]

    def _find_in_files(self, sources: Sequence[Path]) -> list[Job]:
        if not sources:
            return []
        folders = [path for path in sources if path.is_dir()]
        if not folders:
            job = self._one_briefing(sources)
            if job is not None:
                return [job]
        paths = _list_files(sources, folders)
        root = common_folder([_folder_of(path).absolute() for path in sources])
        named, rest = self._set_apart(paths, root, bool(folders))
        paired = find_pairs(named, root, max_bytes=self.max_bytes, say=self.say)
        left = [*rest, *(path for path, _ in paired.left_out if path not in sources)]
        left = [path for path in left if path not in paired.copies]
        unread = _explain_unread(folders, self.max_bytes)
        paired = replace(paired, left_out=(*paired.left_out, *unread))
        found = RestJobs((), frozenset(), ())
        if self.pair_rest and folders and len(left) > 1:
            found = self.pair_rest(folders, left)
            others = tuple(item for item in paired.left_out if item[0] not in found.paths)
            paired = replace(paired, left_out=others)
        return [*self._jobs_of_pairs(paired, sources, folders, found), *found.jobs]

    def _one_briefing(self, files: Sequence[Path]) -> Job | None:
        """Return the job of one file, or of two that are not both bilingual; else ``None``."""
        if len(files) == 1:
            return self._job_of_files(files)
        if len(files) > 2:
            return None
        documents = [read_documents(path, self.max_bytes)[0] for path in files]
        counts = [len(of_file) for of_file in documents]
        if min(counts) >= 2:
            return None
        if counts == [1, 1]:
            return self._job_of_files(files, [of_file[0] for of_file in documents])
        return self._job_of_files(files)  # reading it tells what is missing

    def _set_apart(
        self, paths: Sequence[Path], root: Path | None, in_folder: bool
    ) -> tuple[Sequence[Path], list[Path]]:
        """Return the files that are paired by name first, and those of many that have no name."""
        if self.pair_rest is None or not in_folder:
            return paths, []
        unnamed = [path for path in paths if not label_of(path, root).language]
        if len(unnamed) <= MOST_UNNAMED:
            return paths, []
        rest = set(unnamed)
        return [path for path in paths if path not in rest], unnamed

    def _jobs_of_pairs(
        self,
        paired: PairedFiles,
        sources: Sequence[Path],
        folders: Sequence[Path],
        found: RestJobs,
    ) -> list[Job]:
        named = {path for path in sources if path not in folders}
        refused = [
            Job((str(path),), self.max_bytes, refusal=why)
            for path, why in paired.left_out
            if path in named
        ]
        if not paired.pairs and not refused and not found.jobs:
            names = " ".join(map(str, folders))
            reasons = [why for _, why in paired.left_out[:_MOST_REASONS]]
            if reasons:
                raise TextError(_NO_PAIR_BECAUSE, folders=names, reasons=join_messages(reasons))
            raise TextError(_NO_PAIR, folders=names)
        others = tuple((path, why) for path, why in paired.left_out if path not in named)
        for line in replace(paired, left_out=others).describe():
            self.tell(line)
        for line in found.lines:
            self.tell(line)
        return [
            *(self._job_of_files(pair.paths, pair.documents) for pair in paired.pairs),
            *refused,
        ]

    def _job_of_files(self, paths: Sequence[Path], documents: Sequence[Document] = ()) -> Job:
        return Job(tuple(map(str, paths)), self.max_bytes, documents=tuple(documents))


def _explain_unread(folders: Sequence[Path], max_bytes: int) -> Iterator[tuple[Path, str]]:
    """Yield the documents in folders that cannot be read, with the reason."""
    for folder in folders:
        for path in readers.list_unread_documents(folder):
            yield path, read_documents(path, max_bytes)[1]


def _list_files(sources: Sequence[Path], folders: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files that are named, and those in folders, without repetition.

    :raises TextError: there are none of a supported type.
    """
    files: list[Path] = []
    for path in sources:
        if path in folders:
            files += readers.list_files(path)
        else:
            files.append(path)
    if not files:
        if reasons := [why for _, why in islice(_explain_unread(folders, LIMIT), _MOST_REASONS)]:
            names = " ".join(map(str, folders))
            raise TextError(_NO_PAIR_BECAUSE, folders=names, reasons=join_messages(reasons))
        raise TextError(
            N_("{names}: no supported files; supported types: {kinds}"),
            names=" ".join(map(str, folders)),
            kinds=list(filter(None, readers.READERS)),
        )
    return tuple(dict.fromkeys(files))


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent
