"""Chinese characters, numerals, dates, numbers, names, dictionary words and the word model."""
