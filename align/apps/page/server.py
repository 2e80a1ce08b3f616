"""Web server of the page: Streamlit's own app behind a guard of host, token, origin and frame."""

import gc
import hmac
import json
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st
from anyio import CapacityLimiter, sleep, to_thread
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
from streamlit import config as streamlit_config
from streamlit.web import bootstrap
from streamlit.web.server.starlette import starlette_websocket as streamlit_login
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from uvicorn.config import HTTP_PROTOCOLS

from ...errors import N_, AlignError
from ...extras import require
from ...sources.processes import warm_up
from ..serve.connections import LimitedProtocol, raise_file_limit
from .allowed_hosts import EVERYWHERE, AllowedHosts
from .desk_table import DeskView, exchange_desk, prepare_list
from .elements import LARGEST_CAPTURE, SCRIPTS, SCRIPTS_VERSION
from .exchange import exchange
from .hits_exchange import HitsView, exchange_hits
from .language import TAGS, find_language, gettext
from .open_views import OPENING, VIEWS, OpenView
from .protocol import Json
from .session_state import BriefingView, needs_login, read_claims

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

VIEW_HEADER = "X-Align-View"
"""Header with the key of a view: no log contains it, and no other site can send it unasked."""

PAUSE = 0.005
"""Seconds between two looks whether a view that a request names is open now."""

WRITERS, READERS = 8, 12
"""Threads for requests with decisions, which may wait for the corpus, and for all others.

Both have their own, so that neither waits for the other, and the page waits for neither.
"""

HEADERS = {"Content-Security-Policy": "frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
"""Headers of every response, which prevent other sites from framing the page."""

_ASK = """<!doctype html><html lang="{}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>{}</title><h1>{}</h1><p>{}</p>
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
    """ASGI middleware that requires a known host, the token, and the same origin for writing.

    The token is in the first URL that is opened, and in a cookie after that.

    :param token: required for access, unless it is empty.
    :param hosts: the hosts that requests may name, by default those of this machine.
    """

    def __init__(self, app: ASGIApp, token: str = "", hosts: AllowedHosts | None = None) -> None:
        self.app = app
        self.token = token
        self.hosts = hosts or AllowedHosts()

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
        if not self.hosts.allows(request.headers.get("host", "")):
            return PlainTextResponse("Misdirected Request: align view --allow-host", 421)
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
    try:
        return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:  # a bracket that nothing closes
        return False


async def answer_operations(request: Request) -> Response:
    """Answer a request of the table or of hits; a header contains the key of its view.

    Where people log in, the request must carry the login of the person whose view it is.
    """
    name = read_login(request) if needs_login() else None
    if name == "":
        return PlainTextResponse("log in", 403)
    key = request.headers.get(VIEW_HEADER, "")
    while key in OPENING:
        await sleep(PAUSE)
    view = VIEWS.get(key)
    if view is not None and name not in (None, view.reviewer):
        return PlainTextResponse("the view of another person", 403)
    if view is None:  # from before a restart; the page redraws and gets a new key
        return PlainTextResponse("no such view", 404)
    try:
        message = await request.json()
    except (ValueError, RecursionError):  # no JSON, or brackets inside each other without end
        message = None
    if not isinstance(message, dict):
        return PlainTextResponse("not an object of JSON", 400)
    limiter = _limit(WRITERS if message.get("ops") else READERS)
    carry_out = EXCHANGES.get(type(view))
    if carry_out is None:
        return PlainTextResponse("no such view", 404)
    answer = await to_thread.run_sync(carry_out, view, message, limiter=limiter)
    return TableResponse(answer)


EXCHANGES: dict[type[OpenView], Callable[[Any, Mapping[str, Any]], Json]] = {
    BriefingView: exchange,
    DeskView: exchange_desk,
    HitsView: exchange_hits,
}
"""What answers the requests of each kind of view."""


@lru_cache
def _limit(threads: int) -> CapacityLimiter:
    return CapacityLimiter(threads)


def read_login(request: Request) -> str:
    """Return the name that the login cookie of a request proves, or an empty string.

    Streamlit reads its cookie only when it opens a session; these are the functions it uses.
    """
    signed = streamlit_login._get_signed_cookie_with_chunks(request.cookies, USER_COOKIE_NAME)
    if signed is None:
        return ""
    origin = request.headers.get("origin", "")
    return read_claims(streamlit_login._parse_decoded_user_cookie(signed, origin))


class TableResponse(JSONResponse):
    """A JSON response that can contain half of a surrogate pair, as the browser may send it."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 # as the base class
        """Return the JSON as UTF-8, or as ASCII if it is no Unicode text."""
        try:
            return super().render(content)
        except UnicodeEncodeError:
            return json.dumps(content, separators=(",", ":")).encode("ascii")


def answer_script(request: Request) -> Response:
    """Return a script of the page, if the requested version is current."""
    path = SCRIPTS.get(request.path_params["name"])
    if path is None or request.path_params["version"] != SCRIPTS_VERSION:
        return PlainTextResponse("no such script", 404)
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path, media_type="text/javascript", headers=kept)


