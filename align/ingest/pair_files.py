"""Local files, in; which of them are one briefing and how that was found out, out.

Surest first: names that say the language; then the text is read, and says it: a file in both
languages is a briefing by itself, others are joined by the links of saved pages, by the rest of
their names, by a day or number in these, and by what they say. What stays in doubt is left out,
with the reason and with the option that decides.
"""

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import extract, readers
from ..errors import AlignError
from ..records import LANGUAGE_NAMES, LANGUAGES, Document, Language
from .same_briefing import Judgement, figures, judge

HELD = 100
"""Briefings whose documents are kept from the look to the reading: 10 MB and more."""

# By their figures each file is compared with each of the other language (10 µs a pair), then the
# nearest ones are judged (40 ms a pair of transcripts).
MOST_COMPARED = 250_000
_NEAREST = 3
# By what they say alone, two files are one briefing when date and figures, or people, agree, and
# no other file comes near: a second briefing of the same day shares the date and nothing else.
_LEAST = 2
_AHEAD = 2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FoundPair:
    """The files of one briefing (Chinese and English, or one in both), and what joined them.

    ``how`` is empty where their names did; ``documents`` are kept where they have been read.
    """

    paths: tuple[Path, ...]
    how: str = ""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class PairedFiles:
    """The briefings among files, and what is left out, each with its reason."""

    found: tuple[FoundPair, ...]
    left_out: tuple[tuple[Path, str], ...] = ()

    def told(self) -> Iterator[str]:
        """Say how the files were joined, and what was left out."""
        plain = sum(1 for found in self.found if not found.how)
        if plain:
            yield f"{plain} {'pair' if plain == 1 else 'pairs'} of files by name"
        for found in self.found:
            if found.how:
                yield f"{' + '.join(map(str, found.paths))}: one briefing, {found.how}"
        for _, reason in self.left_out:
            yield f"left out: {reason}"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its documents, or why there are none."""

    path: Path
    documents: tuple[Document, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Single:
    """A file in one language that has no counterpart yet."""

    path: Path
    named: readers.FileLabel
    document: Document
    figures: frozenset[str]

    @property
    def language(self) -> Language:
        return self.document.language


_Key = Callable[[_Single], str]


def gather(paths: Sequence[Path], root: Path, *, max_bytes: int, say: Say) -> PairedFiles:
    """Find out which files are one briefing.

    :param root: the folder (absolute) below which the names of folders count.
    :param say: is told which file is read.
    """
    paths = _articles(paths, max_bytes=max_bytes)
    names = {path: readers.named(_below(path, root)) for path in paths}
    found = list(_by_names(names))
    used = {path for pair in found for path in pair.paths}
    left: list[tuple[Path, str]] = []
    singles: list[_Single] = []
    for path in paths:
        if path in used:
            continue
        twin = _twin(path, names, used)
        if twin:
            left.append((path, f"{path}: {twin.name} has the same name and language"))
            continue
        say(f"reading {path}")
        looked = look(path, max_bytes=max_bytes)
        if looked.fault:
            left.append((path, looked.fault))
        elif len(looked.documents) > 1:
            found.append(FoundPair((path,), "it is in both languages", looked.documents))
        else:
            document = looked.documents[0]
            singles.append(_Single(path, names[path], document, figures(document)))
    joined, alone = _joined(singles, strangers=bool(found))
    left += [(single.path, _alone(single, singles, alone)) for single in alone]
    return PairedFiles(tuple(_held([*found, *joined])), tuple(sorted(left)))


def _articles(paths: Sequence[Path], *, max_bytes: int) -> list[Path]:
    """Leave out saved pages that go on from another one: they are read with it."""
    given, kept = set(paths), list[Path]()
    for path in paths:
        try:
            pages = readers.article(path, max_bytes=max_bytes)
        except AlignError:  # told when it is read
            pages = (path,)
        if pages[0] == path or pages[0] not in given:
            kept.append(path)
    return kept


def look(path: Path, *, max_bytes: int) -> ReadFile:
    """Read a file as what it is."""
    try:
        return ReadFile(path, readers.documents(path, max_bytes=max_bytes))
    except AlignError as error:
        return ReadFile(path, fault=str(error))


def _below(path: Path, root: Path) -> Path:
    absolute = path.absolute()
    return absolute.relative_to(root) if absolute.is_relative_to(root) else Path(path.name)


def _held(found: Iterable[FoundPair]) -> Iterator[FoundPair]:
    """Forget the documents of all but the first briefings; they are read again when it is time."""
    for number, one in enumerate(found):
        yield one if number < HELD else replace(one, documents=())


def _by_names(names: dict[Path, readers.FileLabel]) -> Iterator[FoundPair]:
    """Join files that are named alike but for the language, without reading them."""
    sides: dict[str, dict[Language, list[Path]]] = defaultdict(lambda: {"zh": [], "en": []})
    for path, name in names.items():
        if name.language:
            sides[name.key][name.language].append(path)
    for both in sides.values():
        pairs = [(zh, en) for zh in both["zh"] for en in both["en"]]
        alike = [pair for pair in pairs if pair[0].suffix.lower() == pair[1].suffix.lower()]
        for candidates in (pairs, alike):
            if len(candidates) == 1:
                yield FoundPair(candidates[0])
                break


def _twin(path: Path, names: dict[Path, readers.FileLabel], used: set[Path]) -> Path | None:
    """Give the file of a pair that has the name and the language of this one."""
    own = names[path]
    if own.language is None:
        return None
    same = (
        other
        for other in used
        if (names[other].key, names[other].language) == (own.key, own.language)
    )
    return next(same, None)


def _joined(
    singles: Sequence[_Single], *, strangers: bool
) -> tuple[list[FoundPair], list[_Single]]:
    """Join files by what they name and say, surest first; give those that stay alone too."""
    found = list(_by_links(singles))
    for key, how in _KEYS:
        found += _by_key(_remaining(singles, found), key, how)
    found += _by_text(_remaining(singles, found))
    rest = _remaining(singles, found)
    if len(rest) == 2 and not found and not strangers:
        found += _only_two(rest)
    return found, _remaining(singles, found)


def _remaining(singles: Sequence[_Single], found: Iterable[FoundPair]) -> list[_Single]:
    used = {path for one in found for path in one.paths}
    return [single for single in singles if single.path not in used]


def _found(zh: _Single, en: _Single, how: str) -> FoundPair:
    return FoundPair((zh.path, en.path), how, (zh.document, en.document))


def _side(singles: Iterable[_Single], language: Language) -> list[_Single]:
    return [single for single in singles if single.language == language]


def _by_links(singles: Sequence[_Single]) -> Iterator[FoundPair]:
    """Join saved pages of which one links the other as the other language."""
    at = {extract.page_key(one.document.url): one for one in singles if one.document.url}
    used: set[Path] = set()
    for one in singles:
        link = one.document.counterpart_url
        other = at.get(extract.page_key(link)) if link else None
        if other and other.language != one.language and not used & {one.path, other.path}:
            used |= {one.path, other.path}
            zh, en = (one, other) if one.language == "zh" else (other, one)
            yield _found(zh, en, "by the link between the pages")


def _own(single: _Single) -> str:
    return single.named.own


def _whole(single: _Single) -> str:
    return single.named.key


def _number(single: _Single) -> str:
    return single.named.number


_KEYS: tuple[tuple[_Key, str], ...] = (
    (_whole, "by name, and by the languages of the texts"),
    (_own, "by name, whatever their folders"),
    (_number, "by the day or number in their names"),
)


def _by_key(singles: Sequence[_Single], key: _Key, how: str) -> Iterator[FoundPair]:
    """Join files that alone have a key in their language, unless their texts say otherwise."""
    sides: dict[str, dict[Language, list[_Single]]] = defaultdict(lambda: {"zh": [], "en": []})
    for single in singles:
        if key(single):
            sides[key(single)][single.language].append(single)
    for both in sides.values():
        if len(both["zh"]) == len(both["en"]) == 1 and _judged(both["zh"][0], both["en"][0]).ok:
            yield _found(both["zh"][0], both["en"][0], how)


def _by_text(singles: Sequence[_Single]) -> Iterator[FoundPair]:
    """Join files that say the same, where each is the other's best by far."""
    zh, en = (_side(singles, language) for language in LANGUAGES)
    if len(zh) * len(en) > MOST_COMPARED:
        return
    near = {(one.path, other.path): (one, other) for one in zh for other in _nearest(one, en)}
    near |= {(other.path, one.path): (other, one) for one in en for other in _nearest(one, zh)}
    judged = {paths: _judged(*pair) for paths, pair in near.items()}
    for paths, judgement in judged.items():
        rivals = (
            other.points
            for others, other in judged.items()
            if others != paths and set(others) & set(paths)
        )
        if judgement.points >= max((_LEAST, *(points + _AHEAD for points in rivals))):
            yield _found(*near[paths], f"by what they say: {'; '.join(judgement.reasons)}")


