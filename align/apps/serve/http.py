"""Translation memory over HTTP, with the protocol of amagama and tmserver."""

import base64
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from ...corpus.search.memory import LEAST
from ...errors import AlignError, StoreError
from . import MOST, ServedCorpus, UnknownLanguageError, read_number

# Weblate is configured with the URL up to ``/tm``; Virtaal appends ``/tmserver`` itself.
PREFIXES = ("", "/tm", "/tmserver")
WAITING = 64  # maximum requests in progress or waiting; more get status 503
RATE = 12_000  # maximum requests per minute and client address
LARGEST = 1 << 20  # maximum bytes of a request head; even an overlong text gets a clear answer
DESCRIPTION = Path(__file__).with_name("openapi.json")
# Allowed host names without a token, so that another site cannot use a domain of its own.
LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")


class _Text(PathConvertor):
    """Path converter for the rest of a path, including line breaks (%0A) and slashes (%2F)."""

    regex = "(?s:.*)"


register_url_convertor("text", _Text())


def make_app(
    corpus: ServedCorpus,
    *,
    token: str = "",
    rate: int = RATE,
    waiting: int = WAITING,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """Return the application; without a ``token``, only host names of this machine are allowed."""

    def translate(request: Request) -> Response:
        names, options = request.path_params, request.query_params
        found = corpus.translate(
            names["source"],
            names["target"],
            names["text"] or options.get("source", ""),
            limit=read_number(options, "max_candidates", 10, MOST),
            least=read_number(options, "min_similarity", LEAST, 100),
        )
        return _json(found)

    def propose(request: Request) -> Response:
        asked = request.query_params
        names = (asked.get("source", ""), asked.get("target", ""), asked.get("text", ""))
        best = [one["proposed"] or one["target"] for one in corpus.translate(*names, limit=1)]
        return _json({"translation": "".join(best)})

    def search(request: Request) -> Response:
        return _json(corpus.search(request.query_params))

    def list_languages(_request: Request) -> Response:
        return _json({"sourceLanguages": ["zh", "en"], "targetLanguages": ["en", "zh"]})

    def health(_request: Request) -> Response:
        corpus.refresh()
        return _json({"status": "ok"})

    routes = [Route("/concordance", search), Route("/mt", propose), Route("/health", health)]
    routes.append(Route("/openapi.json", lambda _request: FileResponse(DESCRIPTION)))
    for prefix in PREFIXES:
        routes.append(Route(f"{prefix}/languages/", list_languages))
        routes.append(Route(f"{prefix}/{{source}}/{{target}}/unit/{{text:text}}", translate))
    guard = [Middleware(BaseHTTPMiddleware, dispatch=_Guard(token, rate, waiting, clock))]
    if not token:
        guard.append(Middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, "["]))
    refusals = {AlignError: _refuse, HTTPException: _refuse}
    return Starlette(routes=routes, middleware=guard, exception_handlers=refusals)


def _json(answer: object, status: int = 200) -> Response:
    text = json.dumps(answer, ensure_ascii=False, default=asdict)
    return Response(text.encode("utf-8", "replace"), status, media_type="application/json")


def _refuse(_request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _fail(error.status_code, str(error.detail))
    if not isinstance(error, AlignError):
        return _fail(400, str(error))
    status = 400
    if isinstance(error, StoreError):
        status = 503
    elif isinstance(error, UnknownLanguageError):
        status = 404
    found = {"error": str(error), "code": error.code, "values": dict(error.values)}
    return _json(found, status)


def _fail(status: int, line: str) -> Response:
    """Return the response for an error of HTTP, with a code such as ``request.not-found``."""
    phrase = HTTPStatus(status).phrase.lower().replace(" ", "-")
    return _json({"error": line, "code": f"request.{phrase}", "values": {}}, status)


class _Guard:
    """Middleware that requires the token and limits load and rate."""

    def __init__(self, token: str, rate: int, waiting: int, clock: Callable[[], float]) -> None:
        self._token = token.encode()
        self._clock = clock
        self._rate = rate
        self._most = waiting
        self._waiting = 0
        self._minute = 0
        self._asked = Counter[str | None]()

    async def __call__(self, request: Request, answer: RequestResponseEndpoint) -> Response:
        """Answer a request, or pass it to the application."""
        if refusal := self._refusal(request):
            return refusal
        self._waiting += 1
        try:
            return await answer(request)
        finally:
            self._waiting -= 1

    def _refusal(self, request: Request) -> Response | None:
        client = request.client.host if request.client else None
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute = minute
            self._asked.clear()
        self._asked[client] += 1
        if self._asked[client] > self._rate:
            return _later(429, f"more than {self._rate:,} requests per minute; try again later")
        if request.scope["path"] != "/health" and not self._is_known(request):
            refusal = _fail(401, "the token is missing or wrong; send the token of the server")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="translation memory"'
            return refusal
        if request.method not in ("GET", "HEAD"):  # its body may never arrive
            return _json({"error": "this memory is only read: use GET"}, 405)
        if self._waiting >= self._most:
            return _later(503, "too many requests at once; try again in a second")
        return None

    def _is_known(self, request: Request) -> bool:
        """Return whether a request has the token: as bearer, as password, or in its query."""
        if not self._token:
            return True
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        offered = given.strip().encode("latin-1")
        if kind.lower() == "basic":
            try:
                offered = base64.b64decode(offered, validate=True).partition(b":")[2]
            except ValueError:
                offered = b""
        in_query = request.query_params.get("token", "").encode()
        return any(hmac.compare_digest(one, self._token) for one in (offered, in_query))


def _later(status: int, line: str) -> Response:
    refusal = _fail(status, f"{HTTPStatus(status).phrase}: {line}")
    refusal.headers["Retry-After"] = "1" if status == 503 else "60"
    return refusal
