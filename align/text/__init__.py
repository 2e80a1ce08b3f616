"""Chinese characters, numerals, dates, names and dictionary words, used by all stages."""
