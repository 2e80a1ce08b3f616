"""Random and hostile input. Run as ``python -m fuzz.NAME``."""