def _nearest(single: _Single, others: Sequence[_Single]) -> list[_Single]:
    """Give the files that share most of their figures, or the day, with one."""

    def shared(other: _Single) -> tuple[float, bool]:
        fewer = min(len(single.figures), len(other.figures))
        share = len(single.figures & other.figures) / fewer if fewer else 0.0
        return share, single.document.date == other.document.date

    return sorted(others, key=shared, reverse=True)[:_NEAREST]


def _only_two(rest: Sequence[_Single]) -> Iterator[FoundPair]:
    """Join two files that are all there is, unless their texts say otherwise."""
    zh, en = (_side(rest, language) for language in LANGUAGES)
    if len(zh) == len(en) == 1 and _judged(zh[0], en[0]).ok:
        yield _found(zh[0], en[0], "as there are no others")


def _judged(zh: _Single, en: _Single) -> Judgement:
    try:
        return judge(zh.document, en.document)
    except AlignError:
        return Judgement(False, (), -_AHEAD)


def _alone(single: _Single, singles: Sequence[_Single], alone: Sequence[_Single]) -> str:
    """Say why a file stays alone, which it may belong to, and what decides it."""
    other: Language = "en" if single.language == "zh" else "zh"
    name = LANGUAGE_NAMES[other]
    likely = _likely(single, _side(alone, other))
    if not likely:
        return f"{single.path}: no {name} file is named like it or says the same"
    files = " or ".join(str(one.path) for one in likely)
    pair = (single, likely[0]) if single.language == "zh" else (likely[0], single)
    return (
        f"{single.path}: its {name} side may be {files}, but that is not sure; "
        f"if so: {shlex.join(('align', 'add', str(pair[1].path), '--zh', str(pair[0].path)))}"
    )


def _likely(single: _Single, others: Sequence[_Single]) -> list[_Single]:
    """Give the files that may be the counterpart, the likeliest first."""
    judged = [
        (_judged(*((single, other) if single.language == "zh" else (other, single))), other)
        for other in _nearest(single, others)
    ]
    fitting = [(verdict.points, other) for verdict, other in judged if verdict.points > 0]
    return [other for _, other in sorted(fitting, key=lambda pair: -pair[0])]
