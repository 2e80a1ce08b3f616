"""``align doctor`` and ``align encoders``: checks of this machine, a corpus, or a saved page."""

import platform
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import click

from ... import __version__
from ...aligner import encoders
from ...aligner.text.strings import count_noun
from ...corpus.api import find_encoder
from ...corpus.api.calibration import find_calibration
from ...corpus.api.gold import calibrate
from ...errors import N_, AbsentError, AlignError, EncoderError
from ...extras import EXTRAS
from .shared import PATH, corpus_option, json_option, load_settings, say_either, say_json


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check."""

    name: str
    ok: bool
    says: str


@click.command("doctor")
@corpus_option
@click.option(
    "--site",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A saved page: say which rules of which site matched.",
)
@click.option(
    "--rebuild", is_flag=True, help="Derive damaged rows again from alignment and verdicts."
)
@json_option
def command(corpus: str | None, site: Path | None, rebuild: bool, as_json: bool) -> None:
    """Say what is missing on this machine; check the corpus; explain how a page is read.

    \b
    Examples:
      align doctor
      align doctor --corpus corpora/main
      align doctor --corpus corpora/main --rebuild
      align doctor --site saved-page.html
    """
    if site is not None:
        _site(site, as_json)
        return
    chosen = load_settings(corpus=corpus)
    checked = _corpus(chosen.corpus, named=corpus is not None, rebuilds=rebuild)
    findings = [*_machine(), *checked]
    lines = (f"{'ok' if one.ok else '!!'}  {one.name:22} {one.says}" for one in findings)
    say_either(findings, lines, as_json)
    wrong = [finding for finding in findings if not finding.ok]
    if wrong:
        raise AlignError(
            N_("{count} of {total} checks failed; see the lines with !!"),
            count=len(wrong),
            total=len(findings),
        )


def _machine() -> list[Finding]:
    about = f"{__version__}, Python {platform.python_version()}"
    findings = [Finding("briefing-align", True, about)]
    rows = (row for row in encoders.available() if row.name == encoders.DEFAULT)
    findings += (Finding(f"encoder {row.name}", row.usable, row.note) for row in rows)
    for extra in EXTRAS.values():
        how = f"not installed ({extra.install})" if extra.missing else "installed"
        findings.append(Finding(f"extra {extra.name}", True, f"{how}: {extra.purpose}"))
    return [*findings, *_plugins()]


def _plugins() -> list[Finding]:
    """Import the plug-ins of other packages, and return a finding for each."""
    from ...corpus.exchange.formats import TABLE
    from ...sources.extract.sites import SITES
    from ...sources.readers import READERS
    from . import COMMANDS

    findings = []
    for table in (SITES, READERS, TABLE, encoders.ENCODERS, COMMANDS):
        for plugin in table.plugins():
            says = f"{plugin.table}, from {plugin.package}"
            if plugin.problem:
                says += f"; ignored: {plugin.problem}"
            findings.append(Finding(f"plug-in {plugin.name}", not plugin.problem, says))
    return findings


def _corpus(location: str, *, named: bool, rebuilds: bool) -> list[Finding]:
    """Check a corpus, optionally rebuilding damaged rows; only a default corpus may be missing."""
    from ...corpus.store import Store
    from ...corpus.store.check import find_problems, rebuild

    try:
        store = Store.open(location)
    except AbsentError:
        if named or rebuilds:
            raise
        return [Finding("corpus", True, f"{location}: none yet; 'align add' makes it")]
    findings: list[Finding] = []
    with store:
        problems = find_problems(store)
        if rebuilds:
            for where in dict.fromkeys(one.where for one in problems if one.rebuild):
                rows = count_noun(rebuild(store, where), "row")
                findings.append(Finding("rebuilt", True, f"{where}: {rows} derived again"))
            problems = find_problems(store)
        name, count = store.name, 0 if problems else len(store.briefings())
    if not problems:
        findings.append(Finding("corpus", True, f"{name}: {count_noun(count, 'briefing')}, sound"))
    return findings + [Finding("corpus", False, f"{one.where}: {one.says}") for one in problems]


def _site(path: Path, as_json: bool) -> None:
    """Print how each page of a saved file is parsed, and by which rules."""
    from ...sources import extract
    from ...sources.web.captures import read_saved
    from ...sources.web.html import decode_page

    pages = read_saved(path, address=path.resolve().as_uri())
    reports = {page.url: list(extract.report(decode_page(page))) for page in pages}
    lines = (
        line for url, found in reports.items() for line in (url, *(f"  {one}" for one in found))
    )
    say_either(reports, lines, as_json)


@click.command("encoders")
@click.argument("name", required=False)
@click.option(
    "--gold",
    multiple=True,
    type=PATH,
    help="Fit the probabilities of this encoder to a gold file; may be repeated.",
)
@json_option
def encoders_command(name: str | None, gold: tuple[Path, ...], as_json: bool) -> None:
    """Say which encoders can be used on this machine, and what the others need.

    With NAME, a name of the list or a sentence-transformers model, load that one and say what is
    known of it. Its scale is measured on 24 plain pairs of sentences, whose vectors are kept. NAME
    may be an object of your own, package.module:name. With --gold its probabilities are fitted to
    gold alignments, and 'align texts' and the library correct them from then on.

    \b
    Examples:
      align encoders
      align encoders use
      align encoders my_models:encoder --gold gold.json
    """
    if gold and not name:
        raise click.UsageError("--gold needs the NAME of an encoder")
    if name and gold:
        fitted = calibrate(_load_encoder(name), gold)
        say_either(fitted, _FITTED.format(**asdict(fitted)).splitlines(), as_json)
        return
    if name:
        known = _measure(name)
        say_either(known, _KNOWN.format(**known).splitlines(), as_json)
        return
    found = encoders.available()
    if as_json:
        say_json(found, indent=1)
        return
    for row in found:
        usable = "yes" if row.usable else "no "
        click.echo(f"{usable}  {row.name:8} {row.about}\n{'':14}{row.note}")


_KNOWN = """{signature}: {width} numbers a vector
cosine of any two sentences {any_two:.2f}, of translations {translations:.2f}
probabilities calibrated: {calibrated}"""


_FITTED = """{signature}: fitted to {beads} beads
log-odds: {slope:.3f} times, {offset:+.3f}
expected calibration error on them: {before:.4f} before, {after:.4f} after"""


def _load_encoder(name: str) -> encoders.Encoder:
    """Return an encoder by name, or the object ``package.module:name`` as an encoder."""
    module, colon, attribute = name.partition(":")
    if not colon or Path(name).exists():
        return find_encoder(name)
    sys.path.insert(0, "")  # modules of the current folder, as python -m finds them
    try:
        given = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise EncoderError(
            N_("{name}: {error}; name an object as package.module:name"), name=name, error=error
        ) from error
    finally:
        sys.path.remove("")
    return find_encoder(given)


def _measure(name: str) -> dict[str, object]:
    from ...aligner.match.features.similarity import measure_scale

    click.echo(f"{name}: loading and measuring", err=True)
    encoder = _load_encoder(name)
    scale = measure_scale(encoder)
    fitted = find_calibration(encoder.signature)
    calibrated = "yes" if name == encoders.DEFAULT else "no, the matcher was trained with use"
    return {
        "signature": encoder.signature,
        "width": encoder.width,
        "any_two": round(scale.level, 4),
        "translations": round(scale.good, 4),
        "calibrated": f"yes, to {fitted.beads} beads of gold" if fitted else calibrated,
    }
