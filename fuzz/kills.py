"""Kill commands at random moments: ``python -m fuzz.kills --kills 200 --seed 1``.

Each command runs in a process of its own, on a copy of a corpus with decisions, and gets SIGKILL at
a random moment of the time that it took undisturbed. Modules are imported before, so that a kill
meets the work. What must hold afterwards:

* the corpus is sound for ``align doctor``, or has only left-overs, which the next run deletes;
* each briefing is as it was before or as the command makes it, with every decision; links between
  words, which a file may bring, come one by one;
* a file has its old content or its new one;
* the same command again succeeds, and leaves what it leaves undisturbed, and nothing else.

``--server URL`` does the same in databases of their own on a PostgreSQL server
(``scripts/postgres start``). Prints a table; the exit code is 1 where anything was lost. Touches
nothing but a folder of its own and these databases.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from align.apps.cli import main as run_align
from align.errors import AbsentError
from fuzz.kill_corpora import (
    Content,
    Databases,
    Folder,
    Place,
    age,
    digest_files,
    make_corpora,
    read_content,
)

LATE = 1.05
"""Share of the undisturbed time up to which kills come; the last ones come after the end."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A command to kill.

    ``words`` makes its arguments of a place, ``corpus`` names the corpus that it works on, and
    ``made`` what it makes anew: nothing, ``corpus`` or ``files``. ``done`` is what it says, instead
    of succeeding, where the killed run had finished. With ``by_row``, it may be killed between two
    rows of a briefing. ``schema`` is the revision that the corpus has before, empty for the present
    one.
    """

    name: str
    words: Callable[[Place], Sequence[object]]
    corpus: str = "reviewed"
    made: str = ""
    done: str = ""
    by_row: bool = False
    schema: str = ""


def _attacks() -> tuple[Attack, ...]:
    def corpus(place: Place) -> tuple[object, ...]:
        return "--corpus", place.corpus

    def export(name: str, *more: str) -> Attack:
        def words(place: Place) -> tuple[object, ...]:
            return "export", *more, "-o", place.out / name, *corpus(place)

        return Attack(f"export {name}", words, made="files")

    return (
        Attack("add", lambda at: ("add", at.texts / "new", *corpus(at))),
        Attack("add --realign", lambda at: ("add", "--realign", at.texts / "old", *corpus(at))),
        Attack("import TMX", lambda at: ("import", at.texts / "new.tmx", *corpus(at))),
        Attack("import JSON Lines", lambda at: ("import", at.texts / "new.jsonl", *corpus(at))),
        Attack(
            "import apart",
            lambda at: ("import", at.texts / "own.apart.jsonl", *corpus(at)),
            "plain",
        ),
        Attack(
            "import --update",
            lambda at: ("import", "--update", at.texts / "edited.tsv", *corpus(at)),
            by_row=True,
        ),
        Attack(
            "import, first count", lambda at: ("import", at.texts / "new.tmx", *corpus(at)), "many"
        ),
        export("all.tmx", "--format", "tmx"),
        export("tei", "--format", "tei"),
        export("dataset", "--format", "parquet", "--split"),
        export("table.tsv", "--format", "tsv"),
        export("corpus.apart.jsonl", "--format", "apart"),
        Attack("copy", lambda at: ("copy", at.corpus, at.made), made="corpus", done="already"),
        Attack(
            "backup", lambda at: ("backup", at.made, *corpus(at)), made="corpus", done="already"
        ),
        Attack(
            "restore",
            lambda at: ("restore", at.backup, "--corpus", at.made),
            made="corpus",
            done="already",
        ),
        Attack("terms, first count", lambda at: ("terms", *corpus(at)), "many"),
        Attack("terms --add", lambda at: ("terms", "--add", at.texts / "terms.tsv", *corpus(at))),
        Attack("search, first index", lambda at: ("search", "工程", *corpus(at)), "many"),
        Attack("describe", lambda at: ("describe", at.first, "--licence", "CC0-1.0", *corpus(at))),
        Attack(
            "remove", lambda at: ("remove", at.first, "--yes", *corpus(at)), done="unknown briefing"
        ),
        *(
            Attack(f"open schema {schema}", lambda at: ("show", *corpus(at)), schema=schema)
            for schema in ("0006", "0009", "0010")
        ),
    )


NEEDS_FOLDER = ("backup", "restore")
"""Commands that are for folders only."""


# -- one command -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended: its exit code, negative for a signal, what it said, its seconds."""

    code: int
    says: str
    seconds: float


