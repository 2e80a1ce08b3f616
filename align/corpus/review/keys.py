"""Keyboard shortcuts: the commands of the page, their default keys, and a reviewer's own keys.

A key is named as the page names it: ``a``, ``Shift+J``, ``Control+ArrowUp``. People write
``Ctrl+Up`` as well.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...errors import N_, AlignError, Message, join_messages

PREFERENCE = "keys"  # the name of the stored preference


class KeyClashError(AlignError):
    """Two commands have the same key, or a key cannot be used."""

    code = "keys.clash"


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
    Command("next-odd", "Next that is not one to one", ("o",), "Go"),
    Command("next-flagged", "Next flagged", ("Shift+F",), "Go"),
    Command("next-worst", "Most doubtful row", ("w",), "Go"),
    Command("next-doubt", "Next doubtful", ("Shift+N",), "Go"),
    Command("previous-doubt", "Previous doubtful", ("Shift+P",), "Go"),
    Command("page-down", "One screen down", ("PageDown",), "Go"),
    Command("page-up", "One screen up", ("PageUp",), "Go"),
    Command("row", "Go to row …", ("Shift+G",), "Go"),
    Command("search", "Search in the briefing", ("/",), "Go"),
    Command("queue", "Worst first, on or off", ("Shift+W",), "Go"),
    Command("next-briefing", "Next briefing with rows left", ("Shift+B",), "Go"),
    Command("accept", "Accept and go on", ("a", "Control+Enter"), "Decide"),
    Command("accept-many", "Accept many rows …", ("Shift+Enter",), "Decide"),
    Command("mending", "Mending counts as accepting, on or off", (), "Decide"),
    Command("reject", "Reject and go on", ("x",), "Decide"),
    Command("flag", "Flag with a reason", ("f",), "Decide"),
    Command("annotate", "Write a note on the row", ("q",), "Decide"),
    Command("reply", "Reply to the note", ("Shift+Q",), "Decide"),
    Command("close-note", "The note is resolved", ("Shift+D",), "Decide"),
    Command("reopen", "Open again", ("Shift+A",), "Decide"),
    Command("alone", "This side has no translation", ("0",), "Decide"),
    Command("merge-down", "Merge with the row below", ("m",), "Rows"),
    Command("merge-up", "Merge with the row above", ("Shift+M", "Control+Backspace"), "Rows"),
    Command("split", "Split the row in two", ("s",), "Rows"),
    Command("split-choose", "Split: choose the sentences", ("Shift+S",), "Rows"),
    Command("split-inside", "Cut both texts and split there", ("c",), "Rows"),
    Command("shift-up", "First sentence up", ("Control+ArrowUp", "["), "Rows"),
    Command("shift-down", "Last sentence down", ("Control+ArrowDown", "]"), "Rows"),
    Command("text-down", "Move this side's text down", ("Alt+ArrowDown",), "Rows"),
    Command("text-up", "Move this side's text up", ("Alt+ArrowUp",), "Rows"),
    Command("send", "Move this side's text to row …", ("g",), "Rows"),
    Command("link", "Link two rows across", ("Shift+L",), "Rows"),
    Command("unlink", "Undo a link across", ("Shift+U",), "Rows"),
    Command("resolve", "Realign between confirmed rows", ("Shift+R",), "Rows"),
    *(Command(f"take-{n}", f"Take alternative {n}", (f"{n}",), "Rows") for n in (1, 2, 3)),
    Command("edit", "Edit the text", ("e", "F2", "Enter"), "Sentences"),
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
    Command("palette", "Find a command", ("Control+k",), "Show"),
)


_MODIFIERS = {
    "control": "Control",
    "ctrl": "Control",
    "strg": "Control",
    "cmd": "Control",
    "command": "Control",
    "meta": "Control",
    "⌘": "Control",
    "alt": "Alt",
    "option": "Alt",
    "shift": "Shift",
}
"""The command key of a Mac counts as Control."""

_KEY_NAMES = {
    "home": "Home",
    "end": "End",
    "insert": "Insert",
    "ins": "Insert",
    "delete": "Delete",
    "del": "Delete",
    "tab": "Tab",
    "enter": "Enter",
    "return": "Enter",
    "space": "Space",
    "backspace": "Backspace",
    "pageup": "PageUp",
    "pgup": "PageUp",
    "pagedown": "PageDown",
    "pgdn": "PageDown",
    "esc": "Escape",
    "escape": "Escape",
    "arrowup": "ArrowUp",
    "up": "ArrowUp",
    "↑": "ArrowUp",
    "arrowdown": "ArrowDown",
    "down": "ArrowDown",
    "↓": "ArrowDown",
    "arrowleft": "ArrowLeft",
    "left": "ArrowLeft",
    "←": "ArrowLeft",
    "arrowright": "ArrowRight",
    "right": "ArrowRight",
    "→": "ArrowRight",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}

RESERVED = {
    **{f"Control+{key}": "the browser keeps it for itself" for key in ("n", "t", "w", "Tab")},
    **{f"Control+Shift+{key}": "the browser keeps it for itself" for key in "ntw"},
    "Escape": "the page keeps it to leave what is open",
    "F11": "the browser keeps it for itself",
    "Alt+F4": "the system keeps it for itself",
    "Alt+Tab": "the system keeps it for itself",
}
"""Keys that never reach a page."""


def bind_keys(choices: object) -> tuple[Command, ...]:
    """Return the commands with a reviewer's keys, as stored by :func:`check_keys`.

    A key that the reviewer chose belongs to that command only, even if a later version gives it
    to another one by default.
    """
    mine = choices if isinstance(choices, Mapping) else {}
    taken = {key for keys in mine.values() for key in keys}
    bound: list[Command] = []
    for command in COMMANDS:
        usual = tuple(key for key in command.keys if key not in taken)
        bound.append(replace(command, keys=tuple(mine.get(command.name, usual))))
    return tuple(bound)


def check_keys(choices: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return a reviewer's keys that differ from the defaults, to be stored; raise on clashes."""
    defaults = {command.name: command.keys for command in COMMANDS}
    if unknown := choices.keys() - defaults.keys():
        raise KeyClashError(N_("{names}: no such command"), names=sorted(unknown))
    keys = {**defaults, **choices}
    labels: dict[str, list[str]] = {}  # of the commands that want a key
    for command in COMMANDS:
        for key in dict.fromkeys(keys[command.name]):
            labels.setdefault(key, []).append(command.label)
    clashes = [
        Message(
            N_("{key}: two commands want it: {commands}"),
            key=format_key(key),
            commands=join_messages(commands),
        )
        for key, commands in labels.items()
        if len(commands) > 1
    ]
    if clashes:
        raise KeyClashError(join_messages(clashes))
    return {name: list(keys[name]) for name in defaults if keys[name] != defaults[name]}


