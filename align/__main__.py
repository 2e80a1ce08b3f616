"""``python -m align`` is ``align``."""

from .apps.cli import main

main()
