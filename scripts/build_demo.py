"""Write the demo corpus's pages, texts and gold from its sources.

``corpora/demo/source`` holds one ``.toml`` (what stands around the transcript) and one ``.txt``
(the transcript, bead by bead) for each briefing; its form is explained at the head of the first.
The same sources give the same bytes. Run ``python scripts/build_demo.py`` after an edit; another
folder can be named to build elsewhere.
"""

import json
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any, Literal

DEMO = Path(__file__).resolve().parent.parent / "corpora" / "demo"
SOURCE = DEMO / "source"
INDENT = "　　"  # two ideographic blanks, as Chinese government pages indent a paragraph

Side = Literal["zh", "en"]
SIDES: tuple[Side, Side] = ("zh", "en")


@dataclass
class Block:
    """A piece of one side: a label, a paragraph of sentences, a caption, or a page break."""

    kind: Literal["label", "paragraph", "caption", "break"]
    sentences: list[str] = field(default_factory=list)


@dataclass
class Transcript:
    """What a source file says: blocks in page order, sentences in order, and the beads."""

    blocks: dict[Side, list[Block]] = field(default_factory=lambda: {"zh": [], "en": []})
    sentences: dict[Side, list[str]] = field(default_factory=lambda: {"zh": [], "en": []})
    paragraphs: dict[Side, list[int]] = field(default_factory=lambda: {"zh": [], "en": []})
    turns: dict[Side, list[int]] = field(default_factory=lambda: {"zh": [], "en": []})
    beads: list[list[list[int]]] = field(default_factory=list)

    def new_block(self, side: Side, kind: Literal["label", "caption", "break"], text: str) -> None:
        """Close the paragraph that is open on a side, and put a block of another kind."""
        self.blocks[side].append(Block(kind, [text]))

    def sentence(self, side: Side, text: str, *, new_paragraph: bool) -> int:
        """Append a sentence, in a new paragraph where asked or where none is open."""
        blocks = self.blocks[side]
        if new_paragraph or blocks[-1].kind != "paragraph":
            blocks.append(Block("paragraph"))
        blocks[-1].sentences.append(text)
        self.sentences[side].append(text)
        self.paragraphs[side].append(sum(b.kind == "paragraph" for b in blocks) - 1)
        self.turns[side].append(sum(b.kind == "label" for b in blocks) - 1)
        return len(self.sentences[side]) - 1


def read_transcript(path: Path) -> Transcript:
    """Read a transcript source; raise ``ValueError`` naming the line that has no known mark."""
    transcript = Transcript()
    bead: list[list[int]] = [[], []]
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], start=1):
        mark, _, rest = line.partition(" ")
        text = rest.strip()
        if not line.strip():
            if bead != [[], []]:
                transcript.beads.append(bead)
                bead = [[], []]
        elif mark in {"zh", "zh+", "en", "en+"}:
            side: Side = "zh" if mark.startswith("zh") else "en"
            index = transcript.sentence(side, text, new_paragraph=mark.endswith("+"))
            bead[SIDES.index(side)].append(index)
        elif mark != "#":
            read_mark(transcript, mark, text, where=f"{path.name}:{number}")
    return transcript


def read_mark(transcript: Transcript, mark: str, text: str, *, where: str) -> None:
    """Read a line that is no sentence: a turn, a caption or a page break."""
    if mark == "==":
        for side, label in zip(SIDES, text.split(" | "), strict=True):
            transcript.new_block(side, "label", label.strip())
    elif mark == "photo":
        side_name, _, caption = text.partition(" ")
        transcript.new_block("zh" if side_name == "zh" else "en", "caption", caption)
    elif mark == "--":
        transcript.new_block("en", "break", "")
    else:
        raise ValueError(f"{where}: unknown mark {mark!r}; see the head of the source")


def joined(block: Block, side: Side) -> str:
    """Give a block as running text: English sentences with a blank between them."""
    return ("" if side == "zh" else " ").join(block.sentences)


