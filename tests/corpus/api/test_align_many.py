"""``align.align_many``: results in order, failures that stop nobody, workers that die."""

import io
import os
import signal
from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest

import align
from align.aligner.encoders import load
from align.corpus.api import many
from align.corpus.api.many import CHUNK
from align.corpus.api.progress import ProgressLines, StageLines

ZH = ["大家上午好，欢迎参加今天的发布会。", "去年全省进出口总额增长6.2%。"]
EN = ["Good morning, everyone, and welcome.", "The province's trade grew by 6.2% last year."]
GOOD = (ZH, EN)
INDICES = [((0,), (0,)), ((1,), (1,))]


class Deadly(list):
    """Sentences that kill the process that receives them."""

    def __reduce__(self):
        return _kill_worker, ()


def _kill_worker():
    os.kill(os.getpid(), signal.SIGKILL)


def indices(result: align.AlignmentResult) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(bead.zh_index, bead.en_index) for bead in result]


def test_a_pair_that_fails_is_a_result_and_stops_nobody():
    pairs = [GOOD, (ZH, []), (ZH, None), GOOD, ("大家好。", EN), "zh", (ZH, ["a", ""])]
    results = [*align.align_many(pairs)]
    assert [result.pair for result in results] == [*range(7)]
    assert [result.error is None for result in results] == [True, False, False, True, *3 * [False]]
    assert indices(results[0]) == indices(results[3]) == INDICES
    errors = [str(result.error) for result in results if result.error]
    assert errors[0].startswith("pair 1: en: empty")
    assert errors[1] == "pair 2: en is None; expected a text or a list of sentences"
    assert errors[3].startswith("pair 5: a str ('zh'); expected a pair")
    assert len(results[1]) == 0
    assert "pair 1" in repr(results[1])


def test_pairs_may_be_endless_and_are_read_when_results_are_asked_for():
    results = align.align_many((ZH, EN) for _ in count())
    assert [next(results).pair for _ in range(3)] == [0, 1, 2]


def test_pairs_that_cannot_be_read_name_no_pair():
    def pairs() -> Iterator[tuple[list[str], list[str]]]:
        raise OSError("disk gone")
        yield GOOD

    with pytest.raises(align.AlignError, match=r"^the pairs cannot be read: OSError: disk gone$"):
        next(align.align_many(pairs(), encoder="use"))


@pytest.mark.parametrize("workers", [1, 2])
def test_pairs_that_end_in_an_error_give_the_results_before_it(workers: int):
    def pairs() -> Iterator[tuple[list[str], list[str]]]:
        yield from [GOOD, GOOD]
        raise OSError("disk gone")

    encoder = "use" if workers == 1 else load("use")  # threads share an object
    results = align.align_many(pairs(), workers=workers, encoder=encoder)
    assert [indices(next(results)), indices(next(results))] == [INDICES, INDICES]
    with pytest.raises(align.AlignError, match="after pair 1: OSError: disk gone"):
        next(results)


def test_many_pairs_are_aligned_as_one_by_one():
    """The last bits of probabilities may differ; docs/howto/scale.md says why."""
    long = (ZH * 10, EN * 10)
    pairs = [GOOD, (ZH[:1], EN[:1]), long, ("好。坏。", "Good. Bad."), (ZH[::-1], EN[::-1])] * 3
    for result, (zh, en) in zip(align.align_many(pairs), pairs, strict=True):
        alone = align.align(zh, en)
        assert indices(result) == indices(alone)
        chances = [bead.probability for bead in alone]
        assert [bead.probability for bead in result] == pytest.approx(chances, abs=1e-5)
        assert (result.zh, result.en, result.notes) == (alone.zh, alone.en, alone.notes)


def test_short_texts_of_a_chunk_are_encoded_in_one_call():
    class Counting:
        calls = 0

        def encode(self, texts: list[str]) -> np.ndarray:
            self.calls += 1
            return load("use").encode(texts)

    counting = Counting()
    results = [*align.align_many([GOOD] * CHUNK, encoder=counting)]
    assert [indices(result) for result in results] == [INDICES] * CHUNK
    assert counting.calls < 5  # for width and scale, and for all texts


