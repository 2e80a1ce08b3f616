"""The table of limits in the documentation has the values of the code."""

import re
from pathlib import Path

from align.sources import limits

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference" / "limits.md"


def test_the_documented_limits_are_those_of_the_code():
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([\d,]+) \|", DOCS.read_text("utf-8"), re.M)
    documented = {name: int(value.replace(",", "")) for name, value in rows}
    known = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert documented == known
