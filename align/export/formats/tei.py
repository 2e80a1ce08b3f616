"""TEI texts with stand-off links, as InterText reads and writes them.

A folder has three files for each briefing: ``<name>.zh.xml`` and ``<name>.en.xml`` with the
sentences, ``<name>.zh.en.xml`` with the beads: ``<link type="1-2" xtargets="1:8;1:8 1:9"
status="man"/>``, Chinese first. ``files.txt`` gives the order of the briefings.

InterText knows ``man`` (checked by a person: accepted) and ``auto``; the other verdicts stand in
``ana``, the probability in ``cert``, the reviewer in ``resp``, the bead's id in ``n``: attributes
that TEI allows everywhere. There is no place for checks, role, retrieval time, signature, note,
checksum, and the text as published. Characters that XML forbids become U+FFFD.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from ...errors import FormatError
from ...records import LANGUAGES, ExportedBead, Language
from . import ExportHeader
from .text import join_sentences, language_of, read_lines, resplit
from .values import from_texts
from .xml_text import (
    LANG,
    Element,
    escape_text,
    iterate_elements,
    line_of,
    local_name,
    quote_attribute,
    replace_forbidden,
)

LIST = "files.txt"

_HEADER = ("briefing", "date", "source_zh", "source_en", "licence")
"""What the header of a document says: beads that differ in it need another document."""

_FIELDS = (
    *("id", "zh", "en", "briefing", "speaker", "reviewer", "source_zh", "source_en", "licence"),
)
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang={code}>
  <teiHeader><fileDesc>
    <titleStmt><title>{briefing}</title></titleStmt>
    <publicationStmt><idno type="briefing">{briefing}</idno><date>{date}</date>\
<availability><licence>{licence}</licence></availability></publicationStmt>
    <sourceDesc><bibl><ref>{source}</ref></bibl></sourceDesc>
  </fileDesc></teiHeader>
  <text><body>
"""
_FOOT = "  </body></text>\n</TEI>\n"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One ``s``: its number in the document (``None``: it has none), its text and who speaks."""

    number: int | None
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class _Text:
    """One side: its sentences by id, and what its header says."""

    sentences: dict[str, _Sentence]
    language: Language
    head: dict[str, str]


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep the texts, indices, verdict, probability, speaker, date, sources and licence."""
    if not (pair.zh or pair.en or pair.zh_index or pair.en_index):
        return None
    clean = {name: replace_forbidden(getattr(pair, name)) for name in _FIELDS}
    clean |= dict.fromkeys(("role", "signature", "note", "checksum"), "")
    clean |= {"zh_raw": clean["zh"], "en_raw": clean["en"]}
    return replace(pair, checks=(), retrieved=None, **clean)  # type: ignore[arg-type] # the others are text


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Write a folder: three files for each run of beads of one briefing, and their list."""
    path.mkdir(parents=True, exist_ok=True)
    names: dict[str, int] = {}
    count = 0
    with (path / LIST).open("w", encoding="utf-8", newline="\n") as listed:
        for _, group in groupby(pairs, key=lambda pair: [getattr(pair, name) for name in _HEADER]):
            beads = list(group)
            name = _name(beads[0].briefing, names)
            _write_briefing(path, name, beads, header)
            listed.write(f"{name}.zh.en.xml\n")
            count += len(beads)
    return count


def _name(briefing: str, names: dict[str, int]) -> str:
    """Return a file name that no other briefing has, on any file system."""
    name = re.sub(r"[^\w-]+", "_", briefing)[:40] or "briefing"
    key = name.casefold()
    names[key] = names.get(key, 0) + 1
    return name if names[key] == 1 else f"{name}_{names[key]}"


def _write_briefing(
    folder: Path, name: str, beads: list[ExportedBead], header: ExportHeader
) -> None:
    zh_ids = _write_text(folder / f"{name}.zh.xml", beads, "zh", header.zh)
    en_ids = _write_text(folder / f"{name}.en.xml", beads, "en", header.en)
    with (folder / f"{name}.zh.en.xml").open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        docs = (
            f"toDoc={quote_attribute(f'{name}.en.xml')} fromDoc={quote_attribute(f'{name}.zh.xml')}"
        )
        file.write(f"<linkGrp {docs}>\n")
        for pair, zh, en in zip(beads, zh_ids, en_ids, strict=True):
            file.write(_link(pair, zh, en))
        file.write("</linkGrp>\n")


def _link(pair: ExportedBead, zh: list[str], en: list[str]) -> str:
    more = {"n": pair.id, "resp": pair.reviewer}
    if pair.probability is not None:
        more["cert"] = str(pair.probability)
    if pair.status in ("rejected", "flagged"):
        more["ana"] = pair.status
    extra = "".join(f" {name}={quote_attribute(value)}" for name, value in more.items() if value)
    status = "man" if pair.status == "accepted" else "auto"
    targets = f"{' '.join(zh)};{' '.join(en)}"
    return f'<link type="{len(zh)}-{len(en)}" xtargets="{targets}" status="{status}"{extra}/>\n'


def _write_text(
    path: Path, beads: list[ExportedBead], language: Language, code: str
) -> list[list[str]]:
    """Write the sentences of one side in the order of the text; return their ids for each bead."""
    placed = _placed(beads, language)
    ids: list[list[str]] = [[] for _ in beads]
    first = beads[0]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            _HEAD.format(
                code=quote_attribute(code),
                briefing=escape_text(first.briefing),
                date=first.date.isoformat() if first.date else "",
                licence=escape_text(first.licence),
                source=escape_text(first.source_zh if language == "zh" else first.source_en),
            )
        )
        runs = groupby(placed, key=lambda place: place[1].speaker)
        for paragraph, (speaker, run) in enumerate(runs, start=1):
            body = f'    <p id="{paragraph}">\n'
            for number, (bead, sentence) in enumerate(run, start=1):
                ids[bead].append(f"{paragraph}:{number}")
                n = "" if sentence.number is None else sentence.number
                text = escape_text(sentence.text)
                body += f'      <s id="{paragraph}:{number}" n="{n}">{text}</s>\n'
            body += "    </p>\n"
            if speaker:
                speech = f"    <sp><speaker>{escape_text(speaker)}</speaker>\n"
                body = f"{speech}{body}    </sp>\n"
            file.write(body)
        file.write(_FOOT)
    return ids


def _placed(beads: list[ExportedBead], language: Language) -> list[tuple[int, _Sentence]]:
    """Return (bead, sentence) of one side, in the order of the text."""
    keyed: list[tuple[int, int, _Sentence]] = []
    last = -1
    for at, pair in enumerate(beads):
        numbers = pair.zh_index if language == "zh" else pair.en_index
        text = pair.zh if language == "zh" else pair.en
        if not numbers and text:
            keyed.append((last, at, _Sentence(None, text, pair.speaker)))
        for number, piece in zip(numbers, resplit(text, len(numbers), language), strict=True):
            keyed.append((number, at, _Sentence(number, piece, pair.speaker)))
        last = max((last, *numbers))
    keyed.sort(key=lambda item: item[0])
    return [(at, sentence) for _, at, sentence in keyed]


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the pair of each link, of a whole folder or of one file of links.

    :raises FormatError: when a text is missing, or a link names a sentence that is not there.
    """
    for links in _link_files(path):
        yield from _read_links(links)


