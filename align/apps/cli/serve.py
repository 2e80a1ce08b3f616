"""``align view``, ``serve`` and ``mcp``: serve the corpus to browsers and other programs."""

import os
import socket
import threading
import webbrowser
from contextlib import closing
from pathlib import Path

import click

from ...errors import N_, AbsentError, AlignError, Message
from ...extras import require
from ...sources.web.address_guard import LOOPBACK_NAMES
from .shared import corpus_option, encoder_option, load_settings, say, show_bar


@click.command("view")
@corpus_option
@encoder_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port to listen on.  [default: first free port from 8501]",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; put TLS in front if it is not local (docs/howto/server.md).",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Another name under which others reach the page; may be repeated.",
)
@click.option("--no-browser", is_flag=True, help="Start the server without opening a browser.")
@click.option(
    "--no-token",
    is_flag=True,
    help="Disable the access token: any local user or program can open the page. By default the "
    "URL contains a token, unless people log in.",
)
def view_command(
    corpus: str | None,
    encoder: str | None,
    port: int | None,
    host: str,
    names: tuple[str, ...],
    no_browser: bool,
    no_token: bool,
) -> None:
    """Start the review page and open it in a browser.

    Ctrl-C stops it. Only this machine can open the page, unless --host names another address. A
    corpus that does not exist yet is created when you add the first briefing.

    \b
    Example:
      align view --corpus corpora/main
    """
    require("page", "the review page")
    if no_token and host not in LOOPBACK_NAMES:
        raise click.UsageError("--no-token gives everyone access; use it only with a local --host")
    chosen = load_settings(corpus=corpus, encoder=encoder)
    _announce_new_corpus(chosen.corpus)
    os.environ["ALIGN_CORPUS"] = chosen.corpus
    os.environ["ALIGN_ENCODER"] = chosen.encoder

    from ..page.server import serve_page  # Streamlit takes a second to import

    def show(address: str) -> None:
        click.echo(f"Review page: {address}\nPress Ctrl-C to stop.")
        if not no_browser:  # in a thread, because a terminal browser would block the server
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    _listen(host, 0).close()  # Streamlit gives no reason if it fails
    serve_page(port, show, host=host, token=not no_token, names=names)


def _announce_new_corpus(location: str) -> None:
    """Name a corpus that does not exist yet, because its path may be mistyped.

    :raises StoreError: if the folder contains other files.
    :raises AlignError: if neither its parent folder nor the folder above that exists.
    """
    from ...corpus.store.engine import database_url  # SQLAlchemy is slow to import

    try:
        database_url(location)
    except AbsentError:
        folder = Path(location).absolute()
        if not folder.parent.parent.is_dir():
            raise AlignError(
                N_("{location}: {parent} does not exist; check the path, or create that folder"),
                location=location,
                parent=folder.parent,
            ) from None
        say(f"{location}: new corpus", err=True)


@click.command("serve")
@corpus_option
@encoder_option
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--token",
    envvar="ALIGN_SERVE_TOKEN",
    default="",
    help="Token that each request must send; required if --host is not local.  "
    "[env: ALIGN_SERVE_TOKEN]",
)
@click.option(
    "--rate",
    type=click.IntRange(min=1),
    default=12_000,
    show_default=True,
    help="Maximum requests per minute and client.",
)
def command(
    corpus: str | None, encoder: str | None, port: int, host: str, token: str, rate: int
) -> None:
    """Serve the corpus as a translation memory over HTTP.

    Weblate, Virtaal and others can use it. Ctrl-C stops it.

    \b
    Examples:
      align serve --corpus corpora/main
      curl http://127.0.0.1:8080/tm/zh/en/unit/海洋经济
    """
    if not token and host not in LOOPBACK_NAMES:
        raise click.UsageError("--host is not local: give a --token, and put TLS in front")
    require("serve", "align serve")
    import uvicorn

    from ..serve import ServedCorpus
    from ..serve.connections import BACKLOG, LimitedProtocol, raise_file_limit
    from ..serve.http import LARGEST, make_app

    with (
        _listen(host, port) as listening,
        closing(ServedCorpus(load_settings(corpus=corpus, encoder=encoder))) as served,
    ):
        with show_bar("indexing") as reading:
            served.refresh(reading.at)
        shown = f"[{host}]" if ":" in host else host
        say(f"Translation memory: http://{shown}:{listening.getsockname()[1]}/tm")
        say("Press Ctrl-C to stop.", err=True)
        raise_file_limit()
        settings = uvicorn.Config(
            make_app(served, token=token, rate=rate),
            log_level="warning",
            access_log=False,  # queries may be confidential
            h11_max_incomplete_event_size=LARGEST,
            http=LimitedProtocol,
            backlog=BACKLOG,
        )
        uvicorn.Server(settings).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # Python appends the address to the system's message.
        why = (error.strerror or str(error)).partition(" (while")[0]
        if error.errno in (socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL):
            why = Message(N_("unknown host"))
        raise AlignError(
            N_("{place}: cannot listen on it ({why}); use another --port or --host"),
            place=f"{host}:{port}" if port else host,
            why=why,
        ) from None
    # asyncio sets TCP_NODELAY only on its own sockets; without it each response is delayed by up
    # to 40 ms (delayed ACK).
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


@click.command("mcp")
@corpus_option
@encoder_option
def mcp_command(corpus: str | None, encoder: str | None) -> None:
    """Give language models read-only access to the corpus (MCP).

    The MCP server uses standard input and output.

    \b
    Example, as a client starts it (docs/howto/translation-memory.md shows its configuration):
      align mcp --corpus /data/main
    """
    require("mcp", "MCP")
    from ..serve import ServedCorpus
    from ..serve.mcp import make_server, run_stdio

    with closing(ServedCorpus(load_settings(corpus=corpus, encoder=encoder))) as served:
        run_stdio(make_server(served))
