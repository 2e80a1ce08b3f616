"""``align serve`` and ``align mcp``: the corpus for other programs, read-only."""

import os
import socket

import click

from ..errors import AlignError
from .options import corpus_option, encoder_option, load_settings
from .output import say
from .progress import show_bar


@click.command("serve")
@corpus_option
@encoder_option
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--token",
    envvar="ALIGN_SERVE_TOKEN",
    default="",
    help="What every request must bring; needed beyond this machine.  [env: ALIGN_SERVE_TOKEN]",
)
@click.option(
    "--rate",
    type=click.IntRange(min=1),
    default=12_000,
    show_default=True,
    help="Requests of one address in a minute.",
)
def command(
    corpus: str | None, encoder: str | None, port: int, host: str, token: str, rate: int
) -> None:
    """Serve the corpus as a translation memory to Weblate, Virtaal and others; Ctrl-C stops it.

    \b
    Examples:
      align serve --corpus corpora/main
      curl http://127.0.0.1:8080/tm/zh/en/unit/海洋经济
    """
    if not token and host not in ("127.0.0.1", "::1", "localhost"):
        raise click.UsageError("beyond this machine the corpus needs a --token, and TLS before it")
    import uvicorn

    from ..serve.corpus import ServedCorpus
    from ..serve.http import LARGEST, make_app

    served = ServedCorpus(load_settings(corpus=corpus, encoder=encoder))
    with show_bar("Reading the corpus for its words") as reading:
        served.refresh(reading.at)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        line = f"{host}:{port}: cannot listen there ({why}); name another --port"
        raise AlignError(line) from None
    # asyncio sets it for its own sockets only; without it every answer waits for an ACK of 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    shown = f"[{host}]" if ":" in host else host
    say(f"The translation memory: http://{shown}:{listening.getsockname()[1]}/tm")
    say("Ctrl-C stops it.", err=True)
    settings = uvicorn.Config(
        make_app(served, token=token, rate=rate),
        log_level="warning",
        access_log=False,  # what is asked for may be confidential
        h11_max_incomplete_event_size=LARGEST,
        http="h11",
    )
    uvicorn.Server(settings).run(sockets=[listening])


@click.command("mcp")
@corpus_option
@encoder_option
def mcp_command(corpus: str | None, encoder: str | None) -> None:
    """Let a language model search the corpus: an MCP server on standard input and output.

    \b
    Example, as a client starts it (docs/serve.md has its configuration):
      align mcp --corpus /data/main
    """
    try:
        from ..serve.mcp import make_server
    except ImportError:
        raise AlignError("MCP needs its SDK: pip install 'briefing-align[mcp]'") from None
    from ..serve.corpus import ServedCorpus

    make_server(ServedCorpus(load_settings(corpus=corpus, encoder=encoder))).run()
