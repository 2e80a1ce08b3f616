"""The aligner behind the page: how often the sentences of a briefing are prepared."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from review_cases import EN, ZH, cut

from align.apps.page.background_aligner import BackgroundAligner


class Alike:
    """Encodes all texts alike."""

    signature, width = "alike@1", 2

    def encode(self, texts):
        return np.full((len(texts), 2), 0.5**0.5, np.float32)

    def encode_spans(self, sentences, longest, language):
        return np.full((longest, len(sentences), 2), 0.5**0.5, np.float32)


def test_two_who_cut_a_briefing_differently_do_not_begin_the_work_anew_for_each_other():
    go, begun = threading.Event(), []

    def load():
        begun.append(threading.current_thread())
        go.wait()
        return Alike()

    aligner = BackgroundAligner(load)
    en = cut("en", EN)
    ann, bob = cut("zh", ZH), cut("zh", (*ZH[:-1], (ZH[-1][0], "".join(ZH[-1][1:]))))
    before = {*threading.enumerate()}
    assert [aligner(zh, en) for zh in (ann, bob, ann, bob)] == [None] * 4
    started = {*threading.enumerate()} - before
    go.set()
    for thread in started:
        thread.join()
    assert len(started) == 2
    assert {*begun} == started
    assert aligner(ann, en) is not aligner(bob, en)
    assert None not in (aligner(ann, en), aligner(bob, en))


def test_a_server_that_is_stopped_meanwhile_prints_no_error_of_the_thread():
    ended, begun = ThreadPoolExecutor(), []
    ended.shutdown()

    def load():
        begun.append(threading.current_thread())
        ended.submit(Alike)

    before = {*threading.enumerate()}
    aligner, sides = BackgroundAligner(load), (cut("zh", ZH), cut("en", EN))
    assert aligner(*sides) is None
    for thread in {*threading.enumerate()} - before:
        thread.join()
    assert begun
    assert aligner(*sides) is None
