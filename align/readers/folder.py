"""A folder, in; its pairs of files by name, out: x.zh.txt and x.en.txt, zh/x.txt and en/x.txt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import TextError
from ..records import LANGUAGE_NAMES, Language

_MARKS: dict[str, Language] = {
    **dict.fromkeys(
        ("zh", "cn", "chs", "cht", "zho", "chi", "chinese", "中文", "中", "汉语"), "zh"
    ),
    **dict.fromkeys(("en", "eng", "english", "英文", "英", "英语"), "en"),
}
_PART = re.compile(r"[._\-\s()（）]+")
_REGION = re.compile(r"(?<![a-z])(zh|en)[-_](?:cn|hans|hant|tw|hk|us|gb)(?![a-z])", re.I)


@dataclass(frozen=True, slots=True)
class FilePair:
    """The Chinese and the English file of one briefing, and the name they share."""

    name: str
    zh: Path
    en: Path


@dataclass(frozen=True, slots=True)
class Folder:
    """The pairs of files in a folder, and what was left out of them and why, for the user."""

    pairs: tuple[FilePair, ...]
    left_out: tuple[str, ...] = ()


def pairs_in(folder: Path, suffixes: frozenset[str]) -> Folder:
    """Return the pairs below a folder, sorted by name.

    :raises TextError: no folder, or no pair in it.
    """
    if not folder.is_dir():
        raise TextError(f"{folder} is no folder.")
    found: dict[str, dict[Language, Path]] = {}
    left: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in suffixes and not path.name.startswith("."):
            language, name = named(path.relative_to(folder))
            if not language or not name:
                left.append(f"{path}: its name says no language (june.zh.txt, june.en.txt)")
            elif found.setdefault(name, {}).setdefault(language, path) != path:
                left.append(f"{path}: {found[name][language].name} has the same name and language")
    pairs = tuple(
        FilePair(name, sides["zh"], sides["en"]) for name, sides in found.items() if len(sides) == 2
    )
    left += [_alone(sides) for sides in found.values() if len(sides) == 1]
    if not pairs:
        raise TextError(
            f"{folder} holds no pair of files. Name them alike but for the language: "
            "june.zh.txt and june.en.txt, or zh/june.txt and en/june.txt."
        )
    return Folder(pairs, tuple(left))


def _alone(sides: Mapping[Language, Path]) -> str:
    language, path = next(iter(sides.items()))
    other = LANGUAGE_NAMES["en" if language == "zh" else "zh"]
    return f"{path}: no {other} file is named like it"


def named(path: Path) -> tuple[Language | None, str]:
    """Return the language that a name says and the name without it.

    >>> named(Path("june.zh.txt")), named(Path("en/june.txt"))
    (('zh', 'june'), ('en', 'june'))
    """
    stem = _REGION.sub(r"\1", path.with_suffix("").as_posix())
    language: Language | None = None
    rest: list[str] = []
    for folder in stem.split("/"):
        for part in _PART.split(folder):
            mark = _MARKS.get(part.lower())
            if mark and language is None:
                language = mark
            elif part:
                rest.append(part.lower())
    return language, "-".join(rest) or ("briefing" if language else "")