def parse_keys(text: str) -> tuple[str, ...]:
    """Return keys that a person wrote, separated by spaces, under the names of the page.

    >>> parse_keys("a  ctrl+enter J shift+up")
    ('a', 'Control+Enter', 'Shift+J', 'Shift+ArrowUp')
    """
    words = unicodedata.normalize("NFKC", text).split()  # an input method leaves wide letters
    return tuple(dict.fromkeys(map(_parse_key, words)))


def format_key(key: str) -> str:
    """Return a key as people write it; :func:`parse_keys` reads it again.

    >>> format_key("Control+ArrowUp")
    'Ctrl+Up'
    """
    return key.replace("Control+", "Ctrl+").replace("Arrow", "")


def _split_key(word: str) -> list[str]:
    """Return the modifiers of a key and its last part; the plus sign is a key, too: ``Ctrl++``."""
    parts = word.split("+")
    if word.endswith("+"):
        parts = [*word[:-1].rstrip("+").split("+"), "+"]
    return [part for part in parts if part] or [word]


def _apply_shift(letter: str, modifiers: set[str]) -> tuple[str, set[str]]:
    """Return a letter and its modifiers as a browser reports them: a capital comes with Shift."""
    if "Control" in modifiers:
        return letter.lower(), modifiers
    if letter.isupper() or "Shift" in modifiers:
        return letter.upper(), modifiers | {"Shift"}
    return letter, modifiers


def _parse_key(word: str) -> str:
    *before, last = _split_key(word)
    modifiers = {_MODIFIERS.get(part.lower(), "") for part in before}
    letter = len(last) == 1 and last.isalpha()
    if letter:
        last, modifiers = _apply_shift(last, modifiers)
    named = _KEY_NAMES.get(last.lower(), "")
    sign = len(last) == 1 and "Shift" not in modifiers  # a sign is named as Shift makes it
    if "" in modifiers or not (letter or named or sign):
        raise KeyClashError(
            N_("{word}: no such key; keys are a, Shift+J, Ctrl+Enter, Up, F2, Space"), word=word
        )
    in_order = (name for name in ("Control", "Alt", "Shift") if name in modifiers)
    name = "+".join([*in_order, named or last])
    if name in RESERVED:
        raise KeyClashError(
            N_("{key}: {reason}"), key=format_key(name), reason=Message(RESERVED[name])
        )
    return name