def _link_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / LIST).is_file():
        listed = [path / name for _, name in read_lines(path / LIST) if name]
        for file in listed:
            if not _is_inside(path, file):
                raise FormatError(f"{LIST}: {str(file)!r} is no file of its folder")
        return listed
    found = sorted(file for file in path.glob("*.xml") if file.is_file() and _holds_links(file))
    if not found:
        raise FormatError(f"{path}: no file of InterText links (linkGrp) in this folder")
    return found


def _is_inside(folder: Path, path: Path) -> bool:
    return "\0" not in str(path) and path.resolve().is_relative_to(folder.resolve())


def _holds_links(path: Path) -> bool:
    with path.open("rb") as file:
        return b"<linkGrp" in file.read(2000)


def _read_links(path: Path) -> Iterator[ExportedBead]:
    texts: list[_Text] = []
    for link in iterate_elements(path, ("link",)):
        where = f"{path.name}, line {line_of(link)}"
        if not texts:
            group = link.getparent()
            if group is None:
                raise FormatError(f"{where}: a link must stand inside of a linkGrp")
            texts = [_read_text(path, group.get(name), where) for name in ("fromDoc", "toDoc")]
            if {text.language for text in texts} != {"zh", "en"}:
                raise FormatError(f"{where}: links {texts[0].language} with {texts[1].language}")
        targets = (link.get("xtargets") or "").split(";")
        if len(targets) != 2:
            raise FormatError(f"{where}: xtargets is {link.get('xtargets')!r}, not two sides")
        yield _pair(link, texts, targets, where)


