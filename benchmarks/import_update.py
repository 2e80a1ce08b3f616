"""Measure how an edited table comes back: time, memory, and that all of it is there, once.

    python -m benchmarks.import_update --beads 100000 --edits 5000

Made-up beads are imported, exported as a table, corrected in rows spread over it, and brought back:
first only to see, then for good, then once more. The peaks are those since the start.
"""

import argparse
import csv
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from align.corpus.exchange.importing import import_file
from align.corpus.exchange.importing.update import Editor, update
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.store import Store
from benchmarks.export import Generated, timed

ANN = Editor("ann")


def corrected(first: Path, second: Path, every: int) -> int:
    """Copy a TSV with a correction and a verdict in some of its rows; give how many."""
    count = 0
    with (
        first.open(encoding="utf-8", newline="") as source,
        second.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.DictReader(source, delimiter="\t")
        table = csv.DictWriter(target, rows.fieldnames or (), delimiter="\t", lineterminator="\n")
        table.writeheader()
        for at, row in enumerate(rows):
            if at % every == every // 2:
                row |= {"en": f"Corrected: {at}.", "status": "accepted", "note": "a spreadsheet"}
                count += 1
            table.writerow(row)
    return count


def main() -> int:
    """Import, export, correct, bring back; say whether the corpus then holds the corrections."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--beads", type=int, default=100_000)
    options.add_argument("--edits", type=int, default=5_000)
    chosen = options.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(folder / "corpus", create=True) as store:
            with timed("import"):
                import_file(
                    store,
                    export(
                        Generated(chosen.beads), ExportPlan("jsonl", folder / "all.jsonl")
                    ).files[0],
                )
            with timed("export"):
                first = export(store, ExportPlan("tsv", folder / "first.tsv")).files[0]
            edits = corrected(first, folder / "edited.tsv", max(chosen.beads // chosen.edits, 1))
            with timed("dry run"):
                dry = update(store, folder / "edited.tsv", ANN, dry=True)
            with timed("update"):
                done = update(store, folder / "edited.tsv", ANN)
            with timed("again"):
                again = update(store, folder / "edited.tsv", ANN)
            written = sum(bead.verdict.note == "a spreadsheet" for bead in store.pairs())
    print(f"  {len(done.made):,} of {edits:,} decisions, {len(done.left)} rows left")
    right = len(dry.made) == len(done.made) == written == edits and not again.made
    print("  all there, once" if right else "  NOT ALL THERE")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
