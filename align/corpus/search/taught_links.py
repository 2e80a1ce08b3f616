"""What people decided about links between words, as places in the present texts of a bead."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ...aligner.text.word_links import TaughtLinks
from ...records import CharSpan
from ..store import Store
from ..store.link_decisions import LinkDecision


def read_taught(store: Store, briefing: str, bead: str, zh: str, en: str) -> TaughtLinks:
    """Return the links that people confirmed and rejected in the present texts of a bead."""
    decisions = store.link_decisions([briefing])
    return place_decisions((one for one in decisions if one.bead == bead), zh, en)


def group_by_bead(decisions: Iterable[LinkDecision]) -> Mapping[str, list[LinkDecision]]:
    """Return decisions by bead."""
    found: dict[str, list[LinkDecision]] = defaultdict(list)
    for one in decisions:
        found[one.bead].append(one)
    return found


def place_decisions(decisions: Iterable[LinkDecision], zh: str, en: str) -> TaughtLinks:
    """Return what decisions about a bead say of its present texts.

    Words that were moved by an edit are found where they occur exactly once; others are left out.
    """
    right: list[tuple[CharSpan, CharSpan]] = []
    wrong: list[tuple[CharSpan, CharSpan]] = []
    for one in decisions:
        ours = find_words(zh, one.words.zh, one.places.zh)
        theirs = find_words(en, one.words.en, one.places.en)
        if ours and theirs:
            found = right if one.verdict == "right" else wrong
            found.append((ours, theirs))
    return TaughtLinks(tuple(right), tuple(wrong))


def find_words(text: str, words: str, place: CharSpan) -> CharSpan | None:
    """Return the place of words in a text that may have changed since they were marked.

    :param place: where they were then; it counts if the text still has them there.
    :return: ``None`` if the text has them nowhere, or at several other places.
    """
    if text[slice(*place)] == words:
        return place
    if text.count(words) == 1:
        start = text.index(words)
        return start, start + len(words)
    return None
