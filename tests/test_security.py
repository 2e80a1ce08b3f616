"""SECURITY.md names tests that exist, for every threat."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
THREATS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.partition("## Threats and defences")[2].partition("\nValues")[0].splitlines()
    if line.startswith("|") and not line.startswith(("| from", "|---"))
]
NAMED = sorted(set(re.findall(r"`((?:tests|fuzz)/[\w/]+\.py)(?: -k (\w+)| \w+)?`", TEXT)))


def test_every_threat_has_a_defence_and_a_test():
    assert len(THREATS) > 10
    for source, threat, defence, tested in THREATS:
        assert all((source, threat, defence)), source
        assert re.search(r"`tests/\S+\.py", tested), threat


@pytest.mark.parametrize(("path", "word"), NAMED)
def test_a_named_test_exists(path, word):
    names = re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.M)
    if path.startswith("tests/"):
        assert [name for name in names if word in name]


def test_the_audit_has_a_date():
    audit = TEXT.partition("## Dependencies")[2]
    assert re.search(r"\b2\d{3}-\d\d-\d\d\b", audit)
