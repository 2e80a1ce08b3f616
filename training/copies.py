"""Copies of gold texts that are trained on beside them: what is rare in gold, and small texts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from align.aligner import encoders
from align.aligner.match.engine import is_small
from align.records import LANGUAGES
from training.gold_texts import Text, describe_gold, sides
from training.rare import give_roles, insert_asides, join_sentences
from training.runs import draw

COPIED = 20
"""A text with more sentences has copies with omissions."""

RARE_SHARES, RARE_SHARES_SMALL = (0.1, 0.06), (1.0, 0.3)
"""Share of the beads of a text that are joined in its copies with long beads, and share of those
behind which an aside is put; likewise of a small text."""

JOINED, ASIDES = 0.05, 0.2
"""Weights of such copies, and of those with asides: both are rarer in texts than there."""

RARE_RUN = 5
"""Beads of the small texts that have such copies, at the least."""

RUNS = 4
"""Small texts of each kind and size that are drawn from a text of which there are copies; more are
translations."""


def rare_copies(
    text: Text, shares: tuple[float, float], encoder: encoders.Encoder, *, small: bool = False
) -> Iterator[Text]:
    """Yield copies with joined sentences, and one with asides and roles."""
    joined, inserted = shares
    for side in LANGUAGES:
        gold = join_sentences(text.gold, side, joined, 1)
        if gold != text.gold:
            copy = describe_gold(gold, f"{text.folder}, joined {side}", encoder, small=small)
            yield replace(copy, weight=JOINED)
    gold = insert_asides(text.gold, inserted, 1)
    copy = describe_gold(
        gold, f"{text.folder}, asides", encoder, small=small, roles=give_roles(gold, 1)
    )
    yield replace(copy, weight=ASIDES)


def small_texts(
    texts: Sequence[Text], each: int, encoder: encoders.Encoder, *, seed: int = 1
) -> Iterator[Text]:
    """Return the small ones of some texts, and small texts drawn from those that are not short."""
    for n, text in enumerate(texts):
        if text.origin >= 0:
            continue
        if is_small(*sides(text.gold)):
            small = describe_gold(text.gold, text.folder, encoder, small=True)
            yield replace(small, origin=n)
        elif min(len(text.gold.zh), len(text.gold.en)) > COPIED:
            for run in draw(text.gold, each, seed):
                small = describe_gold(run.gold, f"{run.kind}, {run.size}", encoder, small=True)
                yield replace(small, origin=n)
                if run.kind == "true" and run.size >= RARE_RUN:
                    for copy in rare_copies(small, RARE_SHARES_SMALL, encoder, small=True):
                        yield replace(copy, origin=n, rare=True)
