"""Score the matcher, held out, on texts of which much is missing on one side.

    python -m benchmarks.omissions GOLD...          cut long gold texts, score models that saw none

Every other text loses English sentences, the rest Chinese ones (:mod:`training.cuts`). The models
are those of ``training/train.py --folds``: neither the text nor a copy of it was trained on.
"""

from collections.abc import Sequence

from align.aligner import encoders
from align.aligner.evaluate import Scores, links, score
from align.aligner.match.features import FIRST, SECOND
from training.cuts import CUTS, Cut
from training.gold_texts import Found, Text, count_wrong, options
from training.train import COPY, PENALTY, Collection

TESTED = tuple(
    Cut(run, share, "en")
    for share, runs in ((0.05, (1,)), (0.15, (1, 3, 10)), (0.45, (3, 10, 40)))
    for run in runs
)
"""Mild and bad cuts. Models have seen others, of other texts."""


def scores(texts: Sequence[tuple[Text, Found]]) -> Scores:
    """Score what was found."""
    return score([(text.gold.beads, found) for text, found in texts])


def found_again(texts: Sequence[tuple[Text, Found]]) -> float:
    """Return the share of gold beads with two sides that were found."""
    full = [{link for link in text.gold.beads if all(link)} for text, _ in texts]
    right = sum(len(gold & set(links(found))) for gold, (_, found) in zip(full, texts, strict=True))
    return right / sum(map(len, full))


def row(name: str, texts: Sequence[tuple[Text, Found, Found]]) -> None:
    """Print the scores of one kind of cut: with the usual weights, and as the matcher does it."""
    usual = scores([(text, beads) for text, beads, _ in texts]).strict.f1
    mixed = [(text, beads) for text, _, beads in texts]
    result = scores(mixed)
    error = result.calibration.error if result.calibration else float("nan")
    figures = (usual, result.strict.f1, result.lax.f1, found_again(mixed), error)
    print("|", name, "|", " | ".join(f"{value:.3f}" for value in figures), "|", flush=True)


def tell_doubts(name: str, texts: Sequence[tuple[Text, Found]]) -> None:
    """Print how many beads are wrong and how many are expected, and where errors stand."""
    expected, wrong = count_wrong([(text.gold.beads, found) for text, found in texts])
    known = scores(texts).calibration
    shares = (known.worst_tenth, known.worst_fifth) if known else ()
    print(f"\n{name}: {sum(len(found) for _, found in texts)} beads, ", end="")
    print(
        f"wrong: expected {expected:.1f}, found {wrong}; errors in the worst tenth and fifth",
        *shares,
    )


def main() -> None:
    """Cut, train, score and print."""
    arguments = options(__doc__).parse_args()
    encoder = encoders.load(arguments.encoder)
    texts = Collection.read(arguments.gold, encoder, small=False).with_copies(CUTS, COPY, encoder)
    texts = texts.with_copies(TESTED, 0.0, encoder).with_pairs(FIRST, PENALTY)
    scored = texts.held_out(FIRST + SECOND, PENALTY)
    usual = texts.cross_validate(FIRST + SECOND, PENALTY, mix=False, usual=scored)
    mixed = texts.cross_validate(FIRST + SECOND, PENALTY, usual=scored)
    both = list(zip(texts.texts, usual, mixed, strict=True))
    print("| cut | usual F1 | strict F1 | lax F1 | beads with two sides found | ECE |")
    print("|---|---|---|---|---|---|")
    row("nothing", [one for one in both if one[0].folder == "mac-dev"])
    tested = [one for one in both if one[0].origin >= 0 and one[0].weight == 0]
    copies = [one for one in tested if one[0].folder.startswith("mac-dev")]
    for what in TESTED:
        row(what.name, [one for one in copies if one[0].folder.endswith(f", {what.name}")])
    row("all of these", copies)
    briefings = [one for one in tested if one[0].folder.startswith("briefings-dev")]
    row("all of these, briefings", briefings)
    for name, chosen in (("chapters", copies), ("briefings", briefings)):
        tell_doubts(name, [(text, beads) for text, _, beads in chosen])


if __name__ == "__main__":
    main()
