"""The command ``align stats``: counts and times of a corpus."""

import json
from dataclasses import asdict

import click

from ..records import STATUSES
from ..store.statistics import count_corpus
from ..timing import StageTime, sum_by_stage
from .options import corpus_option, json_option, open_corpus


@click.command("stats")
@corpus_option
@json_option
def command(corpus: str | None, as_json: bool) -> None:
    """Say what is in the corpus: counts, bead types, verdicts, and what each stage took.

    Seconds are those of the newest alignment of each briefing: in all, of the median briefing, of
    one in twenty (p95) and of the slowest one. A briefing from the network waits between requests
    (fetch); the first one of a process loads dictionaries (match).

    \b
    Example:
      align stats --corpus corpora/main
    """
    with open_corpus(corpus) as store:
        found, times = asdict(count_corpus(store)), sum_by_stage(store.stage_seconds())
        known = {"corpus": store.name, **found}
    known["statuses"] = {status: found["statuses"].get(status, 0) for status in STATUSES}
    if as_json:
        known["seconds"] = [asdict(time) for time in times]
        click.echo(json.dumps(known, ensure_ascii=False, indent=1))
        return
    for name, value in known.items():
        text = (
            ", ".join(f"{key} {_short(count)}" for key, count in value.items())
            if isinstance(value, dict)
            else _short(value)
        )
        click.echo(f"{name.replace('_', ' '):16} {text}")
    _tell_times(times)


def _tell_times(times: tuple[StageTime, ...]) -> None:
    """Print a table of what each stage took."""
    if not times:
        return
    click.echo("\nseconds by stage   total   median      p95     most  slowest briefing")
    for time in times:
        figures = " ".join(f"{one:8.3f}" for one in (time.median, time.p95, time.most))
        click.echo(f"{time.stage:14} {time.total:9.2f} {figures}  {time.slowest}")


def _short(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
