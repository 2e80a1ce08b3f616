"""Cues of subtitles, and who speaks in them: voices, and names before the texts."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...aligner.text.strings import normalise_space
from ..extract.transcript.speech import share_talking, take_turns

TAG = re.compile(r"</?[a-z][^<>]{0,200}>|\{\\[^{}]{0,100}\}", re.IGNORECASE)
# <v Kim Lee>, <v.loud Kim Lee>: who speaks.
VOICE = re.compile(r"<v(?P<style>\.[^\s<>]{1,100})?\s+(?P<name>[^<>]{1,100})>", re.IGNORECASE)
# "Kim Lee: text" in most cues, as meeting programs write them.
_NAMED = re.compile(r"([^\s:：][^:：]{0,39}[:：])(?!//|\d)\s*(\S.*)")
_MOSTLY_NAMED = 0.5
_LEAST_TALKING = 0.2


@dataclass(frozen=True, slots=True)
class Cue:
    """The lines of a cue, or of one voice in it."""

    times: str
    lines: Sequence[str]
    speaker: str = ""  # as printed

    @property
    def start(self) -> float:
        """Its start in seconds."""
        return _seconds(self.times.split(" --> ")[0])

    @property
    def end(self) -> float:
        """Its end in seconds."""
        return _seconds(self.times.split(" --> ")[1])


def _seconds(time: str) -> float:
    """Return the seconds of "00:00:01,000" or "00:01.000"."""
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds


def split_voices(times: str, lines: Iterable[str]) -> Iterator[Cue]:
    """Yield the lines of each voice in a cue."""
    speaker, said = "", list[str]()
    for line in lines:
        voice = VOICE.search(line)
        if voice and said:
            yield Cue(times, said, speaker)
            said = []
        if voice:
            speaker = normalise_space(html.unescape(voice["name"]))
        said.append(line)
    yield Cue(times, said, speaker)


def name_speakers(cues: Sequence[Cue]) -> Sequence[Cue]:
    """Return cues with the names before their texts as speakers, if most of them have one."""
    firsts = [_NAMED.fullmatch(normalise_space(TAG.sub("", cue.lines[0]))) for cue in cues]
    named = [match for match in firsts if match]
    names = [match[1] for match in named]
    talks = share_talking([match[2] for match in named]) >= _LEAST_TALKING
    if len(named) < _MOSTLY_NAMED * len(cues) or not take_turns(names) or not talks:
        return cues
    return [
        replace(cue, lines=[match[2], *cue.lines[1:]], speaker=match[1]) if match else cue
        for cue, match in zip(cues, firsts, strict=True)
    ]
