"""Measurements of speed, memory and accuracy. Run as ``python -m benchmarks.NAME``."""
