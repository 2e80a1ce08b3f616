"""``align add``: sources in, briefings in the corpus."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import click

from ..errors import AlignError
from ..jobs import Job, Rules, jobs_of
from ..pipeline import Added, add
from ..store import Store
from .doors import door_options, open_doors
from .options import corpus_option, encoder_option, json_option, settings
from .progress import Bar, bar


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be added, and why."""

    source: str
    why: str


@click.command("add")
@click.argument("source", nargs=-1, required=True)
@click.option("--zh", metavar="SOURCE", help="The other language's address or file.")
@corpus_option
@encoder_option
@door_options
@click.option("--force", is_flag=True, help="Add two sides that do not look like one briefing.")
@click.option("--realign", is_flag=True, help="Align again what is there; verdicts are kept.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From a list page, take only what is not older.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be added; add nothing.")
@json_option
def command(
    source: tuple[str, ...],
    zh: str | None,
    corpus: str | None,
    encoder: str | None,
    force: bool,
    realign: bool,
    since: dt.datetime | None,
    dry_run: bool,
    as_json: bool,
    **door: Any,
) -> None:
    r"""Put briefings into the corpus: fetch, extract, cut, align, store.

    SOURCE is the address of a briefing in either language (the other one is found by its link),
    the address of a list page, a file with one address a line, one or two local files (text,
    HTML, DOCX, PDF, a two-column table), or a folder of files in pairs.

    \b
    Examples:
      align add http://english.scio.gov.cn/pressroom/2023-06/09/content_85389213.htm
      align add en.html --zh zh.html
      align add ADDRESS --from capture.warc.gz
    """
    from .. import encoders

    chosen = settings(corpus=corpus, encoder=encoder)
    rules = Rules(zh=zh or "", since=since.date() if since else None, max_bytes=chosen.max_bytes)
    with bar("looking") as progress, open_doors(progress.say, **door) as doors:
        jobs = jobs_of(source, rules, doors.get, progress.say)
        if dry_run:
            for job in jobs:
                click.echo(job.name)
            return
        with Store.open(chosen.corpus, create=True) as store:
            model = encoders.load(chosen.encoder)

            def run(job: Job, say: Callable[[str], None]) -> Added:
                pair = job.read(doors.get, say)
                return add(store, pair, model, force=force, realign=realign, say=say)

            _run_all(jobs, run, progress, as_json)


def _run_all(
    jobs: tuple[Job, ...],
    run: Callable[[Job, Callable[[str], None]], Added],
    progress: Bar,
    as_json: bool,
) -> None:
    """Add one briefing after the other; one that fails does not stop the others.

    :raises AlignError: at the end, when one or more failed.
    """
    failures = []
    progress.total(len(jobs))
    for job in jobs:
        try:
            added = run(job, progress.say)
        except AlignError as error:
            if len(jobs) == 1:
                raise
            failures.append(Failure(job.name, str(error)))
        else:
            _tell(added, as_json)
        progress.step()
    for failure in failures:
        click.echo(f"failed: {failure.source}\n  {failure.why}", err=True)
    if failures:
        raise AlignError(f"{len(failures)} of {len(jobs)} briefings were not added; see above")


def _tell(added: Added, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(added), ensure_ascii=False))
        return
    click.echo(
        f"{added.id}  {added.state}: {added.beads} beads, "
        f"about {added.expected_errors:.0f} of them expected wrong"
    )
    if added.kept or added.lost:
        click.echo(f"  verdicts kept: {added.kept}; could not be carried over: {added.lost}")
    for note in added.notes:
        click.echo(f"  {note}")
