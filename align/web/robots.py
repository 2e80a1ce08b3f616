"""The rules of a host: what its robots.txt allows, and how fast."""

from dataclasses import dataclass, field

from protego import Protego

from .fetch_settings import PRODUCT
from .page_checks import WAYS_ROUND

MAX_ROBOTS = 512_000
"""How many bytes of a robots.txt are read; RFC 9309 asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a host allows. ``closed`` says why everything is forbidden, or is empty.

    ``advice`` says what to do then. ``delay`` is in seconds, 0 when the host asks for none;
    ``note`` is for the progress line.
    """

    note: str
    closed: str = ""
    advice: str = WAYS_ROUND
    delay: float = 0.0
    parser: Protego | None = field(default=None, repr=False)

    def allows(self, url: str) -> bool:
        """Return whether the page may be fetched."""
        return not self.closed and (self.parser is None or self.parser.can_fetch(url, PRODUCT))


def read_rules(status: int, body: bytes) -> RobotsRules:
    """Read an answer as RFC 9309 says: 4xx means no rules, 5xx means stay out.

    429 and the challenge statuses count as 5xx: the host did not say that it has no rules. HTML
    in place of rules holds no directive, so it allows everything.
    """
    if status in (412, 429) or status >= 500:
        return RobotsRules("", closed=f"its robots.txt answers {status}")
    if status != 200:
        return RobotsRules(f"it has no robots.txt ({status}), so no rules")
    parser = Protego.parse(body[:MAX_ROBOTS].decode("utf-8-sig", "replace"))
    rate = parser.request_rate(PRODUCT)
    pace = rate.seconds / rate.requests if rate and rate.requests else 0.0
    delay = max(parser.crawl_delay(PRODUCT) or 0.0, pace)
    return RobotsRules("its robots.txt was read", delay=delay, parser=parser)


def forbid_unreachable(reason: str) -> RobotsRules:
    """Return the rules of a host whose robots.txt cannot be had: stay out."""
    return RobotsRules(
        "",
        closed=f"its robots.txt cannot be read: {reason}",
        advice="Check the address and the connection, or try again later",
    )
