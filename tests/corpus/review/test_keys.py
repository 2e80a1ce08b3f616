"""Keys as people write them, and what they are told when a key cannot be had."""

import pytest

from align.corpus.review.keys import (
    COMMANDS,
    KeyClashError,
    bind_keys,
    check_keys,
    format_key,
    parse_keys,
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ()),
        ("a a", ("a",)),
        ("Ctrl+Enter", ("Control+Enter",)),
        ("ctrl+Z Cmd+Shift+z", ("Control+z", "Control+Shift+z")),
        ("shift+ctrl+up", ("Control+Shift+ArrowUp",)),
        ("J shift+j", ("Shift+J",)),
        ("f2 PGDN return ↓", ("F2", "PageDown", "Enter", "ArrowDown")),
        ("+ Ctrl++ . ?", ("+", "Control++", ".", "?")),
        ("ａ　Ｓｈｉｆｔ＋Ｋ", ("a", "Shift+K")),
        ("é", ("é",)),
    ],
)
def test_a_key_is_read_as_people_write_it(text, keys):
    assert parse_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a Contrl+Enter",
            "Contrl+Enter: not a key name; use names such as a, Shift+J, Ctrl+Enter, Up, F2, Space",
        ),
        (
            "Ctrl+Entr",
            "Ctrl+Entr: not a key name; use names such as a, Shift+J, Ctrl+Enter, Up, F2, Space",
        ),
        ("ctrl+T", "Ctrl+t: reserved by the browser"),
        (
            "Shift+1",
            "Shift+1: not a key name; use names such as a, Shift+J, Ctrl+Enter, Up, F2, Space",
        ),
        ("Esc", "Escape: reserved for closing dialogs"),
        ("Ctrl", "Ctrl: not a key name; use names such as a, Shift+J, Ctrl+Enter, Up, F2, Space"),
        ("F13", "F13: not a key name; use names such as a, Shift+J, Ctrl+Enter, Up, F2, Space"),
    ],
)
def test_a_key_that_cannot_work_is_told(text, told):
    with pytest.raises(KeyClashError) as error:
        parse_keys(text)
    assert str(error.value) == told


def test_every_default_is_read_as_it_is():
    for command in COMMANDS:
        assert parse_keys(" ".join(command.keys)) == command.keys
        assert parse_keys(" ".join(map(format_key, command.keys))) == command.keys


def test_every_clash_is_told_at_once():
    with pytest.raises(KeyClashError) as error:
        check_keys({"accept": ("x", "x"), "edit": ("Control+ArrowUp",)})
    assert str(error.value) == (
        "x is assigned to more than one command: Accept and continue; Reject and continue; "
        "Ctrl+Up is assigned to more than one command: Move first sentence up; Edit text"
    )


def test_a_reviewers_own_keys_stand_in_place_of_the_defaults():
    table = {command.name: command.keys for command in bind_keys({"accept": ["Control+y"]})}
    assert (table["accept"], table["edit"]) == (("Control+y",), ("e", "F2"))
