"""Gold texts with what is rare in them: long beads, separators, stage directions, who speaks.

Sentences are joined, so that one stands against seven to fifteen. Separators and stage directions
are put between beads, on one side or on both. Paragraphs are given roles, a few of them wrong.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from align.aligner.evaluate import Gold, Link
from align.aligner.match.long_beads import LEAST, MOST
from align.records import GAP, LANGUAGES, Language, Role

Value = TypeVar("Value")

ASIDES = (
    ("（笑）", "(Laughs.)"),
    ("（记者笑）", "(Laughter)"),
    ("（掌声）", "(Applause)"),
    ("（播放视频）", "(Video playing)"),
)
SEPARATORS = (("***", "***"), ("＊＊＊", "＊＊＊"), ("※※※", "※※※"), ("————", "————"))

BOTH = 0.3
"""Share of what is put on both sides."""

WRONG = 0.02
"""Share of turns whose role is wrong on one side; as many have none."""

_END: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[。！？；]([”’」』]?)\s*$"),
    "en": re.compile(r"[.!?;]([\"'”’]?)\s*$"),
}
_MARK: dict[Language, str] = {"zh": "；", "en": ";"}


# --- one side written anew ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rewrite:
    """A side's new sentences: text, the old sentence whose marks it takes, and old index to new."""

    texts: list[str]
    marks: list[int]
    new: dict[int, int]

    def apply(self, gold: Gold, side: Language) -> Gold:
        """Return the text with this side; beads keep their sentences."""

        def chosen(values: tuple[Value, ...]) -> tuple[Value, ...]:
            return tuple(values[n] for n in self.marks) if values else ()

        at = LANGUAGES.index(side)
        beads = [list(link) for link in gold.beads]
        for bead in beads:
            bead[at] = tuple(dict.fromkeys(self.new[n] for n in bead[at]))
        changed = replace(gold, beads=tuple((zh, en) for zh, en in beads))
        if side == "zh":
            return replace(
                changed,
                zh=tuple(self.texts),
                zh_paragraphs=chosen(gold.zh_paragraphs),
                zh_turns=chosen(gold.zh_turns),
            )
        return replace(
            changed,
            en=tuple(self.texts),
            en_paragraphs=chosen(gold.en_paragraphs),
            en_turns=chosen(gold.en_turns),
        )


def _insertion(texts: Sequence[str], inserted: dict[int, str]) -> _Rewrite:
    """Put sentences behind others."""
    rewrite = _Rewrite([], [], {})
    for index, text in enumerate(texts):
        rewrite.new[index] = len(rewrite.texts)
        for one in (text, inserted.get(index)):
            if one is not None:
                rewrite.texts.append(one)
                rewrite.marks.append(index)
    return rewrite


def _joining(texts: Sequence[str], spans: Sequence[range], side: Language) -> _Rewrite:
    """Write the sentences of each span as one."""
    starts = {span.start: span for span in spans}
    rewrite = _Rewrite([], [], {})
    index = 0
    while index < len(texts):
        span = starts.get(index, range(index, index + 1))
        rewrite.new.update(dict.fromkeys(span, len(rewrite.texts)))
        parts = [_END[side].sub(rf"{_MARK[side]}\1", texts[n]) for n in span[:-1]]
        rewrite.texts.append(GAP[side].join([*parts, texts[span[-1]]]))
        rewrite.marks.append(index)
        index = span.stop
    return rewrite


# --- long beads -----------------------------------------------------------------------------------


def join_sentences(gold: Gold, side: Language, share: float, seed: int) -> Gold:
    """Return the text with runs of ``side`` joined, until ``share`` of its beads are in one."""
    random = _random(gold, seed)
    runs = list(_runs(gold, side))
    taken: list[range] = []
    for place in random.permutation(len(runs)).tolist():
        run = runs[place]
        if sum(map(len, taken)) >= share * len(gold.beads):
            break
        if all(run.start > one.stop or run.stop < one.start for one in taken):
            taken.append(run)
    at = LANGUAGES.index(side)
    first = {run.start: run for run in taken}
    inside = {n for run in taken for n in run[1:]}
    beads = tuple(
        _merged(gold.beads[n : first[n].stop] if n in first else [link])
        for n, link in enumerate(gold.beads)
        if n not in inside
    )
    spans = [range(gold.beads[run[0]][at][0], gold.beads[run[-1]][at][-1] + 1) for run in taken]
    rewrite = _joining(gold.zh if side == "zh" else gold.en, spans, side)
    return rewrite.apply(replace(gold, beads=beads), side)