def en_body(blocks: list[Block]) -> str:
    """Give English blocks as HTML: a label bold and alone in its paragraph."""
    lines = []
    for block in blocks:
        text = escape(joined(block, "en"), quote=False)
        if block.kind == "label":
            lines.append(f"<p><strong>{text}</strong></p>")
        elif block.kind == "caption":
            lines.append('<p align="center"><img src="/images/photo.svg" alt=""></p>')
            lines.append(f'<p align="center">{text}</p>')
        else:
            lines.append(f"<p>{text}</p>")
    return "\n".join(lines)


def zh_body(blocks: list[Block], summary: str) -> str:
    """Give Chinese blocks as HTML: a label bold at the head of its turn's first paragraph."""
    lines = [f"<p>{INDENT}{escape(summary, quote=False)}</p>"]
    label = ""
    for block in blocks:
        text = escape(joined(block, "zh"), quote=False)
        if block.kind == "label":
            label = f"<strong>{text}</strong>"
        elif block.kind == "caption":
            lines.append('<p align="center"><img src="/images/photo.svg" alt=""></p>')
            lines.append(f'<p align="center">{text}</p>')
        else:
            lines.append(f"<p>{INDENT}{label}{text}</p>")
            label = ""
    return "\n".join(lines)


def en_header(meta: dict[str, Any], zh_page: str) -> str:
    """Return the transcript's own header: the link to the Chinese page, people and date."""
    en = meta["en"]
    heading = "Speakers:" if len(en["speakers"]) > 1 else "Speaker:"
    lines = [
        f'<p><a href="{zh_page}">Read in Chinese</a></p>',
        f"<p><strong>{heading}</strong></p>",
    ]
    lines += [f"<p>{escape(person, quote=False)}</p>" for person in en["speakers"]]
    lines += ["<p><strong>Chairperson:</strong></p>", f"<p>{escape(en['chair'], quote=False)}</p>"]
    lines += ["<p><strong>Date:</strong></p>", f"<p>{en['date']}</p>"]
    return "\n".join(lines)


def hub_people(en: dict[str, Any]) -> str:
    """Return the hub's first list of people, which has neither colons nor Mr. and Ms."""
    heading = "Speakers" if len(en["speakers"]) > 1 else "Speaker"
    names = [person.partition(" ")[2] for person in [*en["speakers"], en["chair"]]]
    lines = [f"<h3>{heading}</h3>", *(f"<p>{escape(n, quote=False)}</p>" for n in names[:-1])]
    return "\n".join([*lines, "<h3>Chairperson</h3>", f"<p>{escape(names[-1], quote=False)}</p>"])


def hub_gallery(captions: list[str]) -> str:
    """Return the gallery: each caption behind its counter, whose digit is an element of its own."""
    return "\n".join(
        f'<li><img src="/images/photo.svg" alt=""><p><i>{number}</i>/{len(captions)}'
        f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(caption, quote=False)}</p></li>"
        for number, caption in enumerate(captions, start=1)
    )


def split_pages(blocks: list[Block]) -> list[list[Block]]:
    """Cut the English blocks at the page breaks."""
    pages: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind == "break":
            pages.append([])
        else:
            pages[-1].append(block)
    return pages


def page_address(first: str, number: int) -> str:
    """Return the address of an article's page: page 1 carries no number."""
    path = PurePosixPath(first)
    return first if number == 1 else str(path.with_name(f"{path.stem}_{number}{path.suffix}"))


def pager(first: str, current: int, last: int) -> str:
    """Return the pager strip, the current page without a link."""
    return "&nbsp;&nbsp;".join(
        f"<span>{n}</span>" if n == current else f'<a href="{page_address(first, n)}">{n}</a>'
        for n in range(1, last + 1)
    )


def template(name: str) -> Template:
    """Read one of the page templates."""
    return Template((SOURCE / "templates" / name).read_text("utf-8"))


