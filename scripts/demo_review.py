"""Review two thirds of the demo corpus as a person with the gold in hand would.

    python scripts/demo_review.py CORPUS

Rows that are in the gold are accepted, the others are flagged; every verdict says that it is this
script's.
"""

import sys
from pathlib import Path

from align.aligner.evaluate import read_gold
from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store

GOLD = Path(__file__).resolve().parent.parent / "corpora" / "demo"
REVIEWER = "demo script"


def right_texts() -> set[tuple[str, str]]:
    """Return the two texts of every bead of the demo's gold."""
    golds = [read_gold(path) for path in sorted(GOLD.glob("gold*.json"))]
    return {
        ("".join(gold.zh[at] for at in zh), " ".join(gold.en[at] for at in en))
        for gold in golds
        for zh, en in gold.beads
    }


def main() -> None:
    """Review the corpus that the command line names."""
    right = right_texts()
    with Store.open(sys.argv[1]) as store:
        for briefing in store.briefings():
            session = ReviewSession(store, briefing.id, REVIEWER)
            rows = session.state.rows
            accepted = flagged = 0
            for number, row in enumerate(rows[: len(rows) * 2 // 3]):
                good = (row.zh_text, row.en_text) in right
                action, reason = ("accept", "") if good else ("flag", "not in the gold")
                op = f"demo-{briefing.id}-{number}"
                session.do(Request(op, action, (row.id,), reason=reason, seen=session.seq))
                accepted, flagged = accepted + good, flagged + (not good)
            print(f"{briefing.id}: {accepted} rows accepted, {flagged} flagged, of {len(rows)}")


if __name__ == "__main__":
    main()
