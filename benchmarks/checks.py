"""Measure the checks: how many gold beads raise a false alarm, how many planted errors are found.

    $ python -m benchmarks.checks GOLD.json... [--alarms 20] [--seed 1] [--json]

An error is planted in one bead at a time and counts as found when the bead has an issue that it
did not have before. Gold files have the format of ``align evaluate``.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from align.aligner.checks import check
from align.aligner.segment import split
from align.aligner.text.chinese import count_han
from align.aligner.text.facts import (
    Fact,
    compare_facts,
    find_chinese_names,
    find_facts,
    find_full_names,
)
from align.aligner.text.pinyin import pinyin_keys


@dataclass(frozen=True, slots=True)
class Pair:
    """The texts of one bead."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Row:
    """How many errors of one kind could be planted, and how many of them were found."""

    error: str
    planted: int
    found: int

    @property
    def share(self) -> float:
        """Found errors per planted one."""
        return self.found / self.planted if self.planted else 0.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """A gold bead that raises an issue."""

    zh: str
    en: str
    messages: tuple[str, ...]


def pairs(path: Path) -> list[Pair]:
    """Read the beads of a gold file that have text on both sides."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    return [
        Pair("".join(gold["zh"][i] for i in zh), " ".join(gold["en"][j] for j in en))
        for zh, en in gold["gold"]
        if zh and en
    ]


# --- planting: each takes a pair, gives it with one error, or None where it cannot hold one ------

Rng = np.random.Generator
Plant = Callable[[Pair, Sequence[Pair], Rng], Pair | None]


def _pick(found: Sequence[Fact], rng: Rng) -> Fact | None:
    return found[int(rng.integers(len(found)))] if found else None


def _carried(pair: Pair) -> list[tuple[Fact, Fact]]:
    """Return the numbers and dates that both sides say, the English one in digits."""
    matched = compare_facts(find_facts(pair.zh, "zh"), find_facts(pair.en, "en")).matched
    return [
        (zh, en)
        for zh, en in matched
        if en.kind != "name" and any(map(str.isdigit, pair.en[en.start : en.end]))
    ]


def change_digit(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Make one digit of an English number another one."""
    fact = _pick([en for _, en in _carried(pair)], rng)
    if fact is None:
        return None
    places = [i for i in range(fact.start, fact.end) if pair.en[i].isdigit()]
    place = places[int(rng.integers(len(places)))]
    digit = str((int(pair.en[place]) + int(rng.integers(1, 9))) % 10)
    return Pair(pair.zh, pair.en[:place] + digit + pair.en[place + 1 :])


