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
        handler.setFormatter(_Json() if form == "json" else _Lines())
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


class _Json(logging.Formatter):
    """One JSON object a line: time, level, logger, message, fields."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class _Lines(logging.Formatter):
    """One line for a person: time, event, fields."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        shown = " ".join(f"{name}={_short(value)}" for name, value in _fields(record).items())
        return f"{at:%H:%M:%S} {record.levelname.lower():7} {record.getMessage()}  {shown}".rstrip()


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{_short(item)}" for key, item in value.items())
    return f"{value:.3f}" if isinstance(value, float) else str(value)
