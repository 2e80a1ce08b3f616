"""Subtitles in both languages (SRT, VTT), of briefings whose documents have cues as captions.

A bead is shown from its first letter to its last one, evenly within a cue.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ...aligner.text.strings import keep_letters
from ...errors import N_, FormatError, Message
from ...records import BeadRecord, Briefing, Document, Sentence
from ..store import Store
from .atomic_write import staged_file

_TIME = r"(?:(\d+):)?(\d+):(\d+)[.,](\d+)"
_CUE = re.compile(f"{_TIME} --> {_TIME} (.*)", re.DOTALL)


def write_subtitles(store: Store, briefing_ids: Sequence[str], output: Path) -> int:
    """Write the one briefing that has times, as VTT or SRT; return how many beads are shown."""
    timed = [
        one
        for one in map(store.briefing, briefing_ids)
        if any(map(_CUE.match, (*one.zh.captions, *one.en.captions)))
    ]
    if len(timed) != 1:
        there = Message(N_("contains none"))
        if timed:
            there = Message(N_("contains {names}"), names=[one.id for one in timed])
        raise FormatError(
            N_(
                "subtitles need exactly one briefing with subtitle times, but the corpus "
                "{there}; name one with --briefing"
            ),
            there=there,
        )
    shown = sorted(_show(timed[0], store.pairs([timed[0].id])), key=lambda one: one[0][0])
    vtt = output.suffix.lower() == ".vtt"
    cues = [_format(at, *one, vtt=vtt) for at, one in enumerate(shown, 1)]
    with staged_file(output) as path:
        text = "\n".join(["WEBVTT\n", *cues] if vtt else cues)
        path.write_text(text, encoding="utf-8", newline="\n")
    return len(shown)


def _show(
    briefing: Briefing, beads: Iterable[BeadRecord]
) -> Iterator[tuple[tuple[int, int], BeadRecord]]:
    zh = _times(briefing.zh, briefing.zh_sentences)
    en = _times(briefing.en, briefing.en_sentences)
    for bead in beads:
        spans = [zh[at] for at in bead.pair.index.zh if at in zh]
        spans = spans or [en[at] for at in bead.pair.index.en if at in en]
        if spans and bead.verdict.status != "rejected":
            yield (spans[0][0], spans[-1][1]), bead


def _times(document: Document, sentences: Sequence[Sentence]) -> dict[int, tuple[int, int]]:
    """Return when each sentence begins and ends, as far as the cues have its letters in order."""
    heard = ""
    times: list[tuple[int, int]] = []  # of each letter
    for cue in filter(None, map(_CUE.match, document.captions)):
        start, end = (
            ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000
            + int(rest.ljust(3, "0"))
            for hours, minutes, seconds, rest in (cue.groups()[:4], cue.groups()[4:8])
        )
        letters = keep_letters(cue[9])
        steps = [start + (end - start) * at // len(letters) for at in range(len(letters))]
        heard, times = heard + letters, times + list(pairwise([*steps, end]))
    found, at = {}, 0
    for number, sentence in enumerate(sentences):
        letters = keep_letters(sentence.text)
        place = heard.find(letters, at) if letters else -1
        if place >= 0:
            at = place + len(letters)
            found[number] = (times[place][0], times[at - 1][1])
    return found


def _format(number: int, times: tuple[int, int], bead: BeadRecord, *, vtt: bool) -> str:
    texts = (" ".join(text.replace("-->", "→").split()) for text in (bead.zh, bead.en))
    lines = [html.escape(text, quote=False) if vtt else text for text in texts if text]
    clock = " --> ".join(
        f"{at // 3_600_000:02}:{at // 60_000 % 60:02}:{at // 1000 % 60:02}"
        f"{'.' if vtt else ','}{at % 1000:03}"
        for at in times
    )
    return "\n".join((str(number), clock, *lines, ""))
