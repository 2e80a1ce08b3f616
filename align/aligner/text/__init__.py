"""Chinese characters, numerals, dates, names and dictionary words."""
