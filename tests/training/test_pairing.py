"""Fitting the weights of pairing: labels, the calibration error, and weights that fit."""

import numpy as np
import pytest

from align.sources.ingest.crawl.candidates import Candidate, CrawlPages
from align.sources.ingest.crawl.evidence import KINDS
from align.sources.ingest.crawl.index import PageId
from training.pairing import FOLDS, LabelledCrawl, Sample, calibration_error, fit

NOTHING = np.zeros(0, np.uint32)


def page(url: str) -> Candidate:
    return Candidate(
        PageId(0, 1), url, "", url, url, "zh", "", None, (), (), (), 0, 0, 0, 0, (),
        NOTHING, 0.0, NOTHING, "", "",
    )  # fmt: skip


PARTNER = {"http://a/zh": "http://a/en", "http://a/en": "http://a/zh", "http://b/zh": None}


@pytest.mark.parametrize(
    ("zh", "en", "label"),
    [
        ("http://a/zh", "http://a/en", 1),
        ("http://b/zh", "http://a/en", 0),
        ("http://a/zh", "http://unknown/en", 0),
        ("http://b/zh", "http://unknown/en", -1),  # the truth may not know its counterpart
        ("http://unknown/zh", "http://unknown/en", -1),
    ],
)
def test_a_pair_has_a_label_only_where_the_truth_tells(zh: str, en: str, label: int):
    crawl = LabelledCrawl(None, CrawlPages(), PARTNER)  # type: ignore[arg-type] # reads no page
    assert crawl.label(page(zh), page(en)) == label


def test_the_calibration_error_is_the_mean_distance_of_probability_and_share():
    assert calibration_error([0.75] * 4, [1, 1, 1, 0]) == pytest.approx(0)
    assert calibration_error([0.95] * 2, [1, 0]) == pytest.approx(0.45)


def test_weights_follow_the_evidence_and_are_never_negative():
    draw = np.random.default_rng(1)
    labels = draw.integers(0, 2, 400)
    values = draw.normal(0, 0.1, (400, len(KINDS)))
    values[:, 0] += labels
    values[:, 1] -= labels
    sample = Sample(values, labels, np.arange(400) % FOLDS, np.ones(400))
    weights, _ = fit(sample, np.ones(400, bool))
    assert weights[0] > 4
    assert weights[1] == 0