def _random(gold: Gold, seed: int) -> np.random.Generator:
    """Return a generator that differs between texts."""
    return np.random.default_rng([seed, len(gold.zh), sum(map(len, gold.en))])


def _merged(beads: Sequence[Link]) -> Link:
    zh, en = (tuple(n for bead in beads for n in bead[at]) for at in (0, 1))
    return zh, en


def _runs(gold: Gold, side: Language) -> Iterator[range]:
    """Yield runs of beads of one paragraph that make a long bead when ``side`` is joined."""
    ours, theirs = (0, 1) if side == "zh" else (1, 0)
    paragraphs = gold.zh_paragraphs if side == "zh" else gold.en_paragraphs
    for first, start in enumerate(gold.beads):
        size = 0
        for last, bead in enumerate(gold.beads[first:], first):
            if not all(bead) or (last > first and not _follows(gold.beads[last - 1], bead)):
                break
            if paragraphs and paragraphs[bead[ours][-1]] != paragraphs[start[ours][0]]:
                break
            size += len(bead[theirs])
            if size > MOST:
                break
            if size >= LEAST and bead[ours][-1] > start[ours][0]:
                yield range(first, last + 1)


def _follows(before: Link, bead: Link) -> bool:
    return all(
        after == tuple(range(ahead[-1] + 1, ahead[-1] + 1 + len(after)))
        for ahead, after in zip(before, bead, strict=True)
    )


# --- asides and roles -----------------------------------------------------------------------------


def insert_asides(gold: Gold, share: float, seed: int) -> Gold:
    """Return the text with separators and stage directions, most of them on one side only.

    :param share: of beads behind which one is put.
    """
    random = _random(gold, seed)
    new: dict[Language, dict[int, str]] = {"zh": {}, "en": {}}
    behind: dict[Link, tuple[Language, ...]] = {}
    for bead in gold.beads:
        if all(bead) and random.random() < share:
            pool = SEPARATORS if random.random() < 0.5 else ASIDES
            texts = pool[int(random.integers(len(pool)))]
            both = random.random() < BOTH
            behind[bead] = LANGUAGES if both else (LANGUAGES[int(random.integers(2))],)
            for language in behind[bead]:
                at = LANGUAGES.index(language)
                new[language][bead[at][-1]] = texts[at]
    zh, en = _insertion(gold.zh, new["zh"]), _insertion(gold.en, new["en"])
    beads: list[Link] = []
    for bead in gold.beads:
        beads.append(bead)
        if bead in behind:
            beads.append(
                (
                    (-1 - bead[0][-1],) if "zh" in behind[bead] else (),
                    (-1 - bead[1][-1],) if "en" in behind[bead] else (),
                )
            )
    for rewrite in (zh, en):
        rewrite.new.update({-1 - old: new + 1 for old, new in rewrite.new.items()})
    return en.apply(zh.apply(replace(gold, beads=tuple(beads)), "zh"), "en")


def give_roles(gold: Gold, seed: int) -> dict[Language, tuple[Role, ...]]:
    """Return a role for each sentence by paragraphs, where those of both sides are the same."""
    last = max(gold.zh_paragraphs, default=0)
    if last == 0 or last != max(gold.en_paragraphs, default=0):
        return {"zh": (), "en": ()}
    random = _random(gold, seed)
    roles: list[Role] = []
    while len(roles) <= last:
        before = roles[-1] if roles else "speaker"
        roles += [_other(before)] * int(random.integers(1, 4))

    def side(paragraphs: tuple[int, ...]) -> tuple[Role, ...]:
        heard = [_misheard(role, random.random) for role in roles]
        return tuple(heard[paragraph] for paragraph in paragraphs)

    return {"zh": side(gold.zh_paragraphs), "en": side(gold.en_paragraphs)}


def _other(role: Role) -> Role:
    return "media" if role == "speaker" else "speaker"


def _misheard(role: Role, random: Callable[[], float]) -> Role:
    chance = random()
    return _other(role) if chance < WRONG else "" if chance < 2 * WRONG else role
