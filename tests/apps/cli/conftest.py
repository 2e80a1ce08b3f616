"""Run the command line in this process, against a web server that serves the demo pages."""

from pathlib import Path

import pytest
from web_server import serve


@pytest.fixture(scope="session")
def site(demo: Path):
    """The address of a server that stands for both sites."""
    with serve(demo / "pages") as address:
        yield address
