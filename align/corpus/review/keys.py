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
    Command("zh", "Switch to Chinese", ("ArrowLeft", "h"), "Go"),
    Command("en", "Switch to English", ("ArrowRight", "l"), "Go"),
    Command("extend-down", "Extend selection down", ("Shift+ArrowDown", "Shift+J"), "Go"),
    Command("extend-up", "Extend selection up", ("Shift+ArrowUp", "Shift+K"), "Go"),
    Command("first", "First row", ("Home",), "Go"),
    Command("last", "Last row", ("End",), "Go"),
    Command("next-open", "Next unreviewed row", ("n",), "Go"),
    Command("next-odd", "Next row that is not 1:1", ("o",), "Go"),
    Command("next-flagged", "Next flagged row", ("Shift+F",), "Go"),
    Command("next-worst", "Least certain row", ("w",), "Go"),
    Command("next-doubt", "Next uncertain row", ("Shift+N",), "Go"),
    Command("previous-doubt", "Previous uncertain row", ("Shift+P",), "Go"),
    Command("page-down", "One screen down", ("PageDown",), "Go"),
    Command("page-up", "One screen up", ("PageUp",), "Go"),
    Command("row", "Go to row …", ("Shift+G",), "Go"),
    Command("row-in-view", "Go to a row in view", ("v",), "Go"),
    Command("search", "Search in the briefing", ("/",), "Go"),
    Command("queue", "Toggle worst first", ("Shift+W",), "Go"),
    Command("next-briefing", "Next briefing with unreviewed rows", ("Shift+B",), "Go"),
    Command("accept", "Accept and continue", ("a", "Control+Enter"), "Review"),
    Command("accept-many", "Accept many rows …", ("Shift+Enter",), "Review"),
    Command("mending", "Toggle: accept rows when edited", (), "Review"),
    Command("realigning", "Toggle: realign rows after decisions", (), "Review"),
    Command("reject", "Reject and continue", ("x",), "Review"),
    Command("flag", "Flag with a reason", ("f",), "Review"),
    Command("annotate", "Write a note on the row", ("q",), "Review"),
    Command("reply", "Reply to the note", ("Shift+Q",), "Review"),
    Command("close-note", "Resolve note", ("Shift+D",), "Review"),
    Command("reopen", "Reopen", ("Shift+A",), "Review"),
    Command("alone", "Mark as untranslated", ("0",), "Review"),
    Command("merge-down", "Merge with the row below", ("m",), "Rows"),
    Command("merge-up", "Merge with the row above", ("Shift+M", "Control+Backspace"), "Rows"),
    Command("split", "Split the row in two", ("s",), "Rows"),
    Command("split-choose", "Split: choose sentences", ("Shift+S",), "Rows"),
    Command("split-inside", "Split inside the sentences", ("c",), "Rows"),
    Command("shift-up", "Move first sentence up", ("Control+ArrowUp", "["), "Rows"),
    Command("shift-down", "Move last sentence down", ("Control+ArrowDown", "]"), "Rows"),
    Command("text-down", "Move text down", ("Alt+ArrowDown",), "Rows"),
    Command("text-up", "Move text up", ("Alt+ArrowUp",), "Rows"),
    Command("send", "Move text to row …", ("g",), "Rows"),
    Command("link", "Cross-link two rows", ("Shift+L",), "Rows"),
    Command("unlink", "Remove cross-link", ("Shift+U",), "Rows"),
    Command("resolve", "Realign between confirmed rows", ("Shift+R",), "Rows"),
    Command("put-back", "Put realigned rows back", ("r",), "Rows"),
    *(Command(f"take-{n}", f"Use alternative {n}", (f"{n}",), "Rows") for n in (1, 2, 3)),
    Command("edit", "Edit text", ("e", "F2", "Enter"), "Sentences"),
    Command("sentence-next", "Next sentence in the cell", ("Tab",), "Sentences"),
    Command("join", "Join with next sentence", ("+",), "Sentences"),
    Command("words", "Words and terms …", ("i",), "Sentences"),
    Command("undo", "Undo", ("u", "Control+z"), "History"),
    Command("redo", "Redo", ("Shift+Z", "Control+y"), "History"),
    Command("details", "Row details and history", ("d",), "Show"),
    Command("errors", "Expected and found errors", ("Shift+E",), "Show"),
    Command("pinyin", "Pinyin", ("p",), "Show"),
    Command("original", "Show original text", ("b",), "Show"),
    Command("mode", "Toggle reading view", ("t",), "Show"),
    Command("menu", "Actions for this row", (".",), "Show"),
    Command("keys", "Keyboard shortcuts", ("?",), "Show"),
    Command("palette", "Find a command", ("Control+k",), "Show"),
    Command("hints", "Toggle: keys on buttons", (), "Show"),
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
    **{f"Control+{key}": "reserved by the browser" for key in ("n", "t", "w", "Tab")},
    **{f"Control+Shift+{key}": "reserved by the browser" for key in "ntw"},
    "Escape": "reserved for closing dialogs",
    "F11": "reserved by the browser",
    "Alt+F4": "reserved by the system",
    "Alt+Tab": "reserved by the system",
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
        raise KeyClashError(N_("{names}: unknown command"), names=sorted(unknown))
    keys = {**defaults, **choices}
    labels: dict[str, list[str]] = {}  # of the commands that want a key
    for command in COMMANDS:
        for key in dict.fromkeys(keys[command.name]):
            labels.setdefault(key, []).append(command.label)
    clashes = [
        Message(
            N_("{key} is assigned to more than one command: {commands}"),
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
            N_("{word}: not a key name; use names such as a, Shift+J, Ctrl+Enter, Up, F2, Space"),
            word=word,
        )
    in_order = (name for name in ("Control", "Alt", "Shift") if name in modifiers)
    name = "+".join([*in_order, named or last])
    if name in RESERVED:
        raise KeyClashError(
            N_("{key}: {reason}"), key=format_key(name), reason=Message(RESERVED[name])
        )
    return name
