"""Which tokens of two texts translate each other: a model that is learned from pairs of texts.

Chinese is taken as single characters, English as stems. ``training`` counts, ``counts`` keeps and
adds the counts, ``posteriors`` links the tokens of one row.
"""