def run(words: Iterable[object], log: Path, kill_after: float | None = None) -> Run:
    """Run ``align`` with these arguments in a process of its own, and perhaps kill it."""
    log.write_text("", encoding="utf-8")
    began = time.monotonic()
    child = os.fork()
    if not child:
        _be_command([*map(str, words)], log)
    if kill_after is not None:
        _wait_for_end(child, began + kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    says = log.read_text(encoding="utf-8", errors="replace")
    return Run(os.waitstatus_to_exitcode(status), says, time.monotonic() - began)


def _be_command(words: list[str], log: Path) -> None:
    """Become the command, in a forked process."""
    code = 1
    try:
        with log.open("a", encoding="utf-8") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        sys.argv = ["align", *words]
        run_align()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait_for_end(child: int, until: float) -> None:
    """Wait until a time, or until a child has ended; it is left to be collected."""
    while time.monotonic() < until:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG):
            return
        time.sleep(0.0005)


# -- what must hold --------------------------------------------------------------------------------


@dataclass
class Tally:
    """What became of the kills of one command."""

    kills: int = 0
    too_late: int = 0
    states: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A command that nobody killed: its seconds, and what there was before it and after."""

    seconds: float
    before: Content
    after: Content
    old_files: Mapping[str, str]
    new_files: Mapping[str, str]


def rehearse(attack: Attack, places: Folder | Databases, log: Path) -> Undisturbed:
    """Run a command undisturbed."""
    with places.place(attack.corpus) as place:
        before = read_content(place.corpus)
        old = _old_export(attack, place, log)
        _make_old(attack, place)
        done = run(attack.words(place), log)
        if done.code:
            raise SystemExit(f"fuzz/kills.py: {attack.name}: fails undisturbed: {done.says}")
        made = place.made if attack.made == "corpus" else place.corpus
        return Undisturbed(done.seconds, before, read_content(made), old, digest_files(place.out))


def _rehearse_twice(attack: Attack, places: Folder | Databases, log: Path) -> Undisturbed:
    """Rehearse again, and keep the quicker one: on a busy machine one of them may have waited."""
    found = [rehearse(attack, places, log) for _ in range(2)]
    return min(found, key=lambda one: one.seconds)


def attack_once(
    attack: Attack, known: Undisturbed, places: Folder | Databases, moment: float, tally: Tally
) -> None:
    """Kill a command once, look at what is left, run it again, and note what is wrong."""
    log = places.folder / "log.txt"
    with places.place(attack.corpus) as place:
        _old_export(attack, place, log)
        _make_old(attack, place)
        killed = run(attack.words(place), log, moment)
        tally.kills += 1
        tally.too_late += killed.code != -signal.SIGKILL
        when = f"{attack.name}, killed after {moment:.3f} s"
        faults = [*_faults_after_kill(attack, known, place, log, tally)]
        again = run(attack.words(place), log)
        was_done = attack.done != "" and attack.done in again.says
        if (again.code and not was_done) or "Traceback" in again.says:
            faults.append(f"run again, exit code {again.code}: {again.says[-300:]}")
        faults += _faults_at_end(attack, known, place, log)
        tally.faults += [f"{when}: {fault}" for fault in faults]


def _old_export(attack: Attack, place: Place, log: Path) -> Mapping[str, str]:
    """Make the earlier export that a command replaces: of the same corpus, without a briefing."""
    if attack.made != "files":
        return {}
    words = attack.words(place)
    done = run((*words, "--briefing", place.first), log)
    if done.code:
        raise SystemExit(f"fuzz/kills.py: {attack.name}: no earlier export: {done.says}")
    return digest_files(place.out)


def _make_old(attack: Attack, place: Place) -> None:
    if attack.schema:
        age(place.corpus, attack.schema)


def _faults_after_kill(
    attack: Attack, known: Undisturbed, place: Place, log: Path, tally: Tally
) -> Iterable[str]:
    state, fault = _ask_doctor(place.corpus, log)
    if fault:
        yield fault
    yield from find_lost(known, read_content(place.corpus), by_row=attack.by_row)
    if attack.made == "corpus":
        state, fault = _ask_doctor(place.made, log)
        if fault:
            yield fault
        with suppress(AbsentError):
            if read_content(place.made) != known.after:
                yield "a corpus under the final name is not whole"
    if attack.made == "files":
        found = {name: value for name, value in digest_files(place.out).items() if name[0] != "."}
        if found not in (known.old_files, known.new_files):
            yield f"files are neither the old ones nor the new ones: {sorted(found)}"
        state = "new files" if found == known.new_files else "old files"
    tally.states[state] += 1


def _faults_at_end(attack: Attack, known: Undisturbed, place: Place, log: Path) -> Iterable[str]:
    made = place.made if attack.made == "corpus" else place.corpus
    state, fault = _ask_doctor(made, log)
    if fault or state != "sound":
        yield f"run again: {fault or state}"
        return
    content = read_content(made)
    if content != known.after:
        yield f"run again: the corpus is another one: {content.difference(known.after)}"
    files = digest_files(place.out)
    if files != known.new_files:
        yield f"run again: other files: {sorted(files.items() ^ known.new_files.items())}"


def _ask_doctor(corpus: object, log: Path) -> tuple[str, str]:
    """Return how a corpus is, and a fault if there is one."""
    done = run(("doctor", "--corpus", corpus), log)
    wrong = [line for line in done.says.splitlines() if line.startswith("!!")]
    if "Traceback" in done.says:
        return "traceback", done.says[-400:]
    if all("left over from a stopped copy or backup" in line for line in wrong) and wrong:
        return "left-overs", ""
    if wrong:
        return "damaged", "; ".join(wrong)
    if done.code:
        absent = "not found" in done.says or "no corpus yet" in done.says
        return ("no corpus yet", "") if absent else ("refused", done.says[-300:])
    return "sound", ""


def find_lost(known: Undisturbed, found: Content, *, by_row: bool) -> Iterable[str]:
    """Yield what is neither as before the command nor as after it.

    :param by_row: each row of a briefing may be of either.
    """
    before, after = known.before, known.after
    for name in before.briefings.keys() | after.briefings.keys() | found.briefings.keys():
        ways = [before.briefings.get(name), after.briefings.get(name)]
        have = found.briefings.get(name)
        if have not in ways and not (by_row and _is_mixed(have, ways)):
            yield f"briefing {name} is neither as before nor as after"
    kept = [op for op in before.decisions if op in {*after.decisions}]
    if [op for op in found.decisions if op in {*kept}] != kept:
        yield f"{len({*kept} - {*found.decisions})} decisions are lost"
    if not before.links & after.links <= found.links <= before.links | after.links:
        yield "links between words are lost or new"
    for table in before.rest:
        if found.rest[table] not in (before.rest[table], after.rest[table]):
            yield f"table {table} is neither as before nor as after"


def _is_mixed(rows: Mapping[int, str] | None, ways: Sequence[Mapping[int, str] | None]) -> bool:
    """Return whether each row of a briefing is as in one of the ways."""
    known = [way.items() for way in ways if way]
    return bool(rows) and all(any(row in way for way in known) for row in (rows or {}).items())


# -- all -------------------------------------------------------------------------------------------


def attack_all(
    places: Folder | Databases, kills: int, seed: int, only: str = ""
) -> Mapping[str, tuple[Undisturbed, Tally]]:
    """Kill each command a few times, together so often; return what became of each."""
    chance = random.Random(seed)
    attacks = [one for one in _attacks() if only in one.name]
    if isinstance(places, Databases):
        attacks = [one for one in attacks if one.name not in NEEDS_FOLDER]
    found: dict[str, tuple[Undisturbed, Tally]] = {}
    log = places.folder / "log.txt"
    for number, attack in enumerate(attacks):
        known, tally = _rehearse_twice(attack, places, log), Tally()
        found[attack.name] = known, tally
        share = kills // len(attacks) + (number < kills % len(attacks))
        for _ in range(share):
            moment = chance.random() * known.seconds * LATE
            attack_once(attack, known, places, moment, tally)
        print(_line(attack.name, known, tally), *tally.faults, sep="\n  ", flush=True)
    return found


HEAD = f"{'command':22} {'s':>6} {'kills':>5} {'late':>4} {'faults':>6}  found after the kill"


def _line(name: str, known: Undisturbed, tally: Tally) -> str:
    states = ", ".join(f"{state} {count}" for state, count in tally.states.most_common())
    figures = f"{known.seconds:6.2f} {tally.kills:5} {tally.too_late:4} {len(tally.faults):6}"
    return f"{name:22} {figures}  {states}"


def main() -> None:
    """Run, and print the table; the exit code is 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", default="", help="PostgreSQL URL; default: SQLite")
    parser.add_argument("--only", default="", help="commands with this in their name")
    options = parser.parse_args()
    os.environ |= {"OMP_NUM_THREADS": "1", "ALIGN_REVIEWER": "ann"}
    folder = Path(tempfile.mkdtemp(prefix="align-kills-"))
    os.environ.setdefault("ALIGN_CACHE", str(folder / "cache"))
    try:
        made = make_corpora(folder)
        places = Databases(made, options.server) if options.server else Folder(made)
        print(HEAD, flush=True)
        found = attack_all(places, options.kills, options.seed, options.only)
        places.close()
    finally:
        shutil.rmtree(folder)
    tallies = [tally for _, tally in found.values()]
    faults = [fault for tally in tallies for fault in tally.faults]
    in_time = sum(tally.kills - tally.too_late for tally in tallies)
    print(f"{sum(tally.kills for tally in tallies)} kills, {in_time} in time, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing must outlive us
    main()
