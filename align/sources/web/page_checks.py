"""Checks whether an answer is the requested page.

A server may also answer with a challenge that only a browser passes, an empty shell, its home page
with status 200, or a PDF. docs/explanation/fetching.md has the facts and their sources.
"""

import re
from collections.abc import Iterable

from ...errors import N_, FetchError, Message, PageNotFoundError
from ...records import Page
from .urls import absolute, is_home, make_url_key, path_of

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Statuses that protection services of Chinese government hosts use for a script challenge.
CHALLENGE_STATUSES = frozenset({412, 521})

_MARKERS = (
    "document.cookie",
    "challenge-platform",
    "enable javascript",
    "cache access denied",
    "__jsl_clearance",
    "window.location.reload",
)
# A challenge is small. Both values are from a crawler that was tested against the site.
_CHALLENGE_SIZE = 65_536  # maximum bytes of a challenge
_SHELL_TEXT = 100  # maximum visible characters of an empty shell

_LINK_CONTENT = re.compile(r"""\bvar\s+linkContent\s*=\s*(?:'([^']{1,2000})'|"([^"]{1,2000})")""")
_REFRESH = re.compile(
    r"""<meta[^>]{0,100}http-equiv\s*=\s*["']?refresh["']?[^>]{0,100}url\s*=\s*([^"'>\s]{1,2000})""",
    re.I,
)
_INVISIBLE = re.compile(
    r"<(script|style|noscript|title|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S
)
_TAG = re.compile(r"<[^>]*(?:>|\Z)")
# The tags in which a page names its own URL.
CANONICAL = (
    re.compile(rb"""<link[^>]{0,300}?rel=["']?canonical["']?[^>]{0,300}?href=["']([^"']+)""", re.I),
    re.compile(rb"""<link[^>]{0,300}?href=["']([^"']+)["'][^>]{0,300}?rel=["']?canonical""", re.I),
    re.compile(
        rb"""<meta[^>]{0,300}?property=["']og:url["'][^>]{0,300}?content=["']([^"']+)""", re.I
    ),
)
_HREF = re.compile(rb"""href\s*=\s*["']([^"']{1,500})""", re.I)
_SYSTEM_PAGE = re.compile(r"/web/system/|/index_17321\b")

_BINARY = {
    (b"%PDF-",): Message(N_("a PDF")),
    (b"PK\x03\x04",): Message(N_("a ZIP or Office file")),
    (b"\xd0\xcf\x11\xe0",): Message(N_("an Office file")),
    (b"\xff\xd8\xff", b"\x89PNG", b"GIF8"): Message(N_("an image")),
}

WAYS_ROUND = Message(
    N_(
        "What you can do: save the page in a browser, or capture it as WARC, and add it with "
        "--from FILE; or use the same briefing on china.com.cn, www.gov.cn or china.org.cn"
    )
)
_NOT_THERE = (404, 410)
_GONE = Message(N_("the page no longer exists:"))


def check_page(page: Page) -> None:
    """Raise :exc:`FetchError` if an answer is not the requested page, with what it is instead."""
    if challenge := find_challenge(page):
        raise FetchError(
            N_("{url}: {challenge}. {ways_round}"),
            url=page.url,
            challenge=challenge,
            ways_round=WAYS_ROUND,
        )
    if page.status != 200:
        kind = PageNotFoundError if page.status in _NOT_THERE else FetchError
        raise kind(N_("{url}: {reason}"), url=page.url, reason=explain_status(page.status))
    if not page.body.strip():
        raise FetchError(
            N_("{url}: the server returned an empty page; try again later"), url=page.url
        )
    if binary := find_binary(page.body):
        raise FetchError(
            N_("{url}: this is {binary}, not a web page; download it and add the file instead"),
            url=page.url,
            binary=binary,
        )
    _refuse_home_page(page)


def find_challenge(page: Page) -> str:
    """Return why an answer needs a browser with JavaScript, or "" if it does not."""
    body = page.body
    if page.status in CHALLENGE_STATUSES:
        return Message(
            N_("the server returned {status}, a challenge that only a browser can pass"),
            status=page.status,
        )
    if len(body) > _CHALLENGE_SIZE or b"<script" not in body.lower():
        return ""
    text = body.decode("utf-8", "replace")
    if is_challenge(text):
        return Message(
            N_("the server returned a JavaScript challenge that only a browser can pass")
        )
    # A live page of china.com.cn is a frame that names the data file with its text.
    framed = "content_data" in text
    if count_visible(text) < _SHELL_TEXT and not framed and not find_shell_target(text):
        return Message(N_("the page is an empty shell that needs JavaScript to show its text"))
    return ""


