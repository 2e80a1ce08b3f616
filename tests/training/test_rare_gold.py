"""Copies of gold texts with what is rare in them."""

from align.aligner.evaluate import Gold
from training.rare import give_roles, insert_asides, join_sentences

COUNT = 40
GOLD = Gold(
    "made up",
    tuple(f"第{n}句。" for n in range(COUNT)),
    tuple(f"Sentence {n}." for n in range(COUNT)),
    tuple(((n,), (n,)) for n in range(COUNT)),
    tuple(n // 20 for n in range(COUNT)),
    tuple(n // 20 for n in range(COUNT)),
)


def covered(gold, side):
    return sorted(index for bead in gold.beads for index in bead[side])


def test_joined_sentences_make_long_beads_within_a_paragraph():
    joined = join_sentences(GOLD, "zh", 0.3, 1)
    long = [bead for bead in joined.beads if len(bead[1]) >= 7]
    assert long
    for zh, en in long:
        assert len(zh) == 1
        assert joined.zh[zh[0]] == "；".join(f"第{n}句" for n in en) + "。"
        assert en[0] // 20 == en[-1] // 20
    assert covered(joined, 0) == list(range(len(joined.zh)))
    assert covered(joined, 1) == list(range(COUNT))
    assert len(joined.zh_paragraphs) == len(joined.zh)


def test_english_is_joined_with_semicolons():
    joined = join_sentences(GOLD, "en", 0.3, 1)
    long = next(bead for bead in joined.beads if len(bead[0]) >= 7)
    assert joined.en[long[1][0]] == "; ".join(f"Sentence {n}" for n in long[0]) + "."


def test_asides_stand_in_beads_of_their_own():
    changed = insert_asides(GOLD, 0.3, 1)
    added = [bead for bead in changed.beads if not all(bead)]
    assert added
    assert covered(changed, 0) == list(range(len(changed.zh)))
    assert covered(changed, 1) == list(range(len(changed.en)))
    kept = [changed.zh[zh[0]] for zh, en in changed.beads if zh and changed.zh[zh[0]] in GOLD.zh]
    assert kept == list(GOLD.zh)
    for zh, en in changed.beads:
        if zh and en and changed.zh[zh[0]] in GOLD.zh:
            assert changed.en[en[0]] == GOLD.en[GOLD.zh.index(changed.zh[zh[0]])]


def test_roles_follow_paragraphs_and_need_as_many_on_both_sides():
    roles = give_roles(GOLD, 1)
    assert len(roles["zh"]) == COUNT
    assert len(set(roles["zh"][:20])) == 1
    fewer = Gold("fewer", GOLD.zh, GOLD.en, GOLD.beads, GOLD.zh_paragraphs, (0,) * COUNT)
    assert give_roles(fewer, 1) == {"zh": (), "en": ()}
