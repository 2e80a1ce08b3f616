"""The keys of a reviewer: which command each key gives, with defaults that can be changed.

In: a reviewer's own choices, as stored. Out: the whole table, checked. A key is written as the
page names it: ``a``, ``Shift+J``, ``Control+ArrowUp``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import AlignError

PREFERENCE = "keys"
"""Under which name a reviewer's choices are stored."""


class KeyClashError(AlignError):
    """Two commands want the same key, or a key cannot be used."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a key, a button or the menu does on the page."""

    name: str
    label: str
    keys: tuple[str, ...]
    group: str


COMMANDS: tuple[Command, ...] = (
    Command("next", "Next row", ("ArrowDown", "j"), "Go"),
    Command("previous", "Previous row", ("ArrowUp", "k"), "Go"),
    Command("zh", "Chinese side", ("ArrowLeft", "h"), "Go"),
    Command("en", "English side", ("ArrowRight", "l"), "Go"),
    Command("extend-down", "Select one row more", ("Shift+ArrowDown", "Shift+J"), "Go"),
    Command("extend-up", "Select one row less", ("Shift+ArrowUp", "Shift+K"), "Go"),
    Command("first", "First row", ("Home",), "Go"),
    Command("last", "Last row", ("End",), "Go"),
    Command("next-open", "Next unreviewed", ("n",), "Go"),
    Command("next-odd", "Next that is not 1-1", ("o",), "Go"),
    Command("next-flagged", "Next flagged", ("Shift+F",), "Go"),
    Command("next-worst", "Most doubtful row", ("w",), "Go"),
    Command("accept", "Accept and go on", ("a", "Control+Enter"), "Decide"),
    Command("reject", "Reject and go on", ("x",), "Decide"),
    Command("flag", "Flag with a reason", ("f",), "Decide"),
    Command("reopen", "Open again", ("Shift+A",), "Decide"),
    Command("alone", "This side has no translation", ("0",), "Decide"),
    Command("merge-down", "Merge with the row below", ("m",), "Rows"),
    Command("merge-up", "Merge with the row above", ("Shift+M", "Control+Backspace"), "Rows"),
    Command("split", "Split the row in two", ("s",), "Rows"),
    Command("split-choose", "Split: choose the sentences", ("Shift+S",), "Rows"),
    Command("shift-up", "First sentence up", ("Control+ArrowUp", "["), "Rows"),
    Command("shift-down", "Last sentence down", ("Control+ArrowDown", "]"), "Rows"),
    Command("text-down", "Move this side's text down", ("Enter",), "Rows"),
    Command("text-up", "Move this side's text up", ("Backspace",), "Rows"),
    Command("send", "Move this side's text to row …", ("g",), "Rows"),
    Command("link", "Link two rows across", ("Shift+L",), "Rows"),
    Command("unlink", "Undo a link across", ("Shift+U",), "Rows"),
    Command("resolve", "Align anew between confirmed rows", ("Shift+R",), "Rows"),
    Command("edit", "Edit the text", ("e", "F2"), "Sentences"),
    Command("sentence-next", "Next sentence in the cell", ("Tab",), "Sentences"),
    Command("join", "Join the sentence with the next", ("+",), "Sentences"),
    Command("undo", "Undo", ("u", "Control+z"), "History"),
    Command("redo", "Redo", ("Shift+Z", "Control+y"), "History"),
    Command("details", "Help and history of the row", ("d",), "Show"),
    Command("pinyin", "Pinyin", ("p",), "Show"),
    Command("original", "Text as published", ("b",), "Show"),
    Command("mode", "Rows or running text", ("t",), "Show"),
    Command("menu", "All moves for this row", (".",), "Show"),
    Command("keys", "All keys", ("?",), "Show"),
)


def bound(choices: object) -> tuple[Command, ...]:
    """Give the commands with a reviewer's own keys; what cannot be read is passed over.

    :param choices: command name -> keys, as stored by :func:`checked`.
    """
    mine = choices if isinstance(choices, Mapping) else {}
    return tuple(
        replace(command, keys=tuple(map(str, mine[command.name])))
        if isinstance(mine.get(command.name), list)
        else command
        for command in COMMANDS
    )


def checked(choices: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Give a reviewer's keys as they are stored: only those that differ from the defaults.

    :raises KeyClashError: when a command is unknown, or two commands share a key.
    """
    unknown = set(choices) - {command.name for command in COMMANDS}
    if unknown:
        raise KeyClashError(f"{', '.join(sorted(unknown))}: no such command")
    table = [replace(one, keys=choices.get(one.name, one.keys)) for one in COMMANDS]
    counts = Counter(key for command in table for key in command.keys)
    for key, count in counts.items():
        if count > 1:
            names = [command.label for command in table if key in command.keys]
            raise KeyClashError(f"{key}: two commands want it: {' and '.join(names)}")
    defaults = {command.name: command.keys for command in COMMANDS}
    return {
        command.name: list(command.keys)
        for command in table
        if command.keys != defaults[command.name]
    }


def read_keys(text: str) -> tuple[str, ...]:
    """Read keys as a person writes them, blanks between.

    >>> read_keys("a  Control+Enter")
    ('a', 'Control+Enter')
    """
    return tuple(text.split())
