"""Many briefings on Dask: the same beads as one by one, also when a worker is killed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from align.aligner import encoders
from align.aligner.evaluate import read_gold
from align.corpus.distributed import IN_FLIGHT, Cluster, ClusterOptions, _Tasks, add_many, connect
from align.corpus.pipeline import add
from align.corpus.store import Store
from align.corpus.store.check import find_problems
from align.errors import AlignError
from align.sources.ingest.inputs import Job, JobFinder
from benchmarks.dask_processes import SECONDS, cluster

pytestmark = pytest.mark.faults

COUNT = 6
JOB = Job(("b0.zh.txt", "b0.en.txt"), 10**6)


def no_network(address: str):
    raise AssertionError(address)


def say(_text: str) -> None:
    pass


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small pairs of texts, each with other sentences."""
    folder = tmp_path_factory.mktemp("texts")
    gold = read_gold(Path(__file__).parents[2] / "corpora" / "demo" / "gold2.json")
    beads = [(zh, en) for zh, en in gold.beads if zh and en]
    for number in range(COUNT):
        chosen = beads[number * 4 : number * 4 + 4]
        zh = "".join("".join(gold.zh[i] for i in zh) + "\n" for zh, _ in chosen)
        en = "".join(" ".join(gold.en[i] for i in en) + "\n" for _, en in chosen)
        (folder / f"b{number}.zh.txt").write_text(zh, encoding="utf-8")
        (folder / f"b{number}.en.txt").write_text(en, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def crew():
    """Two worker processes, started once."""
    with connect("local:2") as workers:
        yield workers


def jobs(texts: Path):
    return JobFinder(no_network).find([str(texts)])


def beads(store: Store):
    """Everything that the aligner said, by the address of the briefing."""
    return {
        summary.address: [
            (row.zh, row.en, row.zh_text, row.en_text, round(row.probability or 0, 4))
            for row in store.rows(summary.id)
        ]
        for summary in store.briefings()
    }


@pytest.fixture(scope="module")
def expected(texts: Path, tmp_path_factory: pytest.TempPathFactory):
    """What comes out one by one, in this process."""
    with Store.open(tmp_path_factory.mktemp("one") / "corpus", create=True) as store:
        model = encoders.load()
        for job in jobs(texts):
            add(store, job.read(no_network, say), model)
        return beads(store)


@pytest.mark.faults
def test_many_give_the_same_beads_as_one_by_one(
    crew: Cluster, texts: Path, expected, tmp_path: Path
):
    with Store.open(tmp_path / "corpus", create=True) as store:
        read = lambda job: job.read(no_network, say)  # noqa: E731 # one line says it
        outcomes = [*add_many(jobs(texts), read, store, crew, ClusterOptions())]
        assert {job for job, _ in outcomes} == set(jobs(texts))
        assert beads(store) == expected
        again = [*add_many(jobs(texts), read, store, crew, ClusterOptions())]
        assert [added.state for _, added in again] == ["unchanged"] * COUNT


def test_a_killed_worker_costs_nothing_but_time(
    crew: Cluster, texts: Path, expected, tmp_path: Path
):
    processes = crew.client.run(os.getpid)
    assert len(set(processes.values())) == 2
    with Store.open(tmp_path / "corpus", create=True) as store:
        outcomes = add_many(
            jobs(texts), lambda job: job.read(no_network, say), store, crew, ClusterOptions()
        )
        next(outcomes)
        os.kill(next(iter(processes.values())), signal.SIGKILL)
        rest = [*outcomes]
        assert [added.state for _, added in rest] == ["added"] * (COUNT - 1)
        assert beads(store) == expected
        assert find_problems(store) == ()


@pytest.mark.faults
def test_one_that_fails_is_told_and_does_not_stop_the_others(
    crew: Cluster, texts: Path, expected, tmp_path: Path
):
    def read(job):
        if "b2" in job.name:
            raise AlignError("this page is gone")
        return job.read(no_network, say)

    with Store.open(tmp_path / "corpus", create=True) as store:
        outcomes = [*add_many(jobs(texts), read, store, crew, ClusterOptions())]
        assert len(store.briefings()) == COUNT - 1
    (failed,) = [(job, error) for job, error in outcomes if isinstance(error, AlignError)]
    assert (str(failed[1]), "b2" in failed[0].name) == ("this page is gone", True)


def test_what_fails_in_a_worker_is_told_in_one_line(crew: Cluster, texts: Path, tmp_path: Path):
    def read(job):
        pair = job.read(no_network, say)
        return replace(pair, zh=replace(pair.zh, turns=()))

    with Store.open(tmp_path / "corpus", create=True) as store:
        ((_, error),) = add_many(jobs(texts)[:1], read, store, crew, ClusterOptions())
    assert isinstance(error, AlignError)
    assert "the Chinese document has no text" in str(error)


@pytest.mark.faults
def test_no_more_are_read_than_workers_can_take_and_doubles_are_stored_once(
    crew: Cluster, texts: Path, expected, tmp_path: Path
):
    waiting: list[int] = [0]

    def read(job):
        waiting.append(waiting[-1] + 1)
        return job.read(no_network, say)

    many = [job for job in jobs(texts) for _ in range(3)]
    with Store.open(tmp_path / "corpus", create=True) as store:
        for _, added in add_many(many, read, store, crew, ClusterOptions()):
            assert not isinstance(added, AlignError)
            waiting.append(waiting[-1] - 1)
        assert beads(store) == expected
    assert max(waiting) <= IN_FLIGHT * crew.threads
    assert len(waiting) == 1 + 2 * len(many)


# -- a scheduler and workers that are processes of their own --------------------------------------


def test_a_worker_of_a_real_cluster_that_is_killed_costs_nothing_but_time(
    texts: Path, expected, tmp_path: Path
):
    with (
        cluster(tmp_path / "dask") as remote,
        Store.open(tmp_path / "corpus", create=True) as store,
        connect(remote.address, wait=SECONDS) as crew,
    ):
        crew.client.wait_for_workers(2, timeout=SECONDS)
        both = replace(crew, threads=2)
        outcomes = add_many(
            jobs(texts), lambda job: job.read(no_network, say), store, both, ClusterOptions()
        )
        next(outcomes)
        remote.workers[0].kill()
        assert [added.state for _, added in outcomes] == ["added"] * (COUNT - 1)
        assert remote.workers[0].wait(20) == -signal.SIGKILL
        assert beads(store) == expected
        assert find_problems(store) == ()


def test_a_command_that_is_killed_on_a_cluster_is_completed_by_the_next(
    texts: Path, expected, tmp_path: Path
):
    with cluster(tmp_path / "dask") as remote:
        words = (sys.executable, "-m", "align", "add", texts, "--corpus", tmp_path / "corpus")
        command = (*words, "--cluster", remote.address)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            confirmed = client.stdout.readline().split()[0]
            client.kill()
        with Store.open(tmp_path / "corpus") as store:
            assert confirmed in {summary.id for summary in store.briefings()}
            assert find_problems(store) == ()
        remote.workers[0].kill()  # the next run has one worker and a scheduler that lost a client
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{confirmed}  unchanged" in done.stdout
    with Store.open(tmp_path / "corpus") as store:
        assert beads(store) == expected
        assert find_problems(store) == ()


@pytest.mark.faults
def test_a_scheduler_that_dies_in_the_middle_is_told_and_a_second_run_goes_on(
    texts: Path, expected, tmp_path: Path
):
    with Store.open(tmp_path / "corpus", create=True) as store:
        with (
            cluster(tmp_path / "dask", workers=1) as remote,
            connect(remote.address, wait=SECONDS) as crew,
        ):
            outcomes = add_many(
                jobs(texts), lambda job: job.read(no_network, say), store, crew, ClusterOptions()
            )
            stored = [next(outcomes)]
            remote.scheduler.kill()
            with pytest.raises(
                AlignError,
                match=r"the connection to the Dask scheduler was lost, \d briefings are unfinished",
            ):
                stored += outcomes
            assert len(store.briefings()) == len(stored) < COUNT
        model = encoders.load()
        for job in jobs(texts):
            add(store, job.read(no_network, say), model)
        assert beads(store) == expected
        assert find_problems(store) == ()


def test_when_the_last_worker_dies_the_run_ends_after_a_while(texts: Path, tmp_path: Path):
    with (
        cluster(tmp_path / "dask", workers=1) as remote,
        Store.open(tmp_path / "corpus", create=True) as store,
        connect(remote.address, wait=SECONDS) as crew,
    ):
        outcomes = add_many(
            jobs(texts),
            lambda job: job.read(no_network, say),
            store,
            replace(crew, wait=0.1),
            ClusterOptions(),
        )
        next(outcomes)
        remote.workers[0].kill()
        with pytest.raises(AlignError, match=r"all workers are lost, .* rerun to resume"):
            list(outcomes)


class Departed:
    """A future whose worker died after it had finished, before its result was fetched."""

    status = "finished"

    def __init__(self, *after: BaseException):
        self.after = list(after)

    def done(self):
        return True

    def cancelled(self):
        return False

    def result(self, timeout):
        raise self.after.pop(0)


def test_a_result_that_dies_with_its_worker_is_waited_for_again(tmp_path: Path):
    future = Departed(TimeoutError(), ValueError("twice is enough"))
    with Store.open(tmp_path / "corpus", create=True) as store:
        tasks = _Tasks(store, Cluster(None, 1), ClusterOptions(), {future: (JOB, None)})
        assert [*tasks.collect(wait=False)] == []
        assert [*tasks.running] == [future]
        ((job, error),) = tasks.collect(wait=False)
    assert (job, str(error)) == (JOB, "unexpected ValueError: twice is enough")
    assert not tasks.running


@pytest.mark.parametrize("told", [CancelledError(), ConnectionResetError()])
def test_a_scheduler_that_goes_while_a_result_is_fetched_is_told(told, tmp_path: Path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        tasks = _Tasks(store, Cluster(None, 1), ClusterOptions(), {Departed(told): (JOB, None)})
        with pytest.raises(
            AlignError,
            match="the connection to the Dask scheduler was lost, 1 briefings are unfinished",
        ):
            list(tasks.collect(wait=False))


@pytest.mark.parametrize(
    ("preload", "says"),
    [
        (
            "import align.corpus.distributed as c; c.__version__ = '0.0.1'",
            "has briefing-align 0.0.1, but this machine has",
        ),
        ("import sys; sys.modules['align'] = None", "has no briefing-align, but this machine has"),
    ],
)
@pytest.mark.faults
def test_a_worker_with_another_version_or_none_is_named(preload: str, says: str, tmp_path: Path):
    with cluster(tmp_path / "dask", workers=0) as remote:
        remote.worker("--preload", preload, "--name", "old")
        with (
            pytest.raises(AlignError, match=f"worker tcp://.*{says}.*install the same"),
            connect(remote.address, wait=SECONDS),
        ):
            pass


def test_a_scheduler_without_workers_is_told(tmp_path: Path):
    with (
        cluster(tmp_path / "dask", workers=0) as remote,
        pytest.raises(
            AlignError, match=f"no workers; start some with 'dask worker {remote.address}"
        ),
        connect(remote.address, wait=1.0),
    ):
        pass


@pytest.mark.parametrize("where", ["local:0", "local:", "http://host:8786", "tcp://host"])
def test_a_wrong_address_of_a_cluster_is_told(where: str):
    with pytest.raises(AlignError, match=r"use local:N, or the tcp://host:port"), connect(where):
        pass


@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_what_is_no_scheduler_is_told(answer: bytes | None):
    """A server that says nothing, one that hangs up, one that speaks another protocol."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with suppress(OSError), server.accept()[0] as caller:
                caller.sendall(answer or b"")

        if answer is not None:
            threading.Thread(target=serve, daemon=True).start()
        where = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(AlignError, match="no Dask scheduler"), connect(where, answer=0.5):
            pass


def test_a_scheduler_is_asked_where_an_event_loop_runs():
    """As in a notebook."""

    async def ask():
        with connect("tcp://127.0.0.1:1", answer=0.2):
            pass

    # In a thread of its own: that of the tests may have Playwright's loop already.
    with ThreadPoolExecutor(1) as threads, pytest.raises(AlignError, match="no Dask scheduler"):
        threads.submit(lambda: asyncio.run(ask())).result()


def test_a_closed_port_is_told():
    where = "tcp://127.0.0.1:1"
    with pytest.raises(AlignError, match="no Dask scheduler"), connect(where, answer=0.2):
        pass


def test_a_worker_is_no_scheduler(crew: Cluster):
    where = next(iter(crew.client.nthreads()))
    with pytest.raises(AlignError, match="no Dask scheduler"), connect(where):
        pass


@pytest.mark.parametrize("kind", ["RecursionError", "Odd"])
def test_what_cannot_be_sent_back_is_told_and_the_run_goes_on(
    kind: str, texts: Path, expected, tmp_path: Path
):
    preload = (
        "import align.corpus.distributed as c, threading\n"
        "class Odd(Exception):\n"
        "    def __init__(self, *said): self.lock = threading.Lock()\n"
        "def load(name, load=c._load, seen=[]):\n"
        "    seen.append(name)\n"
        f"    if len(seen) == 1: raise {kind}('too deep')\n"
        "    return load(name)\n"
        "if c._load.__name__ == '_load': c._load = load"  # Dask runs it twice
    )
    with (
        cluster(tmp_path / "dask", workers=0) as remote,
        Store.open(tmp_path / "corpus", create=True) as store,
    ):
        remote.worker("--preload", preload)
        with connect(remote.address, wait=SECONDS) as crew:
            read = lambda job: job.read(no_network, say)  # noqa: E731 # one line says it
            outcomes = [*add_many(jobs(texts), read, store, crew, ClusterOptions())]
    errors = [str(error) for _, error in outcomes if isinstance(error, AlignError)]
    assert errors == [f"unexpected {kind}: too deep"]
    assert len(outcomes) == COUNT


def test_a_briefing_that_takes_too_long_is_given_up(crew: Cluster, texts: Path, tmp_path: Path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        read = lambda job: job.read(no_network, say)  # noqa: E731 # one line says it
        options = ClusterOptions(limit=0.0)
        ((_, error),) = add_many(jobs(texts)[:1], read, store, crew, options)
    assert str(error) == "stopped after 0 seconds; try again without --cluster"


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AlignError, match=r"briefing-align\[cluster\]"), connect("local:1"):
        pass
