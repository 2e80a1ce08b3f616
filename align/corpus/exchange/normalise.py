"""One form of writing for an export: no hidden characters, one width, script and kind of quotes."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from unicodedata import decomposition, normalize

from ...aligner.text.chinese import load_converter
from ...records import BeadRecord, Sides

# The Chinese scripts that there can be one of, and how OpenCC calls the way to it.
SCRIPTS = {"simplified": "t2s", "traditional": "s2t"}
# Controls, marks of direction, soft hyphens and marks of byte order; joiners of emoji stay.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)  # fmt: skip
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_WIDTHS = _BLANKS | {
    code: normalize("NFKC", chr(code))
    for code in range(0xFF01, 0xFFEF)
    if decomposition(chr(code)).startswith(("<wide>", "<narrow>"))
}
_WIDE_MARKS = map(ord, "，：；！？（）～")  # as Chinese has them
_CHINESE_WIDTHS = _WIDTHS | dict(zip(_WIDE_MARKS, "，：；！？（）～", strict=True))
_CHINESE_QUOTES = str.maketrans("「」『』", "“”‘’")
_ENGLISH_QUOTES = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")
_PAIR = re.compile('"([^"]*)"')

Step = Callable[[str], str]


class Normaliser:
    """Normalises beads, and counts those in which something of each kind was changed."""

    def __init__(self, script: str) -> None:
        clean: Step = lambda text: _HIDDEN.sub("", _BREAK.sub("\n", text))  # noqa: E731
        self._steps: dict[str, dict[str, Step]] = {
            "zh": {
                "characters": clean,
                "width": lambda text: normalize("NFC", text.translate(_CHINESE_WIDTHS)),
                "script": load_converter(SCRIPTS[script]).convert,
                "quotes": lambda text: _PAIR.sub(r"“\1”", text.translate(_CHINESE_QUOTES)),
            },
            "en": {
                "characters": clean,
                "width": lambda text: normalize("NFC", text.translate(_WIDTHS)),
                "quotes": lambda text: text.translate(_ENGLISH_QUOTES),
            },
        }
        self.counts = Counter(characters=0, width=0, quotes=0, script=0)

    def apply(self, bead: BeadRecord) -> BeadRecord:
        """Return a bead with its texts normalised; the published ones stay.

        >>> from align.records import Pair
        >>> bead = BeadRecord("b", Pair(Sides("「經濟」２％，", "“1”")))
        >>> Normaliser("simplified").apply(bead).zh
        '“经济”2%，'
        """
        changed = set()
        texts = {"zh": bead.zh, "en": bead.en}
        for side, steps in self._steps.items():
            for name, step in steps.items():
                before, texts[side] = texts[side], step(texts[side])
                if texts[side] != before:
                    changed.add(name)
        self.counts.update(changed)
        normalised = Sides(texts["zh"], texts["en"])
        return replace(bead, pair=replace(bead.pair, texts=normalised, raw=bead.pair.published))