def drop_number(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Leave an English number out."""
    fact = _pick([en for _, en in _carried(pair)], rng)
    if fact is None or pair.en.count(pair.en[fact.start : fact.end]) > 1:
        return None
    return Pair(pair.zh, pair.en[: fact.start].rstrip() + pair.en[fact.end :])


def swap_unit(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Write 万 for 亿 in a number, or 亿 for 万."""
    spans = [
        mark.start()
        for mark in re.finditer("[万亿]", pair.zh)
        if any(zh.start < mark.start() < zh.end for zh, _ in _carried(pair))
    ]
    if not spans:
        return None
    at = spans[int(rng.integers(len(spans)))]
    return Pair(_other_unit(pair.zh, at), pair.en)


def _other_unit(text: str, at: int) -> str:
    return text[:at] + ("万" if text[at] == "亿" else "亿") + text[at + 1 :]


def swap_names(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Put a name of another bead in the place of the English name of this one."""
    name = _pick(_shared_names(pair), rng)
    if name is None:
        return None
    strangers = [
        other.en[found.start : found.end]
        for other in others
        for found in _shared_names(other)
        if not set(str(found.value).split()) & set(str(name.value).split())
    ]
    if not strangers:
        return None
    stranger = strangers[int(rng.integers(len(strangers)))]
    return Pair(pair.zh, pair.en.replace(pair.en[name.start : name.end], stranger))


def _shared_names(pair: Pair) -> list[Fact]:
    """Return the English names of which the Chinese holds the pinyin, as a personal name."""
    named = {key for name in find_chinese_names(pair.zh) for key in pinyin_keys(str(name.value))}
    return [f for f in find_full_names(pair.en) if str(f.value).replace(" ", "") in named]


def cut_words(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Keep the first half of the English words."""
    words = pair.en.split(" ")
    return Pair(pair.zh, " ".join(words[: len(words) // 2])) if len(words) >= 8 else None


def cut_sentences(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Keep the first sentences of the English, of about half its length."""
    kept = ""
    for sentence in split(pair.en, "en"):
        if kept and len(kept) + len(sentence) > 0.6 * len(pair.en):
            break
        kept += sentence
    return Pair(pair.zh, kept) if len(kept) <= 0.6 * len(pair.en) else None


def leave_untranslated(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Leave the last third of the Chinese as it is in place of the English."""
    third, words = len(pair.zh) // 3, pair.en.split(" ")
    if third < 3 or len(words) < 6:
        return None
    return Pair(pair.zh, " ".join(words[: 2 * len(words) // 3]) + " " + pair.zh[-third:])


def copy_source(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Return the Chinese on both sides."""
    return Pair(pair.zh, pair.zh) if count_han(pair.zh) > 1 else None


def wrong_script(pair: Pair, others: Sequence[Pair], rng: Rng) -> Pair | None:
    """Exchange the sides."""
    return Pair(pair.en, pair.zh) if len(pair.en.split()) >= 3 else None


PLANTS: dict[str, Plant] = {
    "a digit changed": change_digit,
    "a number dropped": drop_number,
    "亿 and 万 exchanged": swap_unit,
    "another name": swap_names,
    "half of the words cut": cut_words,
    "half of the sentences cut": cut_sentences,
    "a third left in Chinese": leave_untranslated,
    "the Chinese copied": copy_source,
    "the sides exchanged": wrong_script,
}


# --- measuring ----------------------------------------------------------------------------------


def alarms(beads: Sequence[Pair]) -> list[Alarm]:
    """Return the beads that raise an issue though a person aligned and read them."""
    found = ((bead, check(bead.zh, bead.en)) for bead in beads)
    return [
        Alarm(bead.zh, bead.en, tuple(issue.message for issue in issues))
        for bead, issues in found
        if issues
    ]


def measure(error: str, beads: Sequence[Pair], rng: Rng) -> Row:
    """Plant an error of one kind in every bead that can hold it."""
    planted = found = 0
    for bead in beads:
        wrong = PLANTS[error](bead, beads, rng)
        if wrong is None or wrong == bead:
            continue
        before = {(issue.kind, issue.message) for issue in check(bead.zh, bead.en)}
        after = {(issue.kind, issue.message) for issue in check(wrong.zh, wrong.en)}
        planted += 1
        found += bool(after - before)
    return Row(error, planted, found)


def main() -> None:
    """Print both figures and some false alarms."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--alarms", type=int, default=20, help="false alarms to show")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    beads = [bead for path in options.gold for bead in pairs(path)]
    rng = np.random.default_rng(options.seed)
    raised = alarms(beads)
    rows = [measure(error, beads, rng) for error in PLANTS]
    if options.json:
        result = {"beads": len(beads), "alarms": len(raised), "errors": [asdict(r) for r in rows]}
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"false alarms: {len(raised)} of {len(beads)} beads, {len(raised) / len(beads):.2%}\n")
    for row in [*rows, Row("all", sum(r.planted for r in rows), sum(r.found for r in rows))]:
        print(f"{row.error:28} {row.found:5} of {row.planted:5} found, {row.share:.1%}")
    order = rng.permutation(len(raised))[: options.alarms]
    for alarm in (raised[int(index)] for index in sorted(order)):
        print(f"\n{alarm.zh}\n{alarm.en}")
        for message in alarm.messages:
            print(f"  - {message}")


if __name__ == "__main__":
    main()
