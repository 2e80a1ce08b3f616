"""Views that browsers send operations to, and how each operation is answered once.

An operation has a number (``seq``) that grows within a view, and a name (``op``) that is unique.
The browser keeps it until its number is acknowledged, and sends it again until then.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from ...corpus.store import ConnectionLostError
from ...errors import AlignError
from .language import translate_message

VIEWS: WeakValueDictionary[str, "OpenView"] = WeakValueDictionary()
"""The open views by their keys, which are random tokens and cannot be guessed."""

OPENING: set[str] = set()
"""The keys of views that are being opened; requests that name one of them wait."""

Operation = Mapping[str, Any]

LAST_SEQ = 2**53 - 1
"""The largest whole number of JavaScript; a larger one would acknowledge all later operations."""


def make_key() -> str:
    """Return the key of a new view."""
    return secrets.token_urlsafe(16)


@dataclass(kw_only=True)
class OpenView:
    """A part of the page from which one reviewer sends operations; requests name it by its key.

    ``acknowledged`` is the number of the last answered operation. ``messages`` maps numbers of
    operations to texts; ``refused`` contains the numbers of rejected operations.
    """

    key: str = field(default_factory=make_key)
    lock: threading.Lock = field(default_factory=threading.Lock)
    language: str = "en"
    acknowledged: int = 0
    messages: dict[int, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        VIEWS[self.key] = self

    @property
    def reviewer(self) -> str:
        """The name that decisions of this view carry."""
        raise NotImplementedError


@contextmanager
def opening(key: str) -> Iterator[None]:
    """Let requests that name a key wait until the block has made the view with this key."""
    OPENING.add(key)
    try:
        yield
    finally:
        OPENING.remove(key)


def read_operations(sent: object) -> list[Operation]:
    """Return the numbered operations in a list, dropping malformed entries."""
    listed = sent if isinstance(sent, list) else []
    maps = [op for op in listed if isinstance(op, Mapping)]
    return [op for op in maps if type(op.get("seq")) is int and 0 < op["seq"] <= LAST_SEQ]


def take_operations(
    view: OpenView, operations: Sequence[Operation], carry_out: Callable[[Operation], str]
) -> None:
    """Carry out the operations that are not acknowledged yet, in order.

    Messages are kept until the browser sends other operations, because a response may be lost.

    :param carry_out: carries out one operation and returns a message about it, or an empty string.
    :raises ConnectionLostError: if the corpus cannot be reached. The browser sends unacknowledged
        operations again; their names prevent duplicates.
    """
    numbers = {op["seq"] for op in operations}
    view.messages = {seq: words for seq, words in view.messages.items() if seq in numbers}
    view.refused &= numbers
    for op in operations:
        seq = op["seq"]
        if seq <= view.acknowledged:
            continue
        try:
            view.messages[seq] = carry_out(op)
        except ConnectionLostError:
            raise
        except AlignError as error:
            view.messages[seq] = translate_message(error.message)
            view.refused.add(seq)
        view.acknowledged = seq
