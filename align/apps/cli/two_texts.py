"""The work of ``align texts`` with two texts: read them, align them, print their beads."""

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ...aligner.encoders import load_configured, require_installed
from ...aligner.match import Side
from ...aligner.match.features import TextFeatures
from ...aligner.match.long_texts import Report
from ...aligner.segment import split_lines
from ...aligner.text.strings import count_noun
from ...corpus.api import AlignmentResult, align_texts
from ...corpus.api.calibration import find_calibration
from ...corpus.api.progress import StageLines
from ...corpus.exchange.formats import ladder
from ...errors import N_, Message, TextError
from ...records import Bead
from ...settings import Settings
from ...sources.ingest.plain_text import cut_lines, make_text, split_columns
from ...sources.ingest.second_process import SecondProcess, Wait
from ...sources.local_files import DOCUMENTS, decode_text, load_text
from .bead_lines import COLUMNS, to_cells, to_json
from .shared import Bar, load_numba, say, show_bar, write
from .text_pairs import STDIN


def align_two(
    zh: Path,
    en: Path,
    chosen: Settings,
    second: SecondProcess,
    *,
    presegmented: bool,
    form: str,
    output: Path | None,
) -> None:
    """Align two texts and write their beads.

    :param second: cuts the English text while this process loads the encoder, and looks up words
        while it encodes.
    """
    require_installed(chosen.encoder)
    (zh_name, zh_lines), (en_name, en_lines) = _load_sides(zh, en, chosen.max_bytes)
    cut = None if presegmented else second.begin(split_lines, en_lines, "en")
    left = make_text(zh_name, zh_lines, "zh", presegmented=presegmented)
    with show_bar("aligning") as progress:
        loaded = load_configured(chosen)
        load_numba()
        right = make_text(en_name, en_lines, "en", presegmented=presegmented, cut=cut)
        calibration = find_calibration(loaded.signature)
        result = align_texts(
            left, right, loaded, calibration, _report_on(progress), partial(_look_up, second)
        )
        progress.step("aligned")
    write(_FORMS[form](result), output)
    for note in result.notes:
        say(f"note: {note}", err=True)
    if output is not None:
        say(f"{output}: {count_noun(len(result), 'bead')}", err=True)


def _look_up(second: SecondProcess, zh: Side, en: Side) -> Wait[TextFeatures]:
    """Begin to look up the words of both texts, the last work of the second process."""
    wait = second.begin(TextFeatures.of, zh, en)
    second.finish()
    return wait


def _report_on(bar: Bar) -> Report:
    """Return a function that shows the progress of long texts: on the bar, or as lines."""
    if bar.progress.disable:
        return StageLines()

    def show(stage: str, done: int, total: int) -> None:
        bar.say(f"sentences {stage}")
        bar.at(done, total)

    return show


NamedLines = tuple[str, list[str]]
"""The name of a text for messages, and its lines."""


def _load_sides(zh: Path, en: Path, max_bytes: int) -> tuple[NamedLines, NamedLines]:
    """Load the Chinese and the English text, or both columns of standard input."""
    if zh == en == STDIN:
        name, lines = _load(STDIN, max_bytes)
        zh_column, en_column = split_columns(name, lines)
        return (name, zh_column), (name, en_column)
    return _load(zh, max_bytes), _load(en, max_bytes)


def _load(path: Path, max_bytes: int) -> NamedLines:
    if path.suffix.lower() in DOCUMENTS:
        raise TextError(
            N_(
                "{path}: not a plain text; align it with 'align add', or write its text with "
                "'align read --full'"
            ),
            path=path,
        )
    if path != STDIN:
        return str(path), cut_lines(load_text(path, max_bytes=max_bytes).text)
    name = Message(N_("standard input"))
    body = sys.stdin.buffer.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TextError(
            N_("{name}: larger than the limit of {max_bytes:.1f} MB (ALIGN_MAX_MB)"),
            name=name,
            max_bytes=max_bytes / 1e6,
        )
    if not body.strip():
        raise TextError(N_("{name} is empty"), name=name)
    return name, cut_lines(decode_text(Path(name), body).text)


def _ladder(result: AlignmentResult) -> Iterator[str]:
    beads = (Bead(bead.zh_index, bead.en_index, bead.probability) for bead in result)
    return map(ladder.format_bead, beads)


def _tsv(result: AlignmentResult) -> Iterator[str]:
    """Yield the rows of a table that ``align import`` reads, the names of the columns first."""
    yield "\t".join(COLUMNS)
    for bead in result:
        yield "\t".join(to_cells(bead))


def _jsonl(result: AlignmentResult) -> Iterator[str]:
    for bead in result:
        yield json.dumps(to_json(bead), ensure_ascii=False)


_FORMS = {"ladder": _ladder, "tsv": _tsv, "jsonl": _jsonl}
