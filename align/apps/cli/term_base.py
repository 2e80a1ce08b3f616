"""The term base behind ``align terms --add``, ``--base`` and ``--check``."""

from collections.abc import Sequence
from pathlib import Path

from ...aligner.text.strings import count_noun
from ...corpus.exchange.atomic_write import staged_file
from ...corpus.search.terms.term_check import TermChecker, TermProblem, find_term_problems
from ...corpus.search.terms.term_files import read_term_file, write_problems, write_terms
from ...corpus.store import Store
from ...corpus.store.term_base import TermEntry, TermStatus, put_terms, read_terms
from ...errors import N_, AlignError
from .shared import emit, find_reviewer, say, say_json


def add_terms(store: Store, file: Path, status: TermStatus, *, replaces: bool) -> None:
    """Add the entries of a file to the term base.

    :param status: the status of entries for which the file gives none.
    :param replaces: remove entries that are not in the file.
    """
    entries = read_term_file(file, status)
    removed: list[tuple[str, str]] = []
    if replaces:
        kept = {entry.texts for entry in entries}
        removed = [entry.texts for entry in read_terms(store) if entry.texts not in kept]
    changes = put_terms(store, entries, find_reviewer(), removed=removed)
    same = len(entries) - changes.added - changes.changed
    say(
        f"{file}: {changes.added} added, {changes.changed} changed, {changes.removed} removed, "
        f"{same} unchanged"
    )


def show_terms(store: Store, output: Path | None, *, as_json: bool) -> None:
    """Print the term base, or write it to a file."""
    entries = read_terms(store)
    if output is None:
        emit(entries, as_json, _print_terms)
        return
    with staged_file(output) as file:
        write_terms(entries, file)
    say(f"{output}: {count_noun(len(entries), 'entry', 'entries')}")


def _print_terms(entries: Sequence[TermEntry]) -> None:
    for entry in entries:
        note = f"  ({entry.note})" if entry.note else ""
        say(f"{entry.zh}  {entry.en}  {entry.status}{note}")


def check_terms(store: Store, output: Path | None, *, as_json: bool) -> None:
    """Print the rows that contradict the term base, or write them to a file.

    :raises AlignError: there are such rows, or the term base is empty.
    """
    checker = TermChecker(read_terms(store))
    if not checker:
        raise AlignError(
            N_("{name}: the term base is empty; add terms with 'align terms --add'"),
            name=store.name,
        )
    problems = list(find_term_problems(checker, store.pairs()))
    if output is not None:
        with staged_file(output) as file:
            write_problems(problems, file)
    elif as_json:
        say_json([_as_json(problem) for problem in problems])
    else:
        _print_problems(problems)
    if problems:
        raise AlignError(N_("{count:,} rows contradict the term base"), count=len(problems))


def _as_json(problem: TermProblem) -> dict[str, object]:
    bead = problem.bead
    return {"bead": bead.id, "briefing": bead.provenance.briefing, "issues": problem.issues}


def _print_problems(problems: Sequence[TermProblem]) -> None:
    for problem in problems:
        bead = problem.bead
        for issue in problem.issues:
            say(f"{issue.message}  [{bead.provenance.briefing} {bead.id}]")
        say(f"  {bead.zh}")
        say(f"  {bead.en}")
