"""What the page counts in the background, without waiting for somebody to ask."""

from contextlib import closing

import pytest
from bead_strategy import bead
from beads_in_memory import FolderStore

from align.apps.page.background_words import BackgroundWords
from align.corpus.pipeline import MANY
from align.corpus.search.terms import LEAST_ROWS, KeptTerms
from align.corpus.store.index.full_text import FullTextIndex


@pytest.mark.parametrize(("briefings", "counted"), [(MANY - 1, False), (MANY, True)])
def test_terms_are_counted_in_the_background_if_many_briefings_are_new(
    tmp_path, briefings, counted
):
    beads = [
        bead(id=f"b{at}", briefing=f"day-{at:02}", zh="港口开放。", en="The harbour is open.")
        for at in range(briefings)
    ]
    words = BackgroundWords(FolderStore(tmp_path, *beads), fewest=1)
    words.wake()
    words.wait()
    assert words.chances is not None
    with closing(FullTextIndex(tmp_path)) as index:
        assert KeptTerms(index, LEAST_ROWS).current is counted
