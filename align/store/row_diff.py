"""Difference between two states of a row, in words a reviewer understands."""

from collections.abc import Iterator

from .records import BeadRow

AROUND = 12
"""Characters shown on each side of a change."""
LONGEST = 40
"""Most characters of a text that are shown."""


def describe_changes(old: BeadRow, new: BeadRow) -> str:
    """Return what is different in a row: status, boundaries, texts, reason and note.

    >>> row = BeadRow("a", "b", 0.0, ("1",), ("2",), "湖水清了。", "The lake is clear.")
    >>> from dataclasses import replace
    >>> describe_changes(row, replace(row, status="flagged", en_edit="The lake is clean."))
    'unreviewed → flagged; English: “…lake is clear.” → “…lake is clean.”'
    """
    return "; ".join(_parts(old, new)) or "its probability"


def _parts(old: BeadRow, new: BeadRow) -> Iterator[str]:
    if old.status != new.status:
        yield f"{old.status} → {new.status}"
    sides = (
        ("Chinese", (old.zh, old.zh_final), (new.zh, new.zh_final)),
        ("English", (old.en, old.en_final), (new.en, new.en_final)),
    )
    for side, before, after in sides:
        if before != after:
            yield f"{side}: {_excerpt(before[1], after[1])} → {_excerpt(after[1], before[1])}"
    for name in ("reason", "note"):
        if getattr(old, name) != getattr(new, name):
            yield f"{name}: “{_short(getattr(new, name))}”"


def _excerpt(text: str, other: str) -> str:
    """Quote the part of a text that another one does not have, with a little around it."""
    if not text:
        return "nothing"
    start = _common_prefix(text, other)
    end = len(text) - _common_prefix(text[start:][::-1], other[start:][::-1])
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    head, tail = "…" if first > 0 else "", "…" if last < len(text) else ""
    return f"“{head}{_short(text[first:last])}{tail}”"


def _common_prefix(one: str, two: str) -> int:
    """Return how many characters two texts share at the start."""
    pairs = zip(one, two, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))


def _short(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"
