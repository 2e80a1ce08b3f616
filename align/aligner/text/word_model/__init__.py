"""The word model: which tokens of two texts are translations, learned from the rows of a corpus.

A Chinese token is one character, an English token is a stem. ``training`` counts, ``counts`` stores
and adds the counts, ``posteriors`` links the tokens of one row.
"""
