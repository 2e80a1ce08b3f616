"""TEI P5 texts with standoff links, and the variant that InterText reads and writes.

A folder has three files for each briefing: ``<name>.zh.xml`` and ``<name>.en.xml`` with the
sentences, ``<name>.zh.en.xml`` with a ``link`` for each bead, and a ``ptr`` where there is one
sentence only; ``files.txt`` gives the order of the briefings. InterText names the sentences of
``toDoc`` first; files of OPUS (``cesAlign``) look alike, with those of ``fromDoc`` first.

The format cannot hold checks, role, retrieval time, signature, note, checksum, and the original
text. Characters that XML forbids become U+FFFD.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from ....errors import N_, FormatError, Message
from ....files import safe_name
from ....records import LANGUAGES, BeadRecord, Language
from . import ExportHeader
from . import xml_text as xml
from .record import FileRecord
from .text import BeadSentence, join_sentences, language_of, list_sentences, read_lines
from .values import from_values, to_text

LIST = "files.txt"
_ID = "{http://www.w3.org/XML/1998/namespace}id"

_HEADINGS = ("head", "verse")  # elements that InterText also aligns if they have an id
_REVIEWER = "reviewer:"  # TEI wants an address there


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One ``s`` element: its number in the document or ``None``, its text and its speaker."""

    number: int | None
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class _Text:
    sentences: dict[str, _Sentence]
    language: Language
    head: dict[str, str]


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord | None:
    """Keep the texts, indices, verdict, probability, speaker, date, sources and licence."""
    if not (any(bead.pair.texts) or any(bead.pair.index)):
        return None
    provenance = replace(bead.provenance, retrieved=None, role="", signature="")
    verdict = replace(bead.verdict, checks=(), note="")
    kept = replace(bead.without_raw(), provenance=provenance, verdict=verdict, checksum=None)
    return xml.clean_texts(kept)


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write a folder: three files for each run of beads of one briefing, and their list."""
    path.mkdir(parents=True, exist_ok=True)
    names: dict[str, int] = {}
    with (path / LIST).open("w", encoding="utf-8", newline="\n") as listed:
        for _, group in groupby(beads, key=_header):
            together = list(group)
            name = _name(together[0].provenance.briefing, names)
            _write_briefing(path, name, together, header)
            listed.write(f"{name}.zh.en.xml\n")


def _header(bead: BeadRecord) -> tuple[object, ...]:
    """Return the header fields of a document; beads with other values need another document."""
    known = bead.provenance
    return known.briefing, known.date, known.sources, known.licence


def _name(briefing: str, names: dict[str, int]) -> str:
    """Return a file name that no other briefing has, on any file system."""
    name = safe_name(briefing, 40) or "briefing"
    key = name.casefold()
    names[key] = names.get(key, 0) + 1
    return name if names[key] == 1 else f"{name}_{names[key]}"


def _write_briefing(folder: Path, name: str, beads: list[FileRecord], header: ExportHeader) -> None:
    intertext = header.variant == "intertext"
    docs = [f"{name}.{language}.xml" for language in LANGUAGES]
    known = {"first": beads[0].provenance, "intertext": intertext, "docs": docs}
    targets: list[list[list[str]]] = []
    for language, doc in zip(LANGUAGES, docs, strict=True):
        # InterText's ids are no names of XML
        runs, of_beads = _name_sentences(beads, language, "{}:{}" if intertext else "s{}.{}")
        prefix = "" if intertext else f"{doc}#"
        targets.append([[f"{prefix}{one}" for one in ids] for ids in of_beads])
        code = header.zh if language == "zh" else header.en
        source = beads[0].provenance.sources[language]
        xml.write_template(
            folder / doc, "tei.xml.j2", runs=runs, code=code, source=source, links=(), **known
        )
    template = "intertext.xml.j2" if intertext else "tei.xml.j2"
    known |= {"to_text": to_text, "point_to": _point_to, "source": beads[0].provenance.sources.zh}
    links = list(zip(beads, *targets, strict=True))
    xml.write_template(folder / f"{name}.zh.en.xml", template, links=links, **known)


def _point_to(reviewer: str) -> str:
    return reviewer and _REVIEWER + quote(reviewer, errors="surrogatepass")


def _name_sentences(
    beads: list[FileRecord], language: Language, pattern: str
) -> tuple[list[tuple[str, list[tuple[str, BeadSentence]]]], list[list[str]]]:
    """Return the sentences of each run of a speaker, with ids, and the ids of each bead."""
    ids: list[list[str]] = [[] for _ in beads]
    runs = []
    sentences = list_sentences(beads, language)
    by_speaker = groupby(sentences, key=lambda one: one.record.provenance.speaker)
    for paragraph, (speaker, run) in enumerate(by_speaker, start=1):
        named = [(pattern.format(paragraph, at), one) for at, one in enumerate(run, start=1)]
        runs.append((speaker, named))
        for name, one in named:
            ids[one.bead].append(name)
    return runs, ids


def read(path: Path) -> Iterator[FileRecord]:
    """Yield the pair of each link, of a whole folder or of one file of links."""
    for links in _link_files(path):
        yield from _read_links(links)


def _link_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / LIST).is_file():
        listed = [path / name for _, name in read_lines(path / LIST) if name]
        for file in listed:
            if not _is_inside(path, file):
                raise FormatError(
                    N_("{list}: {file!r} is not a file in its folder"), list=LIST, file=str(file)
                )
        return listed
    files = filter(Path.is_file, sorted(path.glob("*.xml")))
    found = [file for file in files if b"<linkGrp" in file.read_bytes()[:4000]]
    if not found:
        raise FormatError(N_("{path}: the folder contains no InterText links (linkGrp)"), path=path)
    return found


def _is_inside(folder: Path, path: Path) -> bool:
    return "\0" not in str(path) and path.resolve().is_relative_to(folder.resolve())


def _read_links(path: Path) -> Iterator[FileRecord]:
    texts: dict[str, _Text] = {}
    for link in xml.iterate_elements(path, ("link", "ptr")):
        where = Message(N_("{name}, line {number}"), name=path.name, number=link.sourceline)
        group = link.getparent()
        if group is None:
            raise FormatError(N_("{where}: a link must be inside a linkGrp"), where=where)
        docs = (group.get("corresp") or "").split()
        if not docs:  # InterText, where the group is the root, names first what others name last
            names = ("fromDoc", "toDoc") if group.getparent() is not None else ("toDoc", "fromDoc")
            docs = [group.get(name) or "" for name in names]
        if docs != list(texts):
            if not all(docs):
                raise FormatError(
                    N_("{where}: linkGrp must name its texts in fromDoc and toDoc"), where=where
                )
            texts = {name: _read_text(path, name, where) for name in docs}
            languages = [text.language for text in texts.values()]
            if set(languages) != {"zh", "en"}:
                raise FormatError(
                    N_("{where}: links {names}"), where=where, names=" with ".join(languages)
                )
        yield _pair(link, texts, _targets(link, list(texts), where), where)


def _targets(link: xml.Element, docs: Sequence[str], where: str) -> dict[str, list[str]]:
    if link.get("target") is not None:
        pointers = [target.partition("#") for target in link.get("target").split()]
        return {doc: [name for file, _, name in pointers if file == doc] for doc in docs}
    sides = (link.get("xtargets") or "").split(";")
    if len(sides) != 2:
        raise FormatError(
            N_("{where}: xtargets is {targets!r}, which must have two parts"),
            where=where,
            targets=link.get("xtargets"),
        )
    return {doc: side.split() for doc, side in zip(docs, sides, strict=True)}


def _pair(
    link: xml.Element, texts: Mapping[str, _Text], targets: Mapping[str, list[str]], where: str
) -> FileRecord:
    found = _find_sentences(texts, targets, where)
    heads = {text.language: text.head for text in texts.values()}
    fields: dict[str, Any] = {
        "id": link.get("n"),
        "briefing": heads["zh"]["idno"],
        "date": heads["zh"]["date"],
        "licence": heads["zh"]["licence"],
        "source_zh": heads["zh"]["ref"],
        "source_en": heads["en"]["ref"],
        "speaker": next((item.speaker for item in found["en"] + found["zh"]), ""),
        "probability": link.get("cert"),
        "status": _read_status(link),
        "reviewer": _read_reviewer(link),
    }
    for name, items in found.items():
        fields[f"{name}_index"] = [item.number for item in items if item.number is not None]
    zh, en = (join_sentences([item.text for item in found[name]], name) for name in LANGUAGES)
    return from_values(zh, en, fields, where)


def _find_sentences(
    texts: Mapping[str, _Text], targets: Mapping[str, list[str]], where: str
) -> dict[Language, list[_Sentence]]:
    """Return the sentences that a link names, by language."""
    found: dict[Language, list[_Sentence]] = {}
    for doc, text in texts.items():
        for name in targets[doc]:
            if name not in text.sentences:
                raise FormatError(
                    N_("{where}: no sentence {name!r} in the {language} text"),
                    where=where,
                    name=name,
                    language=text.language,
                )
        found[text.language] = [text.sentences[name] for name in targets[doc]]
    return found


def _read_status(link: xml.Element) -> str:
    """Return the status of a link; InterText marks a link that a person made or confirmed."""
    status: str = link.get("ana") or ""
    if status:
        return status.removeprefix("#")
    return "accepted" if link.get("status") == "man" else "unreviewed"


def _read_reviewer(link: xml.Element) -> str | None:
    reviewer: str | None = link.get("resp")
    if reviewer is not None and reviewer.startswith(_REVIEWER):
        return unquote(reviewer.removeprefix(_REVIEWER))
    return reviewer


def _read_text(links: Path, name: str, where: str) -> _Text:
    path = _find_text(links.parent, name)
    head = dict.fromkeys(("idno", "date", "licence", "ref"), "")
    sentences: dict[str, _Sentence] = {}
    speaker, code = "", ""
    for element in xml.iterate_elements(path, ("s", "seg", *_HEADINGS, "speaker", "sp", *head)):
        kind = xml.local_name(element)
        code = code or element.getroottree().getroot().get(xml.LANG) or ""
        if kind in head:
            head[kind] = head[kind] or element.text or ""
        elif kind in ("speaker", "sp"):
            speaker = (element.text or "") if kind == "speaker" else ""
        elif kind not in _HEADINGS or element.get("id"):
            _add(sentences, element, speaker, own=bool(head["idno"]), path=path)
    return _Text(sentences, _language_of_text(code, name, where), head)


def _find_text(folder: Path, name: str) -> Path:
    """Return the path of a text that links name; a path outside the folder counts as a name."""
    named = folder / name
    with suppress(OSError):  # a name that is too long
        if _is_inside(folder, named) and named.is_file():
            return named
    return folder / Path(name).name


def _language_of_text(code: str, name: str, where: str) -> Language:
    """Return the language that a text declares, or else the one that its file name shows."""
    for one in (code, *re.split(r"[./_]", name)):
        language = language_of(one)
        if language is not None:
            return language
    raise FormatError(
        N_("{where}: {name} declares no language; add xml:lang to its root"),
        where=where,
        name=name,
    )


def _add(
    sentences: dict[str, _Sentence], element: xml.Element, speaker: str, *, own: bool, path: Path
) -> None:
    where = Message(N_("{name}, line {number}"), name=path.name, number=element.sourceline)
    name = element.get("id") or element.get(_ID)
    if not name or name in sentences:
        what = Message(N_("a sentence has no id"))
        if name:
            what = Message(N_("sentence id {name!r} is repeated"), name=name)
        raise FormatError(N_("{where}: {what}"), where=where, what=what)
    text, number = "".join(element.itertext()), element.get("n") or ""
    if not own:
        sentences[name] = _Sentence(len(sentences), " ".join(text.split()), speaker)
        return
    if number and not number.isdecimal():
        raise FormatError(
            N_("{where}: n is {number!r}, which is not a number"), where=where, number=number
        )
    sentences[name] = _Sentence(int(number[:9]) if number else None, text, speaker)
