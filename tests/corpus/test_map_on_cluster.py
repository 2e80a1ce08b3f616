"""Reading pages on a cluster: in order, a few at a time, and a lost worker is one plain error."""

from concurrent.futures import Future

import pytest

from align.corpus.distributed import IN_FLIGHT, Cluster, map_on_cluster
from align.errors import AlignError


class Client:
    """A client whose cluster computes at once, and fails for 13."""

    def __init__(self) -> None:
        self.open = 0
        self.most = 0

    def submit(self, function, item, *, pure: bool):
        self.open += 1
        self.most = max(self.most, self.open)
        return Answer(self, function, item)


class Answer(Future):
    def __init__(self, client: Client, function, item: int) -> None:
        super().__init__()
        self._client, self._function, self._item = client, function, item

    def result(self, timeout: float | None = None):
        self._client.open -= 1
        if self._item == 13:
            raise KeyError("lost")
        return self._function(self._item)


def test_results_come_in_order_and_few_items_are_out_at_a_time():
    client = Client()
    found = list(map_on_cluster(Cluster(client, 2), lambda item: item * 2, range(13)))
    assert found == [(item, 2 * item) for item in range(13)]
    assert client.most == 2 * IN_FLIGHT


def test_items_whose_result_is_known_are_not_sent():
    client = Client()
    known = {3: "three", 4: "four", 13: "thirteen"}
    found = list(map_on_cluster(Cluster(client, 2), str, range(15), known.get))
    assert found == [(item, known.get(item, str(item))) for item in range(15)]


def test_a_worker_that_is_lost_is_one_plain_error():
    with pytest.raises(AlignError, match=r"--cluster tcp://there:1: unexpected KeyError"):
        list(map_on_cluster(Cluster(Client(), 1, "tcp://there:1"), abs, range(20)))
