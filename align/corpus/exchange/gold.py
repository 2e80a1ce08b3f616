"""Reviewed briefings as gold alignments, for ``align evaluate``."""

from collections.abc import Iterator
from pathlib import Path

from ...aligner.evaluate import Gold, Link
from ...aligner.match import Side
from ...errors import N_, FormatError
from ...records import Bead, Briefing
from ..store import Store


def read_reviewed(folder: Path) -> tuple[list[Gold], int]:
    """Return the reviewed briefings of a corpus as gold, and how many others it has.

    A briefing is reviewed if all of its rows are accepted or rejected.

    :raises FormatError: if no briefing is reviewed.
    """
    with Store.open(folder) as store:
        summaries = sorted(store.briefings(), key=lambda one: one.id)
        names = [one.id for one in summaries if one.beads == one.accepted + one.rejected]
        golds = [_to_gold(store.briefing(name)) for name in names]
    if not golds:
        raise FormatError(
            N_("{folder}: no gold: no briefing has all of its rows accepted or rejected"),
            folder=folder,
        )
    return golds, len(summaries) - len(golds)


def _to_gold(briefing: Briefing) -> Gold:
    zh, en = Side.of(briefing.zh_sentences), Side.of(briefing.en_sentences)
    beads = [link for bead in briefing.alignment.beads for link in _read_links(bead)]
    return Gold(
        id=briefing.id,
        zh=zh.sentences,
        en=en.sentences,
        beads=tuple(beads),
        zh_paragraphs=zh.paragraphs,
        en_paragraphs=en.paragraphs,
        zh_turns=zh.turns,
        en_turns=en.turns,
    )


def _read_links(bead: Bead) -> Iterator[Link]:
    """Yield the bead as its reviewer left it: rejected, its texts do not translate each other."""
    if bead.status != "rejected":
        yield bead.zh, bead.en
        return
    if bead.zh:
        yield bead.zh, ()
    if bead.en:
        yield (), bead.en
