"""Press briefings of the harbour office, and flash cards, for briefing-align."""

from align.corpus.exchange.formats import Format

CARDS = Format("cards", "briefing_harbour.cards", (".cards",))