def is_challenge(html: str) -> bool:
    """Return whether a page has the signs of a script challenge, and little text."""
    lower = html.lower()
    marked = sum(marker in lower for marker in _MARKERS) >= 2
    return marked and count_visible(html) < 10 * _SHELL_TEXT


def find_shell_target(html: str) -> str:
    """Return the URL that a page without text redirects a browser to, or "".

    >>> find_shell_target("<script>var linkContent = '/m/content_1.htm';</script>")
    '/m/content_1.htm'
    """
    if len(html) > _CHALLENGE_SIZE:
        return ""
    link, refresh = _LINK_CONTENT.search(html), _REFRESH.search(html)
    if not (link or refresh) or count_visible(html) >= 2 * _SHELL_TEXT:
        return ""
    target = ""
    if link:
        target = (link[1] or link[2]).strip()
    elif refresh:
        target = refresh[1].strip()
    # The URL is shown to the user; control characters could change the terminal.
    return target if target.isprintable() else ""


def find_next_address(page: Page) -> str:
    """Return the target of a redirect or of an empty shell; "" for a page."""
    if page.status in REDIRECTS:
        return find_header(page.headers, "location")
    return find_shell_target(page.body.decode("utf-8", "replace")) if page.status == 200 else ""


def count_visible(html: str) -> int:
    """Count the visible characters of a page, without white space."""
    return len("".join(_TAG.sub(" ", _INVISIBLE.sub(" ", html)).split()))


def find_binary(body: bytes) -> str:
    """Return the kind of a binary body; "" if it is text."""
    start = body[:1024]
    for magic, name in _BINARY.items():
        if start.startswith(magic):
            return name
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""  # UTF-16 text is half zeros
    return Message(N_("binary data")) if b"\x00" in start else ""


def explain_status(status: int) -> str:
    """Return the meaning of a status other than 200, and the advice."""
    if status in _NOT_THERE:
        return Message(N_("page not found ({status}); check the URL"), status=status)
    if status in (401, 403, 451):
        return Message(
            N_("the server denies access ({status}). {ways_round}"),
            status=status,
            ways_round=WAYS_ROUND,
        )
    if status == 429:
        return Message(N_("too many requests (429); try again later with a longer delay"))
    if status >= 500:
        return Message(N_("server error ({status}); try again later"), status=status)
    return Message(N_("the server returned status {status} instead of a page"), status=status)


def _refuse_home_page(page: Page) -> None:
    """Raise if the answer for another URL is a home page or error page with status 200."""
    if is_home(page.url):
        return
    if is_home(page.final_url):
        raise PageNotFoundError(
            N_("{url}: {gone} it redirects to the home page {final_url}"),
            url=page.url,
            gone=_GONE,
            final_url=page.final_url,
        )
    if _SYSTEM_PAGE.search(path_of(page.final_url)):
        raise PageNotFoundError(
            N_("{url}: {gone} it redirects to the system page {final_url}"),
            url=page.url,
            gone=_GONE,
            final_url=page.final_url,
        )
    matches = (pattern.search(page.body[:_CHALLENGE_SIZE]) for pattern in CANONICAL)
    found = next((match[1].decode("utf-8", "replace") for match in matches if match), "")
    named = absolute(page.final_url, found)
    wrong = named and is_home(named) and make_url_key(named) != make_url_key(page.url)
    # Every article of china.com.cn names the home page as its URL.
    number = re.search(r"\d{5,}", path_of(page.final_url).rpartition("/")[2])
    if wrong and not (number and number[0].encode() in _HREF.sub(b"", page.body)):
        raise PageNotFoundError(
            N_("{url}: {gone} the server sent its home page, with status 200"),
            url=page.url,
            gone=_GONE,
        )


def find_header(headers: Iterable[tuple[str, str]], name: str) -> str:
    """Return the first header of a name, ignoring case; "" if there is none."""
    return next((value for key, value in headers if key.lower() == name.lower()), "")
