"""Office files made by hand from pieces of XML, for tests of readers."""

import zipfile
from pathlib import Path

_WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHANGED = 'w:author="A" w:date="2031-03-06T09:00:00Z"'
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def write_docx(
    path: Path,
    body: str,
    parts: dict[str, str] | None = None,
    main: str = "word/document.xml",
    doctype: str = "",
) -> Path:
    """Write a Word file whose body is this XML; ``parts`` are the others, by name."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{_WORD_TYPE}.document.main+xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{main}"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", links)
        archive.writestr(main, wrap("document", f"<w:body>{body}</w:body>", doctype))
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return path


def wrap(name: str, content: str, doctype: str = "") -> str:
    """Return the XML of a part of a Word file with this root element."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
    return f"{head}<w:{name} {_WORD}>{content}</w:{name}>"


def paragraph(content: str, properties: str = "") -> str:
    """Return a paragraph; plain text becomes one run."""
    inner = content if content.startswith("<") else run(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' * bool(properties)}{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Return a run of text."""
    return (
        f"<w:r>{f'<w:rPr>{properties}</w:rPr>' * bool(properties)}"
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def deleted(text: str) -> str:
    """Return a tracked deletion."""
    return f'<w:del w:id="1" {_CHANGED}><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def inserted(text: str) -> str:
    """Return a tracked insertion."""
    return f'<w:ins w:id="2" {_CHANGED}>{run(text)}</w:ins>'


def field(instruction: str, result: str) -> str:
    """Return a complex field with its result."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        f"{mark.format('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        f"{mark.format('separate')}{run(result)}{mark.format('end')}"
    )


def text_box(content: str) -> str:
    """Return a text box as Word writes it: a shape, and a copy of it for old programs."""
    inner = f"<w:txbxContent>{paragraph(content)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
        f"<a:graphicData><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def control(content: str) -> str:
    """Return a content control around paragraphs or runs."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"
