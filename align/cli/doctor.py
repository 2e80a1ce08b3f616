"""``align doctor``: what is missing on this machine, and whether a corpus or a page is sound."""

import importlib.util
import json
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from .. import __version__, encoders
from ..errors import AlignError
from ..export import run_marker
from ..settings import Settings
from .options import corpus_option, json_option, settings
from .output import counted, say


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    says: str


# What each extra is for; the import name tells whether it is installed.
_EXTRAS = {
    "sentence_transformers": ("transformers", "encoders such as LaBSE"),
    "bertalign": ("bertalign", "the engine 'bertalign', Python 3.12 or newer"),
    "psycopg": ("postgres", "a corpus in PostgreSQL"),
    "distributed": ("cluster", "adding many briefings on several machines"),
    "authlib": ("login", "people log in on the page"),
}


@click.command("doctor")
@corpus_option
@click.option(
    "--site",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A saved page: say which rules of which site matched.",
)
@click.option("--repair", is_flag=True, help="Repair the corpus, after a backup of it.")
@json_option
def command(corpus: str | None, site: Path | None, repair: bool, as_json: bool) -> None:
    """Say what is missing on this machine; check the corpus; explain how a page is read.

    \b
    Examples:
      align doctor
      align doctor --corpus corpora/main
      align doctor --corpus corpora/main --repair
      align doctor --site saved-page.html
    """
    if site is not None:
        _site(site, as_json)
        return
    chosen = settings(corpus=corpus)
    done = _repair(chosen.corpus) if repair else []
    found = _corpus(chosen.corpus, named=corpus is not None)
    findings = [*_machine(), *done, *_runs(chosen), *found]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            say(f"{'ok' if finding.ok else '!!'}  {finding.name:22} {finding.says}")
    wrong = [finding for finding in findings if not finding.ok]
    if wrong:
        raise AlignError(f"{len(wrong)} of {len(findings)} checks failed; see the lines with !!")


def _machine() -> list[Finding]:
    found = [
        Finding("briefing-align", True, f"{__version__}, Python {platform.python_version()}"),
        Finding("Python", sys.version_info >= (3, 11), "3.11 or newer is needed"),
    ]
    for row in encoders.available():
        if row.name == encoders.DEFAULT:
            found.append(Finding(f"encoder {row.name}", row.usable, row.note))
    for module, (extra, purpose) in _EXTRAS.items():
        there = importlib.util.find_spec(module) is not None
        how = "installed" if there else f"not installed (pip install 'briefing-align[{extra}]')"
        found.append(Finding(f"extra {extra}", True, f"{how}: {purpose}"))
    return found


def _corpus(location: str, *, named: bool) -> list[Finding]:
    """Check a corpus; one that nobody named may be missing."""
    from ..store import Store
    from ..store.check import problems

    if not named and "://" not in location and not Path(location).exists():
        return [Finding("corpus", True, f"{location}: none yet; 'align add' makes it")]
    with Store.open(location) as store:
        found, note = problems(store), store.note
        count, name = 0 if found else len(store.briefings()), store.name  # without a password
    told = [Finding("corpus", True, note)] if note else []
    if not found:
        return [*told, Finding("corpus", True, f"{name}: {counted(count, 'briefing')}, sound")]
    how = {True: "--repair mends it", False: "has to be looked at"}
    return [
        *told,
        *(
            Finding("corpus", False, f"{one.where}: {one.says} ({how[one.mended]})")
            for one in found
        ),
    ]


def _runs(chosen: Settings) -> list[Finding]:
    """Tell of runs that were stopped in the middle: the corpus is whole, but not complete."""
    notes = run_marker.notes(chosen.cache_folder(), chosen.corpus)
    return [Finding("run", True, note.says()) for note in notes]


def _repair(location: str) -> list[Finding]:
    """Repair a corpus that needs it, and say what was done."""
    from ..store import Store
    from ..store.check import problems
    from ..store.repair import repair, save_first

    with Store.open(location) as store:
        if store.reads_only:
            raise AlignError(f"{store.name}: {store.reads_only}")
        if not any(problem.mended for problem in problems(store)):
            return []
        kept = save_first(store, Path.cwd() if "://" in location else Path(location))
        done = repair(store)
    return [
        Finding("backup", True, f"{kept}: the corpus as it was"),
        *(Finding("repaired", True, f"{problem.where}: {problem.says}") for problem in done),
    ]


def _site(path: Path, as_json: bool) -> None:
    """Say of each page in a saved file how it is read, and by which rules."""
    from .. import extract
    from ..ingest.documents import decoded
    from ..web.captures import read_saved

    pages = read_saved(path, address=path.resolve().as_uri())
    found = {page.url: list(extract.report(decoded(page)).lines()) for page in pages}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for url, lines in found.items():
        say(url)
        for line in lines:
            say(f"  {line}")
