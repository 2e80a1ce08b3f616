"""Web server on loopback for tests, which can also simulate failures of real servers.

``serve(folder)`` serves files. ``Site`` answers from a table of path -> function(handler), and
records its requests; the functions below simulate failures.
"""

import functools
import gzip
import http.server
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path

from serve import running, serve

__all__ = [
    "Site",
    "drip",
    "drop",
    "gzip_bomb",
    "page",
    "redirect",
    "reply",
    "serve",
    "wrong_length",
]

HTML = "<!DOCTYPE html><html><head><title>{title}</title></head><body><p>{text}</p></body></html>"


CERTIFICATE = Path(__file__).with_name("press.example.pem")
"""Self-signed certificate of press.example and its key, made for tests and not secret."""


def page(text="A fictional briefing about apples.", *, title="Briefing", encoding="utf-8"):
    """Return a small complete page as bytes."""
    return HTML.format(title=title, text=text).encode(encoding)


class Site:
    """Answers by path; a value is bytes (a page) or a function that is given the handler."""

    def __init__(self, routes, *, robots=None):
        self.routes = dict(routes)
        if robots is not None:
            self.routes["/robots.txt"] = reply(robots, type="text/plain")
        self.asked = []
        self.headers = []

    @contextmanager
    def running(self, *, tls=None):
        with running(functools.partial(_Handler, self), tls=tls) as self.address:
            yield self

    def url(self, path):
        return self.address + path


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise pages are delayed by 40 ms

    def __init__(self, site, *args):
        self.site = site
        super().__init__(*args)

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.site.asked.append(self.path)
        self.site.headers.append(dict(self.headers))
        route = self.site.routes.get(self.path)
        if isinstance(route, list):  # in sequence, repeating the last
            route = route.pop(0) if len(route) > 1 else route[0]
        with ExitStack() as stack:
            # Many tests use a client that disconnects early.
            stack.push(lambda kind, error, trace: kind is not None and issubclass(kind, OSError))
            if route is None:
                reply("not here", status=404, type="text/plain")(self)
            elif isinstance(route, bytes):
                reply(route)(self)
            else:
                route(self)


def reply(body=b"", *, status=200, type="text/html", headers=()):
    """Return a route that answers with a body and its correct length."""
    body = body.encode() if isinstance(body, str) else body

    def answer(handler):
        handler.send_response(status)
        if type:
            handler.send_header("Content-Type", type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(target, *, status=302):
    return reply(b"", status=status, headers=[("Location", target)])


def wrong_length(body, length):
    """Return a route that declares another body length than it sends, then closes."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def drop(handler):
    """Close the connection without a response."""
    handler.close_connection = True


def drip(handler):
    """Send single bytes slowly, without end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.close_connection = True
    while True:
        handler.wfile.write(b".")
        time.sleep(0.002)


def drip_headers(handler):
    """Send headers without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    handler.close_connection = True
    while True:
        handler.wfile.write(b".")
        time.sleep(0.002)


def gzip_bomb(megabytes):
    """Return a route that sends a few kilobytes which decompress to this many megabytes."""
    packed = gzip.compress(b"<p>" + bytes(megabytes * 1_000_000))
    return reply(packed, headers=[("Content-Encoding", "gzip")])


Route = bytes | Callable[[_Handler], None]
