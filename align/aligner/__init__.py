"""The aligner: from two texts to beads. It has sentence segmentation, encoders, the match, scores.

This floor imports only the ground floor: no network, no SQL and no page. It can be used without a
corpus.
"""
