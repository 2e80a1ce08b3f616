"""Clients that send half a request are disconnected, and never keep others out."""

import asyncio
import socket
import threading
import urllib.request
from contextlib import closing, contextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from align.apps.serve import connections
from align.apps.serve.connections import LimitedProtocol


class FewConnections(LimitedProtocol):
    most = staticmethod(lambda: 20)


async def hello(_request):
    return PlainTextResponse("hello")


@contextmanager
def served(protocol):
    app = Starlette(routes=[Route("/", hello)])
    config = uvicorn.Config(app, http=protocol, log_level="error", backlog=16)
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=asyncio.run, args=(server.serve([listening]),))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def ask(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
        return answer.read()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: 127",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\nHost: a\r\n\r\na",
    ],
)
def test_half_sent_requests_leave_room_for_a_whole_one(half):
    with served(FewConnections) as port:
        held = []
        for _ in range(60):
            held.append(socket.create_connection(("127.0.0.1", port), timeout=60))
            held[-1].sendall(half)
        assert ask(port) == b"hello"
        for one in held:
            one.close()


class Impatient(LimitedProtocol):
    header_seconds = 0.2


def test_a_request_that_never_comes_is_disconnected():
    with served(Impatient) as port:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
            client.sendall(b"GET / HTTP/1.1\r\n")
            with suppress(ConnectionResetError):
                assert client.recv(100) == b""
        assert ask(port) == b"hello"


def test_a_server_has_half_of_the_files_that_it_may_open():
    assert 1 <= connections.most_connections() <= 4096
