"""The checksum of a bead: what changes it, what does not, and that it comes back from each file."""

import pytest
from bead_strategy import bead

from align.corpus.exchange.formats.values import FIELDS, add_checksum, read_checksum, to_values


def _of(**fields):
    found = read_checksum(add_checksum(bead(**fields)).checksum)
    assert found is not None
    return found


def test_every_field_of_a_file_has_its_value():
    assert tuple(to_values(bead())) == FIELDS


def test_blanks_and_line_ends_do_not_count():
    assert _of(en="The port\nhandled  more. ") == _of(en="The port handled more.")


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"en": "It’s more."}, "decided"),
        ({"zh": "别的。"}, "decided"),
        ({"status": "rejected"}, "decided"),
        ({"note": "ask Mei"}, "decided"),
        ({"reviewer": "ann"}, "reviewer"),
        ({"briefing": "another"}, "place"),
        ({"en_index": (0, 1)}, "place"),
        ({"date": None}, "rest"),
        ({"probability": 0.5}, "rest"),
    ],
)
def test_each_field_changes_its_own_part(fields, part):
    usual, changed = _of(), _of(**fields)
    assert changed[part] != usual[part]
    if "en_index" not in fields:  # the type of the bead goes with it
        assert changed | {part: usual[part]} == usual


def test_a_checksum_of_a_checksum_is_the_same():
    once = add_checksum(bead())
    assert add_checksum(once) == once


@pytest.mark.parametrize("text", ["", "c12", "d" + "0" * 30, "c" + "0" * 31, "1E+30"])
def test_what_is_no_checksum_is_told(text):
    assert read_checksum(text) is None
