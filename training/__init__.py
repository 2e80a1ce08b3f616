"""Train the matcher's model. Run as ``python -m training.NAME``."""
