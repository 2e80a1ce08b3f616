"""Text of Word files that is not in runs: symbols, WordArt, drop-down fields, linked documents."""

import zipfile
from collections.abc import Iterator

from .office import OfficeElement, attribute_of, child_of, parse_optional_part

# The characters of the font Symbol from 0x20 and from 0xA0 on, as Unicode's table of it has them.
_SYMBOLS = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾"
    "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪",
)
# Code points that are no characters (surrogates), or characters only in one font.
_PRIVATE = range(0xD800, 0xF900)
_LAST = 0x10FFFF
_LINKS = ("altChunk", "subDoc", "contentPart")


def read_symbol(node: OfficeElement) -> str:
    """Return the character of a symbol; '' if only its font knows it, as with Wingdings.

    :param node: a ``w:sym``, which names a font and a code point.
    """
    try:
        code = int(attribute_of(node, "char") or "", 16)
    except ValueError:
        return ""
    if attribute_of(node, "font") == "Symbol":
        place = code & 0xFF  # its characters are also at U+F020 and so on
        first, characters = (0x20, _SYMBOLS[0]) if place < 0xA0 else (0xA0, _SYMBOLS[1])
        return characters[place - first : place - first + 1] if place >= first else ""
    if code < 0x20 or code in _PRIVATE or code > _LAST:
        return ""
    return chr(code)


def name_symbol(node: OfficeElement) -> str:
    """Return the font and code point of a symbol, as in "Wingdings F04A"."""
    return f"{attribute_of(node, 'font') or ''} {attribute_of(node, 'char') or ''}".strip()


def read_choice(mark: OfficeElement) -> str:
    """Return the entry that a drop-down field shows; '' for any other field.

    :param mark: the ``w:fldChar`` that begins the field.
    """
    entries = child_of(mark, "ffData", "ddList")
    if entries is None:
        return ""
    names = [attribute_of(entry, "val") or "" for entry in entries.iter("{*}listEntry")]
    chosen = child_of(entries, "result")
    if chosen is None:
        chosen = child_of(entries, "default")
    number = (attribute_of(chosen, "val") or "") if chosen is not None else "0"
    at = int(number) if number.isdecimal() and len(number) < 6 else len(names)
    return names[at] if at < len(names) else ""


def find_linked(archive: zipfile.ZipFile, main: str, root: OfficeElement) -> Iterator[str]:
    """Yield the names of the files whose text a document includes by a link.

    :param main: the name of the document's part.
    """
    folder, _, name = main.rpartition("/")
    links = parse_optional_part(archive, f"{folder}/_rels/{name}.rels")
    targets = {link.get("Id"): link.get("Target") for link in (links if links is not None else ())}
    for node in root.iter(*(f"{{*}}{name}" for name in _LINKS)):
        number = attribute_of(node, "id") or ""
        yield targets.get(number) or number
