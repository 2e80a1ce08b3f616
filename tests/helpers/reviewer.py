"""A reviewer in one browser tab, for tests of review."""

from itertools import count

from align.corpus.review import (
    Request,
    ReviewSession,
)


class Reviewer:
    """Simulated reviewer in one browser tab who receives every response immediately."""

    def __init__(self, store, name, tab, aligner=lambda *_: None):
        self.session = ReviewSession(store, "water", name, aligner)
        self.tab = tab
        self.numbers = count(1)

    def do(self, action, *places, **more):
        rows = tuple(self.session.state.rows[place].id for place in places)
        seen = more.pop("seen", self.session.seq)
        op = f"{self.tab}-{next(self.numbers)}"
        return self.session.do(Request(op, action, rows, seen=seen, **more))

    @property
    def kinds(self):
        return [row.kind for row in self.session.state.rows]

    @property
    def statuses(self):
        return [row.status for row in self.session.state.rows]