def test_a_text_that_an_encoder_rejects_fails_its_pair_alone():
    class Picky:
        def encode(self, texts: list[str]) -> np.ndarray:
            if any("bad" in text for text in texts):
                raise ValueError("bad text")
            return load("use").encode(texts)

    pairs = [GOOD, (ZH, ["A bad one.", EN[1]]), GOOD]
    results = [*align.align_many(pairs, encoder=Picky())]
    assert [result.error is None for result in results] == [True, False, True]
    assert "bad text" in str(results[1].error)


def test_processes_give_the_same_in_the_same_order():
    pairs = [GOOD if number % 2 else (ZH[:1], EN[:1]) for number in range(2 * CHUNK + 3)]
    assert [*align.align_many(pairs, workers=2)] == [*align.align_many(pairs)]


def test_a_process_that_dies_fails_its_pair_alone():
    pairs = [GOOD, (Deadly(), EN), GOOD]
    results = [*align.align_many(pairs, workers=1 + 1)]
    assert [indices(results[0]), indices(results[2])] == [INDICES, INDICES]
    assert "pair 1: a process died" in str(results[1].error)


def test_an_encoder_that_fails_is_the_error_of_the_pair():
    class Broken:
        signature = "broken"

        def encode(self, texts):
            if len(texts) > 1:
                raise RuntimeError("no device")
            return [[1.0, 2.0]]

    (result,) = align.align_many([GOOD], encoder=Broken())
    assert str(result.error) == ("pair 0: encoder broken: encode failed: RuntimeError: no device")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"pairs": 3}, "pairs is an int"),
        ({"pairs": "zh"}, "pairs is a str"),
        ({"workers": 0}, "workers is an int"),
        ({"workers": None}, "workers is None"),
        ({"workers": "tcp://here:1", "encoder": load}, "expected the name of an encoder"),
        ({"encoder": 3}, "encoder is an int"),
    ],
)
def test_wrong_arguments_are_named_at_once(given: dict, message: str):
    with pytest.raises(TypeError, match=message):
        align.align_many(**{"pairs": [GOOD], **given})


def test_a_cluster_that_is_not_there_is_one_line():
    with pytest.raises(align.AlignError, match="no Dask scheduler"):
        [*align.align_many([GOOD], workers="tcp://127.0.0.1:9")]


def test_progress_is_a_call_for_each_pair_or_a_line_every_ten_seconds():
    seen: list[tuple[int, int | None]] = []
    assert len([*align.align_many([GOOD, GOOD], progress=lambda *at: seen.append(at))]) == 2
    assert seen == [(1, 2), (2, 2)]
    times = iter([0.0, 4.0, 12.0, 13.0])
    stream = io.StringIO()
    lines = ProgressLines(stream, lambda: next(times))
    for done in (1, 6, 8):
        lines(done, 8)
    assert stream.getvalue().splitlines() == [
        "6 of 8 pairs aligned, 0.5/s, 4 s left",
        "8 of 8 pairs aligned, 0.6/s, 0 s left",
    ]


def test_a_machine_without_processes_aligns_here():
    def refuse(_count: int):
        raise OSError("no semaphores")

    results = many._in_processes(many._Pairs([GOOD]), 2, "use", start=refuse)
    assert [indices(one) for one in results] == [INDICES]


def test_each_stage_of_a_long_text_has_lines_and_a_rate_of_its_own():
    stream, times = io.StringIO(), iter([0, 5, 11, 20, 21, 31, 41])
    lines = StageLines(stream, lambda: next(times))
    lines("encoded", 100, 400)
    lines("encoded", 220, 400)
    lines("encoded", 400, 400)
    lines("aligned", 0, 400)
    lines("aligned", 100, 400)
    assert stream.getvalue().splitlines() == [
        "220 of 400 sentences encoded, 20.0/s, 9 s left",
        "400 of 400 sentences encoded, 20.0/s, 0 s left",
        "0 of 400 sentences aligned, 0.0/s",
        "100 of 400 sentences aligned, 5.0/s, 60 s left",
    ]
