"""Settings: read from the environment, refused by name, and all of them documented."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from align.errors import AlignError
from align.settings import Settings, hide_account, variable_name

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference" / "settings.md"


def test_without_an_environment_the_defaults_hold():
    assert Settings.from_environment({}) == Settings()


def test_each_user_has_a_cache_of_their_own(tmp_path, monkeypatch):
    """Files that another user made can be read at most, so that each later run failed."""
    monkeypatch.setattr(os, "getuid", lambda: 1234, raising=False)
    assert Settings(cache=str(tmp_path)).cache_folder() == tmp_path / "1234"


def test_each_kind_of_value_is_read():
    read = Settings.from_environment(
        {"ALIGN_CORPUS": "here", "ALIGN_DELAY": "0.5", "ALIGN_ALLOW_PRIVATE": "yes"}
    )
    assert (read.corpus, read.delay, read.allow_private) == ("here", 0.5, True)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("ALIGN_DELAY", "soon", "not a number"),
        ("ALIGN_DELAY", "-1", "from 0 to 3600"),
        ("ALIGN_TIMEOUT", "nan", "from 1 to 600"),
        ("ALIGN_ALLOW_PRIVATE", "maybe", "yes or no"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name, text, says):
    with pytest.raises(AlignError, match=f"{name}.*{says}"):
        Settings.from_environment({name: text})


def test_a_variable_that_is_set_to_nothing_is_as_good_as_none():
    names = {variable_name(item.name): "" for item in fields(Settings)}
    assert Settings.from_environment({**names, "ALIGN_STORE": ""}) == Settings()


@pytest.mark.parametrize("delay", [-1.0, float("nan"), float("inf")])
def test_a_number_out_of_bounds_is_refused_wherever_it_comes_from(delay):
    with pytest.raises(AlignError, match=r"delay .ALIGN_DELAY. is .*: must be from 0 to 3600"):
        Settings(delay=delay)


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_is_documented_as_it_is(item):
    lines = DOCS.read_text("utf-8").splitlines()
    (row,) = [line for line in lines if line.startswith(f"| `{variable_name(item.name)}`")]
    assert row.endswith(f"| {item.metadata['help']} |")


@pytest.mark.parametrize(
    ("corpus", "shown"),
    [
        ("corpora/main", "corpora/main"),
        ("postgresql://ann:geheim@host/db", "postgresql://host/db"),
        ("postgresql://ann@host/db?password=ge@heim", "postgresql://host/db?"),
        ("postgresql:///db?password=x&host=/run/pg", "postgresql:///db?host=/run/pg"),
    ],
)
def test_a_corpus_is_shown_without_account_and_password(corpus: str, shown: str):
    assert hide_account(corpus) == shown
