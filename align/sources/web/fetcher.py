"""The fetcher: gets the page of a URL, with robots.txt, delays, retries and redirects."""

import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

import tenacity
from protego import Protego

from ...errors import N_, FetchError, Message
from ...records import Page
from . import address_guard as guard
from . import page_checks
from .client import HttpClient, TransientError
from .urls import absolute, get_host, split_url, swap_extension

log = logging.getLogger(__name__)

DEFAULTS = guard.FetchSettings()
MAX_ROBOTS = 512_000  # maximum bytes per robots.txt (RFC 9309: at least 500 KiB)
_ROBOT = re.compile(r"\s*user[-\s]*agent\s*:?\s*(?P<name>[^#]*)", re.I)
_BACKOFF = tenacity.wait_exponential(multiplier=2.0, max=60.0) + tenacity.wait_random(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules of a host: why it is ``closed``, its ``delay`` in seconds, a note for progress."""

    note: str
    closed: str = ""
    delay: float = 0.0
    parser: Protego | None = field(default=None, repr=False)

    def allows(self, url: str) -> bool:
        """Return whether the page may be fetched."""
        return not self.closed and (
            self.parser is None or self.parser.can_fetch(url, guard.PRODUCT)
        )


def read_rules(status: int, body: bytes) -> RobotsRules:
    """Return the rules in an answer for robots.txt (RFC 9309): 4xx is no rules, 5xx is closed.

    429 and the challenge statuses count as 5xx; HTML instead of rules allows everything.
    """
    if status in (412, 429) or status >= 500:
        return RobotsRules(
            "", closed=Message(N_("its robots.txt returned status {status}"), status=status)
        )
    if status != 200:
        return RobotsRules(Message(N_("no robots.txt ({status}), so no rules"), status=status))
    lines = body[:MAX_ROBOTS].decode("utf-8-sig", "replace").splitlines()
    parser = Protego.parse("\n".join(map(_rename_other_robot, lines)))
    rate = parser.request_rate(guard.PRODUCT)
    pace = rate.seconds / rate.requests if rate and rate.requests else 0.0
    delay = max(parser.crawl_delay(guard.PRODUCT) or 0.0, pace)
    return RobotsRules(Message(N_("robots.txt read")), delay=delay, parser=parser)


def _rename_other_robot(line: str) -> str:
    """Return a line with all other robots renamed to "-"; the parser stores rules per name.

    >>> _rename_other_robot("User-agent: Otherbot"), _rename_other_robot("User-agent: *")
    ('User-agent: -', 'User-agent: *')
    """
    match = _ROBOT.match(line)
    named = match["name"].strip().lower() if match else ""
    if match is None or named in ("", "*"):
        return line
    name = named.replace("*", "") or "-"
    return line[: match.start("name")] + (name if guard.PRODUCT.startswith(name) else "-")


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    rules: RobotsRules | None = None


class Fetcher(AbstractContextManager["Fetcher"]):
    """A polite client of web sites, one request at a time."""

    def __init__(
        self,
        settings: guard.FetchSettings = DEFAULTS,
        *,
        progress: Callable[[str], None] = log.info,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        resolver: guard.Resolve = guard.resolve,
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._sleep = sleep
        self._clock = clock
        self._client = HttpClient(settings, resolver=resolver, clock=clock)
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._requests = 0

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def get(self, url: str) -> Page:
        """Fetch one page."""
        asked = guard.check_url(url, self._settings)
        answer = self._follow(asked)
        other = swap_extension(asked) if answer.status in (404, 410) else ""
        if other:
            self._progress(
                Message(N_("{asked} not found; trying {other}"), asked=asked, other=other)
            )
            second = self._follow(other)
            answer = second if second.status == 200 else answer
        page = replace(answer, url=url.strip().partition("#")[0])
        page_checks.check_page(page)
        return page

    def pace(self, url: str) -> float:
        """Return the seconds between two requests to the host of a URL.

        The robots.txt of the host counts after the first page.
        """
        rules = self._hosts[get_host(url)].rules or RobotsRules("")
        return self._get_delay(url, rules)

    def _follow(self, url: str) -> Page:
        first = url
        for _ in range(self._settings.max_redirects + 1):
            answer = self._ask_politely(url)
            following = self._find_next(answer)
            if not following or (following == url and answer.status == 200):
                return answer  # a page, or one that refreshes itself
            if following == url:
                raise FetchError(
                    N_(
                        "{url}: redirects to itself, or back to http; if the server has no "
                        "https, add it to the setting http_hosts"
                    ),
                    url=url,
                )
            url = following
            self._progress(Message(N_("{url} redirects to {target}"), url=first, target=url))
        raise FetchError(
            N_(
                "{first}: still redirected after {max_redirects} redirects, last to {url}; open "
                "it in a browser to see where it ends"
            ),
            first=first,
            max_redirects=self._settings.max_redirects,
            url=url,
        )

    def _find_next(self, answer: Page) -> str:
        """Return the checked URL that an answer redirects to; "" for a page."""
        url, target = answer.url, page_checks.find_next_address(answer)
        if not target and answer.status in page_checks.REDIRECTS:
            raise FetchError(
                N_("{url}: redirects ({status}) without a target"),
                url=url,
                status=answer.status,
            )
        if not target:
            return ""
        following = absolute(url, target)
        if not following:
            raise FetchError(
                N_("{url}: redirects to {target!r}, which is not a URL"),
                url=url,
                target=target[:200],
            )
        guard.check_redirect(url, following)
        return guard.check_url(following, self._settings, redirected=True)

    def _ask_politely(self, url: str) -> Page:
        name = get_host(url)
        host = self._hosts[name]
        if host.rules is None:
            host.rules = self._read_robots(url)
            note = host.rules.note or host.rules.closed
            self._progress(Message(N_("{name}: {note}"), name=name, note=note))
        rules = host.rules
        if rules.closed:
            raise FetchError(
                N_("{url}: not fetched from {name}, because {closed}. {ways_round}"),
                url=url,
                name=name,
                closed=rules.closed,
                ways_round=page_checks.WAYS_ROUND,
            )
        if not rules.allows(url):
            raise FetchError(
                N_(
                    "{url}: the robots.txt of {name} forbids this page; save it in a browser "
                    "and add it with --from FILE"
                ),
                url=url,
                name=name,
            )
        return self._ask(url, self._get_delay(url, rules))

    def _get_delay(self, url: str, rules: RobotsRules) -> float:
        """Return the seconds before a request to a host; the local machine has only its own."""
        host, most = get_host(url), self._settings.max_wait
        if rules.delay > most:
            raise FetchError(
                N_(
                    "{url}: {host} requires {delay:g} s between two requests, more than the "
                    "{most:g} s of the setting max_wait"
                ),
                url=url,
                host=host,
                delay=rules.delay,
                most=most,
            )
        if split_url(url).hostname in guard.LOOPBACK_NAMES and self._settings.may_be_private(host):
            return rules.delay
        return max(self._settings.delay_for(host), rules.delay)

    def _read_robots(self, url: str) -> RobotsRules:
        """Fetch robots.txt, following redirects, also to another host (RFC 9309)."""
        address = split_url(url)._replace(path="/robots.txt", query="", fragment="").geturl()
        for hop in range(self._settings.max_redirects + 1):
            try:
                if hop:
                    address = guard.check_url(address, self._settings, redirected=True)
                answer = self._ask(address, self._get_delay(address, RobotsRules("")))
            except FetchError as error:
                if not hop and not isinstance(error, TransientError):
                    raise
                reason = error.message.without_subject(address)
                closed = Message(N_("its robots.txt cannot be read: {reason}"), reason=reason)
                return RobotsRules("", closed=closed)
            if answer.status not in page_checks.REDIRECTS:
                return read_rules(answer.status, answer.body)
            address = absolute(address, page_checks.find_header(answer.headers, "location"))
        return RobotsRules(Message(N_("robots.txt redirects endlessly, so no rules")))

    def _ask(self, url: str, delay: float) -> Page:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(self._settings.retries + 1),
            wait=self._choose_pause,
            before_sleep=self._announce_retry,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._ask_once, url, delay)

    def _ask_once(self, url: str, delay: float) -> Page:
        if self._requests >= self._settings.max_pages:
            raise FetchError(
                N_(
                    "{url}: not fetched, the limit of {max_pages} requests in one run is "
                    "reached (setting max_pages)"
                ),
                url=url,
                max_pages=self._settings.max_pages,
            )
        host = self._hosts[get_host(url)]
        pause = host.free_at + delay - self._clock() if host.free_at else 0.0
        if pause > 0:
            self._progress(
                Message(
                    N_("waiting {pause:.0f} s before the next request to {host}"),
                    pause=pause,
                    host=get_host(url),
                )
            )
            self._sleep(pause)
        self._requests += 1
        try:
            answer = self._client.ask(url)
        finally:
            host.free_at = self._clock()
        self._raise_when_transient(answer)
        return answer

    def _raise_when_transient(self, answer: Page) -> None:
        """Raise :exc:`TransientError` for a temporary status, but not for a challenge."""
        if (answer.status != 429 and answer.status < 500) or page_checks.find_challenge(answer):
            return
        asked = page_checks.find_header(answer.headers, "retry-after").strip()
        after = float(asked) if asked.isdecimal() else None
        reason = page_checks.explain_status(answer.status)
        message = Message(N_("{name}: {message}"), name=answer.url, message=reason)
        if after is not None and after > self._settings.max_wait:
            raise FetchError(
                N_("{message}; retry after {after:.0f} s"), message=message, after=after
            )
        raise TransientError(message, retry_after=after)

    def _choose_pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientError) and error.retry_after is not None:
            return error.retry_after
        return min(_BACKOFF(state), self._settings.max_wait)

    def _announce_retry(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        self._progress(
            Message(
                N_("{error}; retrying in {pause:.0f} s ({attempt} of {retries})"),
                error=error,
                pause=pause,
                attempt=state.attempt_number,
                retries=self._settings.retries,
            )
        )
