"""Run the command line: ``python -m align`` is the same as ``align``."""

from .apps.cli import main

main()
