"""Pairing of local files into briefings, with the evidence for each pair.

The evidence, most reliable first: language marks in names; bilingual files; links of saved pages;
the rest of names; a day or number in names; the date of the text. Uncertain files are skipped, with
the reason and the command that decides.
"""

import filecmp
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...aligner.text.chinese import HAN
from ...aligner.text.dates import find_dates
from ...errors import N_, AlignError, Message, count_message
from ...files import quote_command
from ...records import LANGUAGE_NAMES, LANGUAGES, Document, Language
from .. import readers
from ..extract.page_links import page_key
from .documents import Say
from .same_briefing import judge

MOST_KEPT = 100  # pairs whose documents are kept from pairing to reading: 10 MB and more
_MOST_LIKELY = 3  # files that are named to the user as possible counterparts of one
# fmt: off
_LANGUAGE_MARKS: dict[Language, tuple[str, ...]] = {
    "zh": ("zh", "cn", "chn", "chs", "cht", "zho", "chi", "chinese", "中", "简体", "繁体", "繁體"),
    "en": ("en", "eng", "english", "英"),
}
_MARKS = {mark: language for language, marks in _LANGUAGE_MARKS.items() for mark in marks}
# Words that distinguish a translation from its source, so only one name of a pair has them.
_ROLES = frozenset({
    "original", "source", "src", "translation", "translated", "target", "tgt", "version", "ver",
    "原文", "译文", "譯文", "译稿", "翻译", "翻譯", "原稿",
})
# fmt: on
_PART = re.compile(r"[._\-\s()（）【】\[\]+,，、&]+")
_REGION = re.compile(r"(?<![a-z])(zh|en)[-_](?:cn|hans|hant|tw|hk|us|gb)(?![a-z])", re.IGNORECASE)
# 发布会英文版 and 渔业（中文稿）: Chinese has no space before the mark.
_HAN_MARK = re.compile(
    r"(?:简体|繁体|繁體)?(?:(?P<zh>中文|汉语|漢語|华语)|(?P<en>英文|英语|英語))"
    r"(?:译文|文本|文字稿?|译稿|翻译|[版本稿])?"
)
# briefingEN, EN2031, 0312CN, 渔业EN: a mark in capitals, or next to digits or Chinese characters.
_GLUED = re.compile(
    r"(?<=[a-z])(?=(?:EN|CN|ZH|ENG|CHN|CHS)$)"
    r"|(?<=\d)(?=(?i:en|cn|zh|eng|chn|chs)$)"
    r"|(?i:(?<=^en)|(?<=^cn)|(?<=^zh)|(?<=^eng)|(?<=^chn)|(?<=^chs))(?=\d)"
    rf"|(?<=[{HAN}])(?=[A-Za-z])|(?<=[A-Za-z])(?=[{HAN}])"
)
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class FileLabel:
    """The parts of a file name."""

    language: Language | None  # ``None`` if the name has no mark, or both
    key: str  # the rest of the name with its folders
    own: str  # the rest of the file's own name
    number: str  # the day or the numbers in that


def parse_file_name(path: Path) -> FileLabel:
    """Return the parts of a file name, including the folders that the path names.

    >>> parse_file_name(Path("en/June 12.txt"))
    FileLabel(language='en', key='june-12', own='june-12', number='12')
    >>> parse_file_name(Path("2031-03-12_发布会中文稿.pdf"))
    FileLabel(language='zh', key='2031-03-12-发布会', own='2031-03-12-发布会', number='2031-03-12')
    """
    parts = [_tokens(part) for part in (*path.parent.parts, path.stem)]
    rest = [[token for token in tokens if token not in _MARKS.keys() | _ROLES] for tokens in parts]
    languages = ({_MARKS[token] for token in tokens if token in _MARKS} for tokens in parts[::-1])
    language = next((found.pop() for found in languages if len(found) == 1), None)
    return FileLabel(
        language,
        "-".join(token for tokens in rest for token in tokens) or "briefing",
        "-".join(rest[-1]) or "briefing",
        _number(path.stem),
    )


def label_of(path: Path, root: Path | None) -> FileLabel:
    """Return the parts of a file's name, with those of its folders below ``root``.

    :param root: ``None`` if the files are on several drives; all folders count then.
    """
    place = path.absolute()
    return parse_file_name(place.relative_to(root or place.anchor))


def _tokens(part: str) -> list[str]:
    spaced = _REGION.sub(r" \1 ", part)
    spaced = _HAN_MARK.sub(lambda match: " zh " if match["zh"] else " en ", spaced)
    return [token.lower() for token in _PART.split(_GLUED.sub(" ", spaced)) if token]


def _number(stem: str) -> str:
    spaced = _DAY.sub(r"\1-\2-\3", _GLUED.sub(" ", stem).replace("_", " "))
    days = find_dates(spaced)
    return str(days[0]) if days else "-".join(str(int(n)) for n in re.findall(r"[0-9]+", stem))


