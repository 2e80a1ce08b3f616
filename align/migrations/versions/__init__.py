"""One file per schema change, named by number."""
