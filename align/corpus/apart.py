"""Alignment in a process of its own, for texts that people upload to the page or name there.

A text that takes too long or too much memory ends its process, and the page shows one line.
"""

from functools import cache
from typing import Self

from ..aligner.encoders import DEFAULT, Encoder, load_configured
from ..errors import N_
from ..records import Document
from ..settings import Settings
from ..sources.limits import ALIGN_SECONDS, APART_MEMORY, OTHER_ENCODERS
from ..sources.processes import ApartProcess, Ask, TooCostlyError, scale_seconds
from .pipeline import AlignedBriefing, AlignmentJob, run_alignment

LOADING = 600.0
"""Seconds that an encoder may take to load, such as a large model from a slow disk."""


class ApartAligner:
    """Aligns jobs one after another in a process that loads the encoder of the settings once.

    It is a context manager; the process ends with the block.

    :param memory: bytes that aligning a text may take besides the encoder.
    """

    def __init__(self, settings: Settings, *, memory: int = APART_MEMORY) -> None:
        self._settings = settings
        self._memory = memory
        self._process = ApartProcess()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.end()

    def __call__(self, job: AlignmentJob) -> AlignedBriefing:
        """Return the aligned briefing of a job.

        :raises TooCostlyError: if it takes more than the limits of time or memory.
        :raises AlignError: if the encoder cannot be loaded, or a document has no text.
        """
        name = job.pair.en.title or job.pair.zh.title or job.pair.address
        seconds = scale_seconds(ALIGN_SECONDS, count_bytes(job.pair.zh) + count_bytes(job.pair.en))
        if self._settings.encoder != DEFAULT:
            seconds *= OTHER_ENCODERS
        run = self._process.run
        try:
            run(load_apart, self._settings, name=name, seconds=LOADING, memory=None)
            return run(
                align_apart,
                self._settings,
                job,
                name=name,
                seconds=seconds,
                memory=self._memory,
            )
        except TooCostlyError as error:
            raise TooCostlyError(
                N_(
                    "{name}: aligning takes over {seconds:.0f} s or {memory:.0f} MB; split both "
                    "texts, such as by chapter, or use the command line"
                ),
                name=name,
                seconds=seconds,
                memory=self._memory / 1_000_000,
            ) from error


def count_bytes(document: Document) -> int:
    """Return the size of a document's text in bytes."""
    texts = (text for turn in document.turns for text in turn.paragraphs)
    return sum(len(text.encode("utf-8", "replace")) for text in texts)


@cache
def _load(settings: Settings) -> Encoder:
    return load_configured(settings)


def load_apart(_ask: Ask, settings: Settings) -> None:
    """Load the encoder, which does not count as memory of a text."""
    _load(settings)


def align_apart(_ask: Ask, settings: Settings, job: AlignmentJob) -> AlignedBriefing:
    """Return the aligned briefing of a job."""
    from threadpoolctl import (  # type: ignore[import-untyped] # has no types
        threadpool_limits,
    )

    with threadpool_limits(limits=1):  # a core stays free for the people on the page
        return run_alignment(job, _load(settings))