def _pair(link: Element, texts: list[_Text], targets: list[str], where: str) -> ExportedBead:
    found = {
        text.language: [_known(text, name, where) for name in names.split()]
        for text, names in zip(texts, targets, strict=True)
    }
    heads = {text.language: text.head for text in texts}
    status = "accepted" if link.get("status") == "man" else "unreviewed"
    fields = {
        "id": link.get("n") or "",
        "briefing": heads["zh"]["idno"],
        "date": heads["zh"]["date"],
        "licence": heads["zh"]["licence"],
        "source_zh": heads["zh"]["ref"],
        "source_en": heads["en"]["ref"],
        "speaker": next((item.speaker for item in found["en"] + found["zh"]), ""),
        "probability": link.get("cert") or "",
        "status": link.get("ana") or status,
        "reviewer": link.get("resp") or "",
    }
    zh, en = (join_sentences([item.text for item in found[name]], name) for name in LANGUAGES)
    numbers = {
        f"{name}_index": tuple(item.number for item in found[name] if item.number is not None)
        for name in LANGUAGES
    }
    return replace(from_texts(zh, en, fields, where), **numbers)  # type: ignore[arg-type] # both are numbers


def _known(text: _Text, name: str, where: str) -> _Sentence:
    sentence = text.sentences.get(name)
    if sentence is None:
        raise FormatError(f"{where}: no sentence {name!r} in the {text.language} text")
    return sentence


def _read_text(links: Path, name: str | None, where: str) -> _Text:
    if not name:
        raise FormatError(f"{where}: linkGrp must name its texts in fromDoc and toDoc")
    path = links.parent / name
    if not _is_inside(links.parent, path) or not path.is_file():
        path = links.parent / Path(name).name
    head = dict.fromkeys(("idno", "date", "licence", "ref"), "")
    sentences: dict[str, _Sentence] = {}
    speaker, code = "", ""
    for element in iterate_elements(path, ("s", "seg", "speaker", "sp", *head)):
        kind = local_name(element)
        code = code or element.getroottree().getroot().get(LANG) or ""
        if kind in head:
            head[kind] = head[kind] or element.text or ""
        elif kind in ("speaker", "sp"):
            speaker = (element.text or "") if kind == "speaker" else ""
        else:
            _add(sentences, element, speaker, own=bool(head["idno"]), path=path)
    language = language_of(code) or _side_of(name, where)
    return _Text(sentences, language, head)


def _add(
    sentences: dict[str, _Sentence], element: Element, speaker: str, *, own: bool, path: Path
) -> None:
    name = element.get("id") or element.get("{http://www.w3.org/XML/1998/namespace}id")
    if not name or name in sentences:
        what = f"a second sentence {name!r}" if name else "a sentence without id"
        raise FormatError(f"{path.name}, line {line_of(element)}: {what}")
    text = "".join(element.itertext())
    if own:
        number = element.get("n") or ""
        if number and not number.isdecimal():
            raise FormatError(f"{path.name}, line {line_of(element)}: n is {number!r}, no number")
        sentences[name] = _Sentence(int(number[:9]) if number else None, text, speaker)
    else:
        sentences[name] = _Sentence(len(sentences), " ".join(text.split()), speaker)


def _side_of(name: str, where: str) -> Language:
    """Find the language of a text in its name: ``story.zh.xml``, ``en/001.xml``."""
    for part in re.split(r"[./_]", name):
        language = language_of(part)
        if language is not None:
            return language
    raise FormatError(f"{where}: {name} does not say its language; add xml:lang to its root")
