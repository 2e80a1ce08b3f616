"""``align view``: the review page in the browser."""

import os
import subprocess
import sys
from pathlib import Path

import click

from ..errors import AlignError
from .options import corpus_option, encoder_option, load_settings


@click.command("view")
@corpus_option
@encoder_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="The port to listen on.  [default: the first free from 8501]",
)
@click.option("--no-browser", is_flag=True, help="Only start the server.")
def command(corpus: str | None, encoder: str | None, port: int | None, no_browser: bool) -> None:
    """Open the review page in the browser; Ctrl-C stops it.

    The page is served to this machine only.

    \b
    Example:
      align view --corpus corpora/main
    """
    chosen = load_settings(corpus=corpus, encoder=encoder)
    environment = {**os.environ, "ALIGN_CORPUS": chosen.corpus, "ALIGN_ENCODER": chosen.encoder}
    arguments = [
        *("--server.address", "127.0.0.1"),
        *("--server.headless", "true" if no_browser else "false"),
        *("--server.showEmailPrompt", "false"),  # else the first start waits for an address
        *("--browser.gatherUsageStats", "false"),
        *("--server.fileWatcherType", "none"),  # half a core while anything writes into the folder
        *("--server.maxUploadSize", "50"),  # megabytes, as behind deploy/nginx.conf
        *("--runner.postScriptGC", "false"),  # Python collects by itself, and not after every key
        *(("--server.port", str(port)) if port else ()),
    ]
    page = [sys.executable, "-m", "streamlit", "run", str(_page()), *arguments]
    sys.exit(subprocess.run(page, env=environment, check=False).returncode)


def _page() -> Path:
    """Find the page: in the package, and in a checkout beside it.

    :raises AlignError: when neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for path in (package.parent / "app.py", package / "ui" / "app.py"):
        if path.is_file():
            return path
    raise AlignError(f"{package}: the page is not installed; run 'streamlit run app.py' instead")