@dataclass(frozen=True, slots=True)
class FilePair:
    """The files of one briefing, Chinese first, and the evidence other than their names."""

    paths: tuple[Path, ...]
    how: str = ""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class PairedFiles:
    """The briefings among files, and the skipped files with their reasons."""

    pairs: tuple[FilePair, ...]
    left_out: tuple[tuple[Path, str], ...] = ()
    copies: frozenset[Path] = frozenset()  # of the skipped files, those equal to another one

    def describe(self) -> Iterator[str]:
        """Yield lines for the user: how the files were paired, and which were skipped."""
        plain = sum(1 for pair in self.pairs if not pair.how)
        if plain:
            yield count_message(
                "{count:,} pair of files matched by name",
                "{count:,} pairs of files matched by name",
                plain,
            )
        for pair in self.pairs:
            if pair.how:
                paths = " + ".join(map(str, pair.paths))
                yield Message(N_("{paths}: one briefing, {how}"), paths=paths, how=pair.how)
        for _, reason in self.left_out:
            yield Message(N_("skipped: {reason}"), reason=reason)


@dataclass(frozen=True, slots=True)
class _Single:
    """A file in one language that has no counterpart yet."""

    path: Path
    label: FileLabel
    document: Document

    @property
    def language(self) -> Language:
        return self.document.language


def find_pairs(
    paths: Sequence[Path], root: Path | None, *, max_bytes: int, say: Say
) -> PairedFiles:
    """Return which files are one briefing.

    :param root: names of folders below it count; ``None`` if the files are on several drives.
    """
    paths = _without_continuations(paths, max_bytes)
    labels = {path: label_of(path, root) for path in paths}
    pairs = list(_join_by_names(labels))
    read = _read_unpaired(labels, pairs, max_bytes, say)
    pairs += read.bilingual
    joined = list(_join_by_links(read.singles))  # most reliable first: links, names, dates
    for key, how in _KEYS:
        joined += _join_by_key(_unpaired(read.singles, joined), key, how)
    rest = _unpaired(read.singles, joined)
    if len(rest) == 2 and not joined and not pairs:
        only = Message(N_("because there are no other files"))
        joined += _join_by_key(rest, lambda _single: "all", only)
    pairs += joined
    alone = _unpaired(read.singles, pairs)
    left_out = [(single.path, _explain_alone(single, alone)) for single in alone]
    kept = pairs[:MOST_KEPT]
    kept += (replace(pair, documents=()) for pair in pairs[MOST_KEPT:])
    left_out = sorted([*read.left_out, *left_out])
    return PairedFiles(tuple(kept), tuple(left_out), frozenset(read.copies))


@dataclass(frozen=True, slots=True)
class _FilesRead:
    """Files by what their texts are, and those that cannot be used, with the reasons."""

    singles: list[_Single] = field(default_factory=list)
    bilingual: list[FilePair] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    copies: set[Path] = field(default_factory=set)


def _read_unpaired(
    labels: Mapping[Path, FileLabel], pairs: Sequence[FilePair], max_bytes: int, say: Say
) -> _FilesRead:
    """Read the files that their names do not pair; another version of a paired file is skipped."""
    paired = {path for pair in pairs for path in pair.paths}
    taken = {(labels[path].key, labels[path].language): path for path in paired}
    copies = _find_copies(labels, paired)
    read = _FilesRead()
    for path, label in labels.items():
        if path in paired:
            continue
        if path in copies:
            reason = Message(N_("{path}: the same file as {name}"), path=path, name=copies[path])
            read.left_out.append((path, reason))
            read.copies.add(path)
            continue
        same = taken.get((label.key, label.language))
        if same is not None:
            reason = Message(
                N_("{path}: {name} has the same name and language"), path=path, name=same.name
            )
            read.left_out.append((path, reason))
            continue
        say(Message(N_("reading {path}"), path=path))
        documents, fault = read_documents(path, max_bytes)
        if fault:
            read.left_out.append((path, fault))
        elif len(documents) > 1:
            read.bilingual.append(FilePair((path,), Message(N_("a bilingual file")), documents))
        else:
            read.singles.append(_Single(path, label, documents[0]))
    return read


def _find_copies(paths: Iterable[Path], paired: Collection[Path]) -> dict[Path, Path]:
    """Return the unpaired files with the bytes of another file, and that file.

    A paired file is never a copy; of unpaired ones, the one with the shortest name is kept.
    """
    by_size: dict[int, list[Path]] = defaultdict(list)
    for path in paths:
        if size := readers.size_of(path):
            by_size[size].append(path)
    copies: dict[Path, Path] = {}
    for group in by_size.values():
        kept: list[Path] = []
        for path in sorted(group, key=lambda one: (one not in paired, len(one.name), one)):
            same = next((other for other in kept if _have_same_bytes(path, other)), None)
            if same is None or path in paired:
                kept.append(path)
            else:
                copies[path] = same
    return copies