def article_pages(meta: dict[str, Any], blocks: list[Block]) -> Iterator[tuple[str, str]]:
    """Yield the address and HTML of each page of the English article."""
    en = meta["en"]
    parts = split_pages(blocks)
    for number, part in enumerate(parts, start=1):
        body = en_body(part)
        if number == 1:
            header = en_header(meta, meta["zh"]["page"])
            body = f"<p>{escape(en['summary'], quote=False)}</p>\n{header}\n{body}"
        html = template("article.html").substitute(
            title=escape(en["title"]),
            site=en["site"],
            source=en["source"],
            date=en["date"],
            body=body,
            pager=pager(en["page"], number, len(parts)),
        )
        yield page_address(en["page"], number), html


def hub_page(meta: dict[str, Any], blocks: list[Block]) -> str:
    """Return the hub layout of the English side: everything on one page."""
    en = meta["en"]
    whole = [block for block in blocks if block.kind != "break"]
    return template("hub.html").substitute(
        title=escape(en["title"]),
        site=en["site"],
        place=en["place"],
        summary=escape(en["summary"], quote=False),
        people=hub_people(en),
        gallery=hub_gallery(en["gallery"]),
        body=f"{en_header(meta, meta['zh']['page'])}\n{en_body(whole)}",
    )


def zh_page(meta: dict[str, Any], blocks: list[Block]) -> str:
    """Return the Chinese page."""
    zh = meta["zh"]
    return template("zh.html").substitute(
        title=zh["title"],
        site=zh["site"],
        date=meta["date"],
        source=zh["source"],
        editor=zh["editor"],
        body=zh_body(blocks, zh["summary"]),
    )


def plain_text(meta: dict[str, Any], transcript: Transcript, side: Side) -> str:
    """Give one side as a plain-text transcript, a blank line between paragraphs, no captions."""
    head = meta[side]
    link = "阅读英文版" if side == "zh" else "Read in Chinese"
    parts = [head["title"], f"{head['summary']}  {head['date']}", f"{link}\n", *head["speakers"]]
    parts[-1] += "\n"
    parts += [f"{head['chair']}\n", head["date"]]
    spoken = (b for b in transcript.blocks[side] if b.kind in {"label", "paragraph"})
    return "\n\n".join([*parts, *(joined(block, side) for block in spoken)]) + "\n"


def gold(meta: dict[str, Any], transcript: Transcript) -> str:
    """Return the gold beads with the sentences, paragraph and turn numbers of both sides."""
    record: dict[str, Any] = {"id": meta["id"]}
    record |= {side: transcript.sentences[side] for side in SIDES}
    record |= {f"{side}_para": transcript.paragraphs[side] for side in SIDES}
    record |= {f"{side}_turn": transcript.turns[side] for side in SIDES}
    record["gold"] = transcript.beads
    lines = (f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in record.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def build_briefing(meta: dict[str, Any], target: Path) -> None:
    """Write the pages, texts and gold of one briefing below a folder."""
    transcript = read_transcript(SOURCE / meta["transcript"])
    blocks = transcript.blocks
    files = {f"pages{meta['zh']['page']}": zh_page(meta, blocks["zh"])}
    files[f"pages{meta['en']['hub']}"] = hub_page(meta, blocks["en"])
    if meta["en"]["page"]:
        files |= {f"pages{path}": html for path, html in article_pages(meta, blocks["en"])}
    files |= {f"texts/{meta[s]['text']}": plain_text(meta, transcript, s) for s in SIDES}
    files[meta["gold"]] = gold(meta, transcript)
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


def build(target: Path) -> None:
    """Write everything that is built into a folder: ``pages``, ``texts`` and the gold files."""
    for path in sorted(SOURCE.glob("*.toml")):
        build_briefing(tomllib.loads(path.read_text("utf-8")), target)
    for path in sorted((SOURCE / "static").rglob("*.*")):
        copy = target / "pages" / path.relative_to(SOURCE / "static")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def main() -> None:
    """Build into the folder named on the command line, or into the demo corpus itself."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO
    build(target)
    print(f"demo corpus written to {target}")


if __name__ == "__main__":
    main()
