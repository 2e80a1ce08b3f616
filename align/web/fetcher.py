"""An address in, a page out: robots, delay, retries, redirects and shells around one request."""

import datetime as dt
import email.utils
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

import tenacity

from ..errors import FetchError
from ..records import Page
from .address_guard import Resolve, check_redirect, check_url, is_loopback, resolve
from .fetch_settings import FetchSettings
from .page_checks import (
    check_page,
    explain_status,
    find_challenge,
    find_header,
    find_shell_target,
    may_be_home_page,
    refuse_copy,
)
from .robots import RobotsRules, forbid_unreachable, read_rules
from .urls import get_host, join_url, make_document_key, split_url, swap_extension

if TYPE_CHECKING:
    from .client import HttpClient, HttpResponse

log = logging.getLogger(__name__)

DEFAULTS = FetchSettings()
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_AGE = 24 * 3600.0  # seconds after which rules are read again, as RFC 9309 asks


@dataclass(slots=True)
class _Host:
    """What is remembered about one host during a run."""

    free_at: float = 0.0
    rules: RobotsRules | None = None
    rules_at: float = 0.0
    bodies: dict[str, str] = field(default_factory=dict)  # checksum to document key
    front: bytes | None = None  # the home page, once it was needed


class Fetcher:
    """The polite way to the web; a context manager.

    Used by several threads it still makes one request at a time. Clock, sleep and resolver are
    parameters so that tests need no patience and no network.
    """

    def __init__(
        self,
        settings: FetchSettings = DEFAULTS,
        *,
        progress: Callable[[str], None] = log.info,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        resolver: Resolve = resolve,
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._sleep = sleep
        self._clock = clock
        self._resolver = resolver
        self._network: HttpClient | None = None
        self._hosts: dict[str, _Host] = {}
        self._requests = 0
        self._lock = threading.RLock()

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; a later :meth:`get` opens new ones."""
        with self._lock:
            if self._network is not None:
                self._network.close()
                self._network = None

    def get(self, url: str) -> Page:
        """Fetch one page.

        :raises FetchError: in one plain line, when the page cannot be had or is not a page.
        """
        with self._lock:
            asked = check_url(url, self._settings)
            answer = self._follow(asked)
            if answer.status in (404, 410) and swap_extension(asked):
                answer = self._try_sibling(asked, answer)
            page = Page(
                url=url.strip().partition("#")[0],
                final_url=answer.url,
                status=answer.status,
                headers=answer.headers,
                fetched_at=dt.datetime.now(dt.UTC),
                body=answer.body,
            )
            check_page(page)
            self._refuse_repeated(page)
            if may_be_home_page(page):
                refuse_copy(page, self._front(page.final_url))
            self._warn_when_cut(page)
            return page

    def _try_sibling(self, asked: str, missing: "HttpResponse") -> "HttpResponse":
        other = swap_extension(asked)
        self._progress(f"{asked} is not there; trying {other}")
        answer = self._follow(other)
        return answer if answer.status == 200 else missing

    def _follow(self, url: str) -> "HttpResponse":
        """Ask for a page and follow redirects and shells within its host."""
        first = url
        for _ in range(self._settings.max_redirects + 1):
            answer = self._ask_politely(url)
            target = _target(answer)
            if not target:
                return answer
            following = join_url(url, target)
            if not following:
                raise FetchError(f"{url}: leads to {target[:200]!r}, which is not an address")
            check_redirect(url, following)
            following = check_url(following, self._settings, redirected=True)
            if following == url and answer.status == 200:
                return answer  # a page that refreshes itself
            if following == url:
                raise FetchError(
                    f"{url}: redirects to itself, or back to http; if the server has no https, "
                    "name it in the setting http_hosts"
                )
            url = following
            self._progress(f"{first} leads to {url}")
        raise FetchError(
            f"{first}: still redirected after {self._settings.max_redirects} hops, "
            f"at last to {url}; open it in a browser to see where it ends"
        )

    def _ask_politely(self, url: str) -> "HttpResponse":
        """Ask once the host's rules allow it and its delay has passed."""
        rules = self._rules(url)
        if rules.closed:
            raise FetchError(
                f"{url}: we stay out of {get_host(url)}, because {rules.closed}. {rules.advice}"
            )
        if not rules.allows(url):
            raise FetchError(
                f"{url}: the robots.txt of {get_host(url)} forbids this page; save it in a browser "
                "and add it with --from FILE"
            )
        return self._ask(url, limit=self._settings.max_bytes, delay=self._delay(url, rules))

    def _delay(self, url: str, rules: RobotsRules) -> float:
        """Give the pause before a request to a host; this machine itself needs none."""
        if rules.delay > self._settings.max_wait:
            raise FetchError(
                f"{url}: {get_host(url)} asks for {rules.delay:g} s between two pages, more than "
                f"the {self._settings.max_wait:g} s of the setting max_wait"
            )
        mine = self._settings.allow_private and is_loopback(url)
        return max(0.0 if mine else self._settings.delay_for(get_host(url)), rules.delay)

    def _rules(self, url: str) -> RobotsRules:
        host = self._hosts.setdefault(get_host(url), _Host())
        if host.rules is None or self._clock() - host.rules_at > _ROBOTS_AGE:
            host.rules = self._read_robots(url)
            host.rules_at = self._clock()
            self._progress(f"{get_host(url)}: {host.rules.note or host.rules.closed}")
        return host.rules

    def _read_robots(self, url: str) -> RobotsRules:
        """Fetch robots.txt, following redirects within the host.

        RFC 9309: a host that cannot be reached is closed; redirects that lead nowhere mean that
        there are no rules.
        """
        from .client import TransientError

        address = split_url(url)._replace(path="/robots.txt", query="", fragment="").geturl()
        delay = self._delay(url, RobotsRules(""))
        for _ in range(self._settings.max_redirects + 1):
            try:
                answer = self._ask(address, limit=self._settings.max_bytes, delay=delay)
            except TransientError as error:
                return forbid_unreachable(str(error).removeprefix(f"{address}: "))
            if answer.status not in _REDIRECTS:
                return read_rules(answer.status, answer.body)
            following = join_url(address, find_header(answer.headers, "location"))
            if get_host(following) != get_host(address):
                return RobotsRules("its robots.txt leads to another host, so no rules")
            address = check_url(following, self._settings, redirected=True)
        return RobotsRules("its robots.txt redirects without end, so no rules")

    def _ask(self, url: str, *, limit: int, delay: float) -> "HttpResponse":
        """Ask, and again after failures that may pass."""
        from .client import TransientError

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(self._settings.retries + 1),
            wait=self._pause,
            before_sleep=self._announce,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._ask_once, url, limit, delay)

    def _ask_once(self, url: str, limit: int, delay: float) -> "HttpResponse":
        """Wait for the host's turn, send one request, and sort its answer."""
        from .client import HttpClient

        if self._network is None:
            self._network = HttpClient(self._settings, resolver=self._resolver, clock=self._clock)
        if self._requests >= self._settings.max_pages:
            raise FetchError(
                f"{url}: not fetched, the limit of {self._settings.max_pages} requests in one run "
                "is reached (setting max_pages)"
            )
        self._wait_turn(url, delay)
        self._requests += 1
        try:
            answer = self._network.ask(url, limit=limit)
        finally:
            self._hosts.setdefault(get_host(url), _Host()).free_at = self._clock()
        self._raise_when_transient(answer)
        return answer

    def _wait_turn(self, url: str, delay: float) -> None:
        host = self._hosts.setdefault(get_host(url), _Host())
        pause = host.free_at + delay - self._clock() if host.free_at else 0.0
        if pause > 0:
            self._progress(f"waiting {pause:.0f} s, so as not to burden {get_host(url)}")
            self._sleep(pause)

    def _raise_when_transient(self, answer: "HttpResponse") -> None:
        """Raise for a status that may pass; never for a challenge, which will not."""
        from .client import TransientError

        if answer.status != 429 and answer.status < 500:
            return
        if find_challenge(answer.status, answer.body):
            return
        after = _retry_after(find_header(answer.headers, "retry-after"))
        message = f"{answer.url}: {explain_status(answer.status)}"
        if after is not None and after > self._settings.max_wait:
            raise FetchError(f"{message}; it asks to come back in {_span(after)}")
        raise TransientError(message, retry_after=after)

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Give the seconds before the next try: what the server asks, else growing by chance."""
        from .client import TransientError

        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientError) and error.retry_after is not None:
            return error.retry_after
        return min(_BACKOFF(state), self._settings.max_wait)

    def _announce(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        self._progress(
            f"{error}; trying again in {pause:.0f} s "
            f"({state.attempt_number} of {self._settings.retries})"
        )

    def _refuse_repeated(self, page: Page) -> None:
        """Refuse bytes that the host sent for another document: a page that says "not found"."""
        host = self._hosts.setdefault(get_host(page.final_url), _Host())
        key = make_document_key(page.final_url)
        if host.bodies.setdefault(page.sha256, key) != key:
            raise FetchError(
                f"{page.url}: the server sent the same bytes as for {host.bodies[page.sha256]}; "
                "one of them is a page that stands for a missing one"
            )

    def _front(self, url: str) -> bytes:
        """Give the home page of a host, fetched once; empty when it cannot be had."""
        host = self._hosts.setdefault(get_host(url), _Host())
        if host.front is None:
            self._progress(f"{url} looks like a home page; comparing it with that of the host")
            try:
                host.front = self._follow(join_url(url, "/")).body
            except FetchError as error:
                log.info("%s", error)
                host.front = b""
        return host.front

    def _warn_when_cut(self, page: Page) -> None:
        """Say when HTML stops before its end, as it does under a Content-Length too small."""
        if b"<html" in page.body[:2048].lower() and b"</html" not in page.body[-4096:].lower():
            self._progress(f"{page.url}: the page stops before </html>; it may be cut off")


_BACKOFF = tenacity.wait_exponential(multiplier=2.0, max=60.0) + tenacity.wait_random(0.0, 1.0)


def _target(answer: "HttpResponse") -> str:
    """Give where an answer leads on to: a redirect or a shell; empty for a page."""
    if answer.status in _REDIRECTS:
        location = find_header(answer.headers, "location")
        if not location:
            raise FetchError(f"{answer.url}: redirects ({answer.status}) without saying where")
        return location
    return find_shell_target(answer.body) if answer.status == 200 else ""


def _span(seconds: float) -> str:
    """Say a time of more than two minutes as people do.

    >>> _span(240), _span(86400 * 3)
    ('4 minutes', '3 days')
    """
    for unit, size in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"


def _retry_after(value: str) -> float | None:
    """Read a Retry-After header, in seconds or as a date; ``None`` when it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    return max(0.0, (date - dt.datetime.now(dt.UTC)).total_seconds())
