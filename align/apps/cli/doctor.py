"""``align doctor`` and ``align encoders``: checks of this machine, a corpus, or a saved page."""

import platform
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click

from ... import __version__
from ...aligner import encoders
from ...corpus.api import find_encoder
from ...corpus.api.calibration import find_calibration
from ...corpus.api.gold import calibrate
from ...errors import N_, AbsentError, AlignError, EncoderError, Message, count_message
from ...extras import EXTRAS
from ...files import find_left_overs
from .report import Finding, write_report
from .shared import PATH, corpus_option, json_option, load_settings, say, say_either, say_json


@click.command("doctor")
@corpus_option
@click.option(
    "--site",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Saved page: show which rules match it.",
)
@click.option(
    "--rebuild", is_flag=True, help="Rebuild damaged rows from the alignment and the decisions."
)
@click.option(
    "--report",
    is_flag=True,
    help="Print a text for an issue, without paths, URLs and names.",
)
@json_option
def command(
    corpus: str | None, site: Path | None, rebuild: bool, report: bool, as_json: bool
) -> None:
    """Check the installation, a corpus, or how a page is parsed.

    \b
    Examples:
      align doctor
      align doctor --corpus corpora/main
      align doctor --report
      align doctor --corpus corpora/main --rebuild
      align doctor --site saved-page.html
    """
    if site is not None:
        _explain_page(site, as_json)
        return
    chosen = load_settings(corpus=corpus)
    findings = _check_machine()
    findings += _check_corpus(chosen.corpus, named=corpus is not None, rebuilds=rebuild)
    if report:
        for line in write_report(findings).splitlines():
            say(line)
        return
    lines = (f"{'ok' if one.ok else '!!'}  {one.name:22} {one.says}" for one in findings)
    say_either(findings, lines, as_json)
    wrong = [finding for finding in findings if not finding.ok]
    if wrong:
        raise AlignError(
            N_("{count} of {total} checks failed; see the lines that begin with !!"),
            count=len(wrong),
            total=len(findings),
        )


def _check_machine() -> list[Finding]:
    """Return what is installed: this package, its default encoder, extras and plug-ins."""
    about = f"{__version__}, Python {platform.python_version()}"
    findings = [Finding("briefing-align", True, about)]
    for row in encoders.available():
        if row.name == encoders.DEFAULT:
            findings.append(Finding(f"encoder {row.name}", row.usable, row.note))
    for extra in EXTRAS.values():
        how = Message(N_("installed: {purpose}"), purpose=extra.purpose)
        if extra.missing:
            how = Message(
                N_("not installed ({command}): {purpose}"),
                command=extra.install,
                purpose=extra.purpose,
            )
        findings.append(Finding(f"extra {extra.name}", True, how))
    return [*findings, *_check_plugins()]


def _check_plugins() -> list[Finding]:
    """Import the plug-ins of other packages, and return a finding for each."""
    from ...corpus.exchange.formats import TABLE
    from ...sources.extract.sites import SITES
    from ...sources.readers import READERS
    from . import COMMANDS

    findings = []
    for table in (SITES, READERS, TABLE, encoders.ENCODERS, COMMANDS):
        for plugin in table.plugins():
            says = Message(
                N_("{table}, from {package}"), table=plugin.table, package=plugin.package
            )
            if plugin.problem:
                says = Message(
                    N_("{plugin}; ignored: {problem}"), plugin=says, problem=plugin.problem
                )
            findings.append(Finding(f"plug-in {plugin.name}", not plugin.problem, says))
    return findings


def _check_corpus(location: str, *, named: bool, rebuilds: bool) -> list[Finding]:
    """Check a corpus, and rebuild damaged rows first if ``rebuilds`` is set.

    :param named: whether the user named the corpus; only the default one may be missing.
    """
    from ...corpus.store import Store
    from ...corpus.store.check import find_problems, rebuild

    findings = [] if "://" in location else _check_files(Path(location))
    try:
        store = Store.open(location)
    except AbsentError:
        if (named or rebuilds) and not findings:
            raise
        says = Message(
            N_("{location}: no corpus yet; create one with 'align add'"), location=location
        )
        return [*findings, Finding("corpus", True, says)]
    with store:
        problems = find_problems(store)
        if rebuilds:
            for where in dict.fromkeys(one.where for one in problems if one.rebuild):
                rows = count_message(
                    "{where}: {count:,} row rebuilt",
                    "{where}: {count:,} rows rebuilt",
                    rebuild(store, where),
                    where=where,
                )
                findings.append(Finding("rebuilt", True, rows))
            problems = find_problems(store)
        if not problems:
            found = count_message(
                "{name}: {count:,} briefing, no problems found",
                "{name}: {count:,} briefings, no problems found",
                len(store.briefings()),
                name=store.name,
            )
            findings.append(Finding("corpus", True, found))
    for one in problems:
        says = Message(N_("{where}: {problem}"), where=one.where, problem=one.says)
        findings.append(Finding("corpus", False, says))
    return findings


def _check_files(folder: Path) -> list[Finding]:
    """Check the files of a corpus, before it is opened: opening makes a log and removes others."""
    from ...corpus.store.engine import DATABASE
    from ...corpus.store.open import is_log_deleted

    findings = []
    if is_log_deleted(folder / DATABASE):
        says = Message(
            N_(
                "{folder}: the log was deleted while another program has the corpus open; stop "
                "that program, check its last decisions, and exclude the folder from cleaning tools"
            ),
            folder=folder,
        )
        findings.append(Finding("corpus", False, says))
    for path in find_left_overs(folder):
        says = Message(
            N_("{path}: left over from a stopped copy or backup; delete it, or rerun the command"),
            path=path,
        )
        findings.append(Finding("corpus", False, says))
    return findings


def _explain_page(path: Path, as_json: bool) -> None:
    """Print how each page of a saved file is parsed, and by which rules."""
    from ...sources import extract
    from ...sources.web.captures import read_saved
    from ...sources.web.html import decode_page

    pages = read_saved(path, address=path.resolve().as_uri())
    reports = {page.url: list(extract.report(decode_page(page))) for page in pages}
    lines: list[str] = []
    for url, found in reports.items():
        lines.append(url)
        lines += [f"  {line}" for line in found]
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
    """List the encoders and what they need, or describe one.

    NAME is a name from the list or a sentence-transformers model, which is loaded and described.
    Its scale is measured on 24 sentence pairs, and their vectors are cached. NAME may also be an
    object of your own: package.module:name. With --gold, its probabilities are fitted to gold
    alignments; 'align texts' and the library then correct them.

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


_KNOWN = """{signature}: {width} numbers per vector
mean cosine of unrelated sentences {any_two:.2f}, of translations {translations:.2f}
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
    """Return the properties of an encoder: its signature, width, scale and calibration."""
    from ...aligner.match.features.similarity import measure_scale

    say(f"{name}: loading and measuring", err=True)
    encoder = _load_encoder(name)
    scale = measure_scale(encoder)
    fitted = find_calibration(encoder.signature)
    calibrated = "no, the matcher was trained with use"
    if fitted:
        calibrated = f"yes, to {fitted.beads} beads of gold"
    elif name == encoders.DEFAULT:
        calibrated = "yes"
    return {
        "signature": encoder.signature,
        "width": encoder.width,
        "any_two": round(scale.level, 4),
        "translations": round(scale.good, 4),
        "calibrated": calibrated,
    }
