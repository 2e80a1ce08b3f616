"""The command line beside the library: both say the same."""

from command_line import run

__all__ = ["run"]  # a fixture
