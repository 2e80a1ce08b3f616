"""``align stats``: what is in the corpus."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace

import click

from ..records import STATUSES
from ..store import Store
from ..timing import StageTime, by_stage
from .options import corpus_option, json_option, open_corpus


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over a corpus. Probabilities are of beads that nobody has reviewed."""

    corpus: str
    briefings: int
    pages: int
    page_bytes: int
    beads: int
    zh_characters: int
    en_words: int
    statuses: dict[str, int]
    kinds: dict[str, int]
    verdicts: int
    reviewers: dict[str, int]
    first_date: str
    last_date: str
    expected_errors: float
    seconds: tuple[StageTime, ...]


@click.command("stats")
@corpus_option
@json_option
def command(corpus: str | None, as_json: bool) -> None:
    r"""Say what is in the corpus: counts, bead types, verdicts, and what each stage took.

    Seconds are those of the newest alignment of each briefing: in all, of the median briefing, of
    one in twenty (p95) and of the slowest one. A briefing from the network waits between requests
    (fetch); the first one of a process loads dictionaries (match).

    \b
    Example:
      align stats --corpus corpora/main
    """
    with open_corpus(corpus) as store:
        stats = gather(store)
    if as_json:
        click.echo(json.dumps(asdict(stats), ensure_ascii=False, indent=1))
        return
    for name, value in asdict(replace(stats, seconds=())).items():
        if name == "seconds":
            continue
        text = (
            ", ".join(f"{key} {_short(count)}" for key, count in value.items())
            if isinstance(value, dict)
            else _short(value)
        )
        click.echo(f"{name.replace('_', ' '):16} {text}")
    _tell_times(stats.seconds)


def _tell_times(times: tuple[StageTime, ...]) -> None:
    """Print a table of what each stage took."""
    if not times:
        return
    click.echo("\nseconds by stage   total   median      p95     most  slowest briefing")
    for time in times:
        figures = " ".join(f"{one:8.3f}" for one in (time.median, time.p95, time.most))
        click.echo(f"{time.stage:14} {time.total:9.2f} {figures}  {time.slowest}")


def gather(store: Store) -> Stats:
    """Count what is in a corpus."""
    summaries, rows, pages = store.briefings(), store.rows(), store.page_infos()
    history = store.history()
    statuses = Counter(row.status for row in rows)
    dates = sorted(str(summary.date) for summary in summaries if summary.date)
    return Stats(
        corpus=store.name,
        briefings=len(summaries),
        pages=len(pages),
        page_bytes=sum(page.size for page in pages),
        beads=len(rows),
        zh_characters=sum(len(row.zh_final) for row in rows),
        en_words=sum(len(row.en_final.split()) for row in rows),
        statuses={status: statuses[status] for status in STATUSES},
        kinds=dict(Counter(row.kind for row in rows).most_common()),
        verdicts=len(history),
        reviewers=dict(Counter(entry.decision.reviewer for entry in history).most_common()),
        first_date=dates[0] if dates else "",
        last_date=dates[-1] if dates else "",
        expected_errors=sum(
            1 - row.probability
            for row in rows
            if row.status == "unreviewed" and row.probability is not None
        ),
        seconds=by_stage(store.seconds()),
    )


def _short(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
