"""Text in, beads out: sentences, vectors, the lattice, scores. No file, network, SQL or page.

This floor imports only the ground floor, so it can be used by somebody who wants no corpus.
"""