ROUTES = (
    Route("/{base:path}review/operations", answer_operations, methods=["POST"]),
    Route("/{base:path}scripts/{version}/{name:path}", answer_script),
)
"""Routes of the page in addition to Streamlit's, below any base path."""


def serve_page(
    port: int | None,
    ready: Callable[[str], None],
    *,
    host: str = "127.0.0.1",
    token: bool,
    names: Sequence[str] = (),
) -> None:
    """Serve the page in this process until a signal ends it.

    :param port: the port to listen on; ``None`` means the first free one from 8501.
    :param host: the address to listen on.
    :param names: further host names that requests may use.
    :param ready: called with the URL to open once the server accepts requests.
    :param token: require a token; ignored if people log in.
    :raises AlignError: if a login is configured and the extra ``login`` is not installed.
    """
    options = OPTIONS | {"server.address": host} | ({"server.port": port} if port else {})
    _load_options(options)
    if needs_login():
        require("login", "[auth] in secrets.toml")
    word = secrets.token_urlsafe(24) if token else ""

    @asynccontextmanager
    async def announce(_app: st.App) -> AsyncIterator[None]:
        start_preparing()
        shown = "127.0.0.1" if host in EVERYWHERE else host
        address = f"http://{shown}:{st.get_option('server.port')}/"
        ready(address if not word or needs_login() else f"{address}?token={word}")
        yield

    raise_file_limit()
    # Streamlit leaves the choice of the HTTP protocol to uvicorn, whose table this is.
    HTTP_PROTOCOLS["auto"] = f"{LimitedProtocol.__module__}:{LimitedProtocol.__name__}"
    hosts = AllowedHosts.of(host, names, st.secrets["auth"] if needs_login() else {})
    guard = Middleware(PageGuard, token=word, hosts=hosts)
    st.App(SCRIPT, routes=ROUTES, middleware=[guard], lifespan=announce).run(config=options)


@asynccontextmanager
async def prepare_app(_app: st.App) -> AsyncIterator[None]:
    """Start loading what the first visitor needs when the server starts."""
    start_preparing()
    yield


def start_preparing() -> None:
    """Load in the background what the first visitor would otherwise wait for."""
    threading.Thread(target=_prepare, name="prepare page", daemon=True).start()


OBJECTS_BEFORE_GC = 50_000
"""New objects after which Python looks for garbage: with its usual 700, it looks through all rows
of all open briefings twice while it reads 10,000 rows, for 0.1 s each."""


def _prepare() -> None:
    """Load the list of briefings, the modules of the page, and the process that reads uploads."""
    gc.set_threshold(OBJECTS_BEFORE_GC, *gc.get_threshold()[1:])
    with suppress(AlignError):  # the page reports a corpus that cannot be opened
        prepare_list()
    import_module(f"{__package__}.app").import_pages()
    warm_up()
    # What is loaded now stays. Without this, opening a long briefing makes so many records that
    # Python looks through all modules for garbage again and again.
    gc.collect()
    gc.freeze()


def _load_options(options: Mapping[str, object]) -> None:
    """Load Streamlit's options as its app does, before secrets are read.

    Reading the secrets would load the options without ours. Streamlit would then report, on the
    terminal, that options of the server have changed.
    """
    # Streamlit reads its settings from the folder of the program that was started.
    beside = SCRIPT.parents[3] / "app.py"
    there = (beside.parent / ".streamlit" / "config.toml").is_file()
    sys.argv = [str(beside if there else SCRIPT)]
    streamlit_config._main_script_path = sys.argv[0]
    bootstrap.load_config_options(dict(options))
