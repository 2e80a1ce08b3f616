"""``align export``: the corpus in a format that others read."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from ..export import Exported, export
from ..formats import FORMATS
from ..records import Pair
from .options import corpus_option, json_option, open_corpus
from .progress import bar
from .show import full_id


@click.command("export")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), required=True, help="The format."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file.  [default: NAME.FORMAT here]"
)
@corpus_option
@click.option("--briefing", multiple=True, help="Only this briefing; may be repeated.")
@click.option("--raw", is_flag=True, help="Put the text as published beside the corrected one.")
@click.option("--zh-code", default="zh", show_default=True, help="The code for Chinese: zh-CN …")
@click.option("--en-code", default="en", show_default=True, help="The code for English: en-US …")
@click.option("--no-checks", is_flag=True, help="Leave the checks of numbers and names out.")
@json_option
def command(
    form: str,
    output: Path | None,
    corpus: str | None,
    briefing: tuple[str, ...],
    raw: bool,
    zh_code: str,
    en_code: str,
    no_checks: bool,
    as_json: bool,
) -> None:
    r"""Write the corpus in a format that others read. The file is read back before it is announced.

    \b
    Examples:
      align export --format tmx -o briefings.tmx
      align export --format jsonl --briefing 2031-05-14
    """
    with open_corpus(corpus) as store, bar("exporting") as progress:
        summaries = store.briefings()
        chosen = [full_id(store, name) for name in briefing] or None
        wanted = [summary for summary in summaries if chosen is None or summary.id in chosen]
        progress.total(sum(summary.beads for summary in wanted))
        name = str(store.card.get("name", "corpus"))
        done = export(
            store,
            form,
            output or Path(f"{name}{FORMATS[form].suffix}"),
            raw=raw,
            zh=zh_code,
            en=en_code,
            briefings=chosen,
            check=None if no_checks else failed_checks,
            progress=lambda _count: progress.step(),
        )
    _tell(done, as_json)


def _tell(done: Exported, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, default=str))
        return
    for file in done.files:
        click.echo(str(file))
    said = [f"{done.pairs} of {done.read} beads written and read back"]
    said += [f"{count} dropped by {name}" for name, count in done.dropped if count]
    if done.left_out:
        said.append(f"{done.left_out} that {done.format} cannot hold left out")
    if done.altered:
        said.append(f"{done.altered} with a character that {done.format} cannot hold")
    click.echo("; ".join(said), err=True)


def failed_checks(pair: Pair) -> tuple[str, ...]:
    """Name the kinds of checks that a bead fails, each once."""
    from ..checks import check

    return tuple(dict.fromkeys(issue.kind for issue in check(pair.zh, pair.en)))
