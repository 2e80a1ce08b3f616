"""``python -m align`` is ``align``."""

from .cli import main

main()
