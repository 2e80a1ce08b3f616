"""The public API behind ``import align``; ``docs/python.md`` shows it."""
