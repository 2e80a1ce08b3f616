"""Log records of the tool's own work, with run and briefing ids, never with corpus text.

Quiet by default: nothing is shown unless ``align --verbose`` (lines for people) or
``align --log-json`` (one JSON object a line) asks for it. Both write to stderr.
"""

import contextvars
import datetime as dt
import json
import logging
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

Form = Literal["quiet", "lines", "json"]

FIELDS = ("run", "briefing", "stage", "seconds", "beads", "state", "source", "done", "failed")
"""What a record may carry beside its message: names, numbers and addresses."""

_RUN: contextvars.ContextVar[str] = contextvars.ContextVar("run", default="")


@contextmanager
def show_records(form: Form, stream: TextIO | None = None) -> Iterator[None]:
    """Show the package's records while the block runs, and nothing of other libraries.

    Every record carries the id of this run: its time and six letters.

    :param stream: where they go; stderr when left out.
    """
    _RUN.set(f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}")
    logger = logging.getLogger("align")
    handler: logging.Handler = logging.NullHandler()
    if form != "quiet":
        handler = logging.StreamHandler(stream or sys.stderr)
        handler.setFormatter(_Formatter(as_json=form == "json"))
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    if form != "quiet":
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what a record carries, in the order of ``FIELDS``."""
    given = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    return {"run": _RUN.get(), **given} if _RUN.get() else given


class _Formatter(logging.Formatter):
    """One line a record: a JSON object, or time, event and fields for a person."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        level, event, fields = record.levelname.lower(), record.getMessage(), _fields(record)
        if not self._as_json:
            shown = " ".join(f"{name}={_short(value)}" for name, value in fields.items())
            return f"{at:%H:%M:%S} {level:7} {event}  {shown}".rstrip()
        head = {"at": at.isoformat(timespec="milliseconds"), "level": level}
        line = {**head, "logger": record.name, "event": event, **fields}
        return json.dumps(line, ensure_ascii=False, default=str)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{_short(item)}" for key, item in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