def _have_same_bytes(path: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(path, other, shallow=False)
    except OSError:  # reported when the file is read
        return False


def read_documents(path: Path, max_bytes: int) -> tuple[tuple[Document, ...], str]:
    """Return the documents of a file (two if bilingual), and the reason for none, or ''."""
    try:
        return readers.read_documents(path, max_bytes=max_bytes), ""
    except AlignError as error:
        return (), error.message


def _without_continuations(paths: Sequence[Path], max_bytes: int) -> list[Path]:
    """Return the files without those that are read as a further page of another one.

    Only one page of an article may link to the others. The page that leads to most of them is kept,
    or the first one if all of them do.
    """
    articles = {path: _list_pages(path, max_bytes) for path in paths}

    def rank(path: Path) -> tuple[int, int]:
        pages = articles[path]
        return -len(pages), pages.index(path)

    kept, covered = set[Path](), set[Path]()
    for path in sorted(paths, key=rank):
        if path not in covered:
            kept.add(path)
            covered.update(articles[path])
    return [path for path in paths if path in kept]


def _list_pages(path: Path, max_bytes: int) -> list[Path]:
    """Return the files of an article in order; only the file itself if it is no saved page."""
    if readers.is_saved_page(path):
        with suppress(AlignError):  # reported when it is read
            return list(readers.read_article(path, max_bytes))
    return [path]


def _join_by_names(labels: dict[Path, FileLabel]) -> Iterator[FilePair]:
    sides: dict[str, dict[Language, list[Path]]] = defaultdict(lambda: {"zh": [], "en": []})
    for path, label in labels.items():
        if label.language:
            sides[label.key][label.language].append(path)
    for both in sides.values():
        pairs = [(zh, en) for zh in both["zh"] for en in both["en"]]
        alike = [pair for pair in pairs if pair[0].suffix.lower() == pair[1].suffix.lower()]
        for candidates in (pairs, alike):
            if len(candidates) == 1:
                yield FilePair(candidates[0])
                break


def _unpaired(singles: Sequence[_Single], pairs: Iterable[FilePair]) -> list[_Single]:
    paired = {path for pair in pairs for path in pair.paths}
    return [single for single in singles if single.path not in paired]


def _pair(one: _Single, two: _Single, how: str) -> FilePair:
    zh, en = (one, two) if one.language == "zh" else (two, one)
    return FilePair((zh.path, en.path), how, (zh.document, en.document))


def _join_by_links(singles: Sequence[_Single]) -> Iterator[FilePair]:
    pages = {page_key(s.document.url): s for s in singles if s.document.url}
    paired: set[Path] = set()
    for single in singles:
        link = single.document.counterpart_url
        other = pages.get(page_key(link)) if link else None
        if other and other.language != single.language and not paired & {single.path, other.path}:
            paired |= {single.path, other.path}
            yield _pair(single, other, Message(N_("matched by the link between the pages")))


_KEYS: tuple[tuple[Callable[[_Single], str], str], ...] = (
    (lambda single: single.label.key, Message(N_("matched by name and language"))),
    (lambda single: single.label.own, Message(N_("matched by name across folders"))),
    (lambda single: single.label.number, Message(N_("matched by the date or number in the names"))),
    (
        lambda single: str(single.document.date or ""),
        Message(N_("matched by the date of the texts")),
    ),
)


def _join_by_key(
    singles: Sequence[_Single], key: Callable[[_Single], str], how: str
) -> Iterator[FilePair]:
    """Join files that alone have a key in their language, unless their texts contradict it."""
    by_key: dict[str, list[_Single]] = defaultdict(list)
    for single in singles:
        if key(single):
            by_key[key(single)].append(single)
    for both in by_key.values():
        if len(both) == 2 and both[0].language != both[1].language and _fit(*both):
            yield _pair(both[0], both[1], how)


def _fit(single: _Single, other: _Single) -> bool:
    try:
        return judge(single.document, other.document).ok
    except AlignError:
        return False


def _explain_alone(single: _Single, alone: Sequence[_Single]) -> str:
    """Return why a file is not paired, with possible translations and the command that decides."""
    (other,) = (language for language in LANGUAGES if language != single.language)
    name, date = LANGUAGE_NAMES[other], single.document.date
    of_the_day = [file for file in alone if file.language == other and file.document.date == date]
    likely = [file for file in of_the_day if date and _fit(single, file)][:_MOST_LIKELY]
    if not likely:
        return Message(
            N_("{path}: no {name} file has the same name or date, or a link to it"),
            path=single.path,
            name=Message(name),
        )
    zh, en = (single, likely[0]) if single.language == "zh" else (likely[0], single)
    return Message(
        N_("{path}: possible {name} version: {files}; if it is, run: {command}"),
        path=single.path,
        name=Message(name),
        files=[file.path for file in likely],
        command=quote_command(("align", "add", str(en.path), "--zh", str(zh.path))),
    )
