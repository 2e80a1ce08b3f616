"""A real web server for tests, on loopback, that also fails in the ways real ones do.

``serve(folder)`` serves files. ``Site`` answers by a table of path -> function(handler), and
counts what it was asked; the functions below make the failures.
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
"""A certificate of press.example that signs itself, with its key: made for tests, no secret."""


def page(text="A fictional briefing about apples.", *, title="Briefing", encoding="utf-8"):
    """Give the bytes of a small whole page."""
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
    disable_nagle_algorithm = True  # or a page waits 40 ms, until the client has its headers

    def __init__(self, site, *args):
        self.site = site
        super().__init__(*args)

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.site.asked.append(self.path)
        self.site.headers.append(dict(self.headers))
        route = self.site.routes.get(self.path)
        if isinstance(route, list):  # one after the other, the last for ever
            route = route.pop(0) if len(route) > 1 else route[0]
        with ExitStack() as stack:
            # A client that leaves in the middle is what many of these tests are about.
            stack.push(lambda kind, error, trace: kind is not None and issubclass(kind, OSError))
            if route is None:
                reply("not here", status=404, type="text/plain")(self)
            elif isinstance(route, bytes):
                reply(route)(self)
            else:
                route(self)


def reply(body=b"", *, status=200, type="text/html", headers=()):
    """Answer with a body and its true length."""
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
    """Declare another length than is sent, then close."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def drop(handler):
    """Close the connection without a word."""
    handler.close_connection = True


def drip(handler):
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.close_connection = True
    while True:
        handler.wfile.write(b".")
        time.sleep(0.002)


def drip_headers(handler):
    """Never come to the end of the headers."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    handler.close_connection = True
    while True:
        handler.wfile.write(b".")
        time.sleep(0.002)


def gzip_bomb(megabytes):
    """Send a few kilobytes that unfold to so many megabytes."""
    packed = gzip.compress(b"<p>" + bytes(megabytes * 1_000_000))
    return reply(packed, headers=[("Content-Encoding", "gzip")])


Route = bytes | Callable[[_Handler], None]
