"""Run the command line in this process, against a web server that serves the demo pages."""

from pathlib import Path

import pytest
from command_line import run
from web_server import serve

__all__ = ["run"]  # a fixture


@pytest.fixture(scope="session")
def site(demo: Path):
    """The address of a server that stands for both sites."""
    with serve(demo / "pages") as address:
        yield address
