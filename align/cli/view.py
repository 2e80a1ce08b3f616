"""``align view``: the review page in the browser."""

import os
import threading
import webbrowser

import click

from .options import corpus_option, encoder_option, load_settings


@click.command("view")
@corpus_option
@encoder_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="The port to listen on.  [default: the first free from 8501]",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; beyond this machine put TLS before it (docs/server.md).",
)
@click.option("--no-browser", is_flag=True, help="Only start the server.")
@click.option(
    "--no-token",
    is_flag=True,
    help="Let in every program and person of this machine; by default the address that is "
    "opened holds a token, unless people log in.",
)
def command(
    corpus: str | None,
    encoder: str | None,
    port: int | None,
    host: str,
    no_browser: bool,
    no_token: bool,
) -> None:
    """Open the review page in the browser; Ctrl-C stops it.

    The page is served to this machine only, unless --host names another address.

    \b
    Example:
      align view --corpus corpora/main
    """
    from ..ui.server import serve_page  # Streamlit takes a second to import

    if no_token and host not in ("127.0.0.1", "::1", "localhost"):
        raise click.UsageError("--no-token lets everybody in: it needs a --host of this machine")
    chosen = load_settings(corpus=corpus, encoder=encoder)
    os.environ["ALIGN_CORPUS"] = chosen.corpus
    os.environ["ALIGN_ENCODER"] = chosen.encoder

    def show(address: str) -> None:
        click.echo(f"The page: {address}\nCtrl-C stops it.")
        if not no_browser:  # in a thread: a browser of the terminal would keep the server waiting
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve_page(port, show, host=host, token=not no_token)
