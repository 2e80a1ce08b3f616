"""URLs: parts, links, and keys that are equal for the same page or document."""

import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

# A URL in the Internet Archive: time, flag such as id_, and the original URL, in which some
# programs merge the two slashes.
_ARCHIVED = re.compile(
    r"^(?P<archive>https?://web\.archive\.org/web/\d{4,14}[a-z_]*/)(?P<url>https?:/.+)$", re.I
)
_CONTENT_ID = re.compile(
    r"""<meta[^>]{0,99}?name\s*=\s*["']contentid["'][^>]{0,99}?content\s*=\s*["'](\w{5,60})["']""",
    re.I,
)
MAX_LENGTH = 2048  # characters of an address
_HOME = re.compile(r"^/?(?:(?:index|default|home)(?:_m)?\.(?:s?html?|jsp|aspx|php))?$", re.I)


def strip_archive(url: str) -> str:
    """Return the original URL of a page in the Internet Archive, and other URLs unchanged.

    >>> strip_archive("https://web.archive.org/web/20310401000000id_/http://press.example/1.htm")
    'http://press.example/1.htm'
    """
    match = _ARCHIVED.match(url)
    return re.sub(r"^(https?:)/+", r"\1//", match["url"]) if match else url


def is_archived(url: str) -> bool:
    """Return whether a URL is a copy in the Internet Archive."""
    return _ARCHIVED.match(url) is not None


def join_in_archive(base: str, target: str) -> str:
    """Return the target of a link, within the Internet Archive if the page is a copy there.

    >>> join_in_archive("https://web.archive.org/web/2031id_/http://a.example/1.htm", "1_2.htm")
    'https://web.archive.org/web/2031id_/http://a.example/1_2.htm'
    """
    match = _ARCHIVED.match(base)
    if match is None:
        return urljoin(base, target)
    rewritten = urljoin("https://web.archive.org", target)  # links that the archive rewrote
    archived = _ARCHIVED.match(rewritten) is not None
    own = strip_archive(rewritten) if archived else urljoin(strip_archive(base), target)
    return match["archive"] + own if own.startswith(("http:", "https:")) else own


def absolute(base: str, href: str) -> str:
    """Return the absolute URL of a link (http, https, file) without fragment, or ''."""
    try:
        parts = split_url(join_in_archive(base, href.strip()))
    except ValueError:
        return ""
    if not href.strip() or parts.scheme not in ("http", "https", "file") or href.startswith("#"):
        return ""
    return parts._replace(fragment="").geturl()


def _split(url: str) -> SplitResult:
    try:
        return split_url(strip_archive(url))
    except ValueError:
        return urlsplit("")


def host_of(url: str) -> str:
    """Return the host of an address in lower case, or ''."""
    return (_split(url).hostname or "").lower()


def path_of(url: str) -> str:
    """Return the path of an address, or ''."""
    return _split(url).path


def make_url_key(url: str) -> str:
    """Return the key of a page among saved ones: host, path and query, no scheme or fragment.

    >>> make_url_key("HTTP://Example.org:80/a%62/index.htm#top") == make_url_key("https://example.org/ab/")
    True
    """
    parts = split_url(strip_archive(url))
    path = quote(unquote(parts.path), safe="/;=@:,!$'()*+~") or "/"
    path = re.sub(r"/(?:index|default)\.s?html?$", "/", path)
    query = f"?{parts.query}" if parts.query else ""
    return f"{get_host(strip_archive(url))}{path}{query}"


def get_host(url: str) -> str:
    """Return host and port in lower case, without a standard port."""
    parts = split_url(url)
    return join_host(parts.hostname or "", parts.port)


def join_host(host: str, port: int | None) -> str:
    """Return host and port joined, in the form of :func:`get_host`."""
    name = host.lower().rstrip(".")
    return name if port in (None, 80, 443) else f"{name}:{port}"


def swap_extension(url: str) -> str:
    """Return the address with ``.htm`` for ``.html`` or the other way, else ""."""
    parts = split_url(url)
    for ending, other in ((".htm", ".html"), (".html", ".htm")):
        if parts.path.endswith(ending):
            return parts._replace(path=parts.path[: -len(ending)] + other, fragment="").geturl()
    return ""


def find_numbered_address(html: str) -> str:
    """Return the URL in a page that ends in the page's content id, or "" (china.com.cn)."""
    number = _CONTENT_ID.search(html)
    pattern = rf"https?://[^\s\"'<>?#]{{1,300}}\b\w{{0,20}}{number[1]}(?:\.\w+)?" if number else ""
    match = re.search(pattern, html) if pattern else None
    return match[0] if match else ""


def is_web_address(text: str) -> bool:
    """Return whether a text is a complete http or https URL without control characters."""
    parts = _split(text)
    web = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    return web and len(text) <= MAX_LENGTH and text.isprintable()


def is_home(url: str) -> bool:
    """Return whether a URL is the home page of its host."""
    parts = _split(url)
    return bool(parts.netloc) and not parts.query and bool(_HOME.match(parts.path))


def split_url(url: str) -> SplitResult:
    """Return the parts of a URL; raise :exc:`ValueError` if it is invalid."""
    parts = urlsplit(url)
    _ = parts.port  # urlsplit checks the port only on access
    return parts
