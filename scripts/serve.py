"""Serve a folder over HTTP on a loopback port: ``python scripts/serve.py FOLDER [--port N]``.

The demo and the tests fetch from it as from any web site. The server declares no charset, as
many of the real ones do not.
"""

import argparse
import functools
import http.server
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, without a line per request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Keep silent."""

    def list_directory(self, path: Any) -> None:  # noqa: ANN401 # the signature of the base class
        """Answer 404 for a folder without an index page, as a web site does."""
        self.send_error(404)


class QuietServer(http.server.ThreadingHTTPServer):
    """A server that says nothing when a visitor leaves in the middle."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 # base class
        """Report everything but broken connections."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def serve(folder: Path, *, port: int = 0) -> Iterator[str]:
    """Serve a folder while the block runs; yield its address without a slash at the end.

    :param port: a free one is taken when it is 0, or in use.
    """
    handler = functools.partial(QuietHandler, directory=str(folder))
    with running(handler, port=port) as address:
        yield address


@contextmanager
def running(
    handler: Any,  # noqa: ANN401 # a class or a partial of one
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Run a handler on a loopback port while the block runs; yield its address.

    :param port: a free one is taken when it is 0, or in use.
    """
    try:
        server = QuietServer(("127.0.0.1", port), handler)
    except OSError:  # it is in use
        server = QuietServer(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve until stopped with Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with serve(options.folder, port=options.port) as address:
        print(address, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
