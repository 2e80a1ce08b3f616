"""Web server of the page: Streamlit's own app behind a guard of token, origin and frame."""

import hmac
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...errors import N_
from ...extras import require
from .elements import LARGEST_CAPTURE, SCRIPTS, SCRIPTS_VERSION
from .exchange import exchange
from .language import TAGS, find_language, gettext
from .session_state import VIEWS, needs_login

SCRIPT = Path(__file__).with_name("script.py")

OPTIONS: dict[str, object] = {
    "server.headless": True,
    "server.fileWatcherType": "none",  # half a core while anything writes into the folder
    "server.maxUploadSize": LARGEST_CAPTURE,
    "browser.gatherUsageStats": False,
    "runner.postScriptGC": False,  # Python collects by itself, and not after every key
    "logger.hideWelcomeMessage": True,  # it shows a URL without the token
}
"""Streamlit options for ``align view``; others are in ``.streamlit/config.toml``."""

HEADERS = {"Content-Security-Policy": "frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
"""Headers of every response, which prevent other sites from framing the page."""

_ASK = """<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p>
<form><label>{} <input name="token" type="password"></label> <button>{}</button></form>
"""
_ASKED = (
    N_("Briefings"),
    N_("Access token required"),
    N_("Open the URL printed by align view, or paste its token."),
    N_("Token"),
    N_("Open"),
)


class PageGuard:
    """ASGI middleware that requires the token, and the same origin for requests that write.

    The token is in the first URL that is opened, and in a cookie after that.

    :param token: required for access, unless it is empty.
    """

    def __init__(self, app: ASGIApp, token: str = "") -> None:
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it to the app."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer = self._answer(HTTPConnection(scope)) or self.app
        if scope["type"] == "websocket" and answer is not self.app:
            await send({"type": "websocket.close", "code": 1008})  # the handshake gets status 403
        else:
            await answer(scope, receive, partial(_send_guarded, send))

    def _answer(self, request: HTTPConnection) -> Response | None:
        """Return the guard's own response, or ``None`` if the app is to respond."""
        path = request.scope["path"]
        if path == "/_stcore/metrics":  # it reveals memory and number of sessions
            return PlainTextResponse("Not Found", 404)
        reads = request.scope.get("method") in ("GET", "HEAD")
        if not reads and not is_same_origin(request.headers):
            return PlainTextResponse("another origin", 403)
        # The health endpoint only reveals that the server is running.
        if path == "/_stcore/health" or not self.token or needs_login():
            return None
        cookie = f"align_token_{request.scope['server'][1]}"  # cookies are shared by all ports
        if reads and self._knows(request.query_params.get("token", "")):
            return self._welcome(request, cookie)
        if self._knows(request.cookies.get(cookie, "")):
            return None
        language = find_language(request.cookies, request.headers.get("accept-language", ""))
        texts = (gettext(text, language) for text in _ASKED)
        return HTMLResponse(_ASK.format(TAGS[language], *texts), 403)

    def _knows(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.token.encode())

    def _welcome(self, request: HTTPConnection, cookie: str) -> Response:
        """Return a redirect to the same URL without the token, which is stored in a cookie."""
        words = [pair for pair in request.query_params.multi_items() if pair[0] != "token"]
        # Exactly one leading slash, so that the redirect cannot name another host.
        path = "/" + request.scope["path"].lstrip("/\\")
        answer = RedirectResponse(f"{path}?{urlencode(words)}" if words else path, 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(cookie, self.token, httponly=True, samesite="strict", secure=secure)
        answer.headers["Cache-Control"] = "no-store"
        return answer


async def _send_guarded(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers[name] = value
    await send(message)


def is_same_origin(headers: Headers) -> bool:
    """Return whether the origin of a request is this host and port, or is not given."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


async def answer_table(request: Request) -> Response:
    """Answer a request of the review table; the path contains the key of its view."""
    view = VIEWS.get(request.path_params["view"])
    if view is None:  # from before a restart; the page redraws and gets a new key
        return PlainTextResponse("no such view", 404)
    try:
        message = await request.json()
    except ValueError:
        message = None
    if not isinstance(message, dict):
        return PlainTextResponse("not an object of JSON", 400)
    return JSONResponse(await run_in_threadpool(exchange, view, message))


def answer_script(request: Request) -> Response:
    """Return a script of the page, if the requested version is current."""
    path = SCRIPTS.get(request.path_params["name"])
    if path is None or request.path_params["version"] != SCRIPTS_VERSION:
        return PlainTextResponse("no such script", 404)
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path, media_type="text/javascript", headers=kept)


ROUTES = (
    Route("/{base:path}review/{view}", answer_table, methods=["POST"]),
    Route("/{base:path}scripts/{version}/{name:path}", answer_script),
)
"""Routes of the page in addition to Streamlit's, below any base path."""


def serve_page(
    port: int | None, ready: Callable[[str], None], *, host: str = "127.0.0.1", token: bool
) -> None:
    """Serve the page in this process until a signal ends it.

    :param port: the port to listen on; ``None`` means the first free one from 8501.
    :param host: the address to listen on.
    :param ready: called with the URL to open once the server accepts requests.
    :param token: require a token; ignored if people log in.
    :raises AlignError: if a login is configured and the extra ``login`` is not installed.
    """
    if needs_login():
        require("login", "[auth] in secrets.toml")
    word = secrets.token_urlsafe(24) if token else ""

    @asynccontextmanager
    async def announce(_app: st.App) -> AsyncIterator[None]:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        address = f"http://{shown}:{st.get_option('server.port')}/"
        ready(address if not word or needs_login() else f"{address}?token={word}")
        yield

    # Streamlit reads its settings from the folder of the program that was started.
    beside = SCRIPT.parents[3] / "app.py"
    there = (beside.parent / ".streamlit" / "config.toml").is_file()
    sys.argv = [str(beside if there else SCRIPT)]
    options = OPTIONS | {"server.address": host} | ({"server.port": port} if port else {})
    guard = Middleware(PageGuard, token=word)
    st.App(SCRIPT, routes=ROUTES, middleware=[guard], lifespan=announce).run(config=options)
