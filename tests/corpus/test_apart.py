"""What people upload is aligned in a process of its own, within limits."""

import os
from dataclasses import replace

import pytest

from align.aligner.encoders import load_configured
from align.corpus.apart import ApartAligner
from align.corpus.pipeline import AlignmentJob, run_alignment
from align.errors import AlignError, TextError
from align.records import Document, Turn
from align.settings import Settings
from align.sources.ingest.documents import DocumentPair
from align.sources.processes import ApartProcess, TooCostlyError

ZH = ("今天上午的会议开始了。港口来了三艘船。", "灯塔昨天亮了。")
EN = ("The meeting of this morning has begun. Three ships came in.", "The lighthouse shone.")


def make_job(zh=ZH, en=EN):
    documents = (
        Document(language, title, (Turn("", paragraphs),))
        for language, title, paragraphs in (("zh", "港口", zh), ("en", "Harbour", en))
    )
    return AlignmentJob("a", DocumentPair(*documents, "file:a"))


def round_probabilities(briefing):
    """Return a briefing; the last digits of a probability depend on the number of threads."""
    beads = (
        replace(bead, probability=round(bead.probability, 6)) for bead in briefing.alignment.beads
    )
    return replace(briefing, alignment=replace(briefing.alignment, beads=tuple(beads)))


def test_a_text_is_aligned_as_in_this_process_and_a_failure_ends_nothing():
    settings = Settings()
    here = run_alignment(make_job(), load_configured(settings)).briefing
    with ApartAligner(settings) as align:
        assert round_probabilities(align(make_job()).briefing) == round_probabilities(here)
        with pytest.raises(TextError, match="has no text"):
            align(make_job(zh=()))
        assert round_probabilities(align(make_job()).briefing) == round_probabilities(here)


def test_a_text_that_takes_too_much_memory_is_one_line():
    job = make_job(zh=ZH * 1_000, en=EN * 1_000)
    with (
        ApartAligner(Settings(), memory=1_000_000) as align,
        pytest.raises(TooCostlyError) as caught,
    ):
        align(job)
    assert str(caught.value) == (
        "Harbour: aligning takes over 120 s or 1 MB; split both texts, such as by chapter, or use "
        "the command line"
    )


def test_an_encoder_that_cannot_be_loaded_is_reported():
    with ApartAligner(Settings(encoder="nowhere/at-all")) as align, pytest.raises(AlignError):
        align(make_job())


def own_number(_ask):
    return os.getpid()


def fail(_ask):
    raise AlignError("no")


def test_a_process_is_used_again_until_it_fails():
    with ApartProcess() as process:
        first = process.run(own_number, name="a")
        assert process.run(own_number, name="a") == first != os.getpid()
        with pytest.raises(AlignError, match="no"):
            process.run(fail, name="a")
        assert process.run(own_number, name="a") not in (first, os.getpid())
