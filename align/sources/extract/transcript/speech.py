"""Lines that name a speaker, and the signs of a conversation: turns, questions, pronouns."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import Block

_PRONOUNS = r"\b(?:I|me|my|mine|you|your|yours|let['’]s|let us)\b|[我你您咱妳]"
_ADDRESSES = re.compile(_PRONOUNS, re.IGNORECASE)
_TALKS = re.compile(
    rf"{_PRONOUNS}|大家|谢谢|謝謝|各位|[吗嗎呢吧啊]|[?？!！]"
    r"|\b(?:we|us|our|yes|no|nope|okay|ok|thanks|thank|please|sorry|hello|hi|welcome)\b"
    r"|\bgood (?:morning|afternoon|evening)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]")
_MOST_BLOCKS = 20  # to a speaker, on average
_ENDS = re.compile(r"[.。!！?？…—][\"'”’」』)）\]】]*$")


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A block that begins with a speaker; ``label`` is as printed, ``rest`` is speech.

    The label takes ``blocks`` blocks: two if a time or an office is on the line below the name.
    ``stamp`` has the time and the words around it, which are not text.
    """

    index: int
    label: str
    rest: str = ""
    stamp: str = ""
    blocks: int = 1
    name: str = ""  # without office and mark

    def said(self, blocks: Sequence[Block]) -> str:
        """Return the first text of the turn; '' if the text ends before it."""
        if self.rest:
            return self.rest
        below = self.index + self.blocks
        return blocks[below].text if below < len(blocks) else ""


def take_turns(names: Sequence[str]) -> bool:
    """Return whether names recur after others, as in a conversation.

    At least half of the turns must be by speakers who have several.
    """
    times = Counter(names)
    recurring = sum(count for count in times.values() if count > 1)
    changes = sum(1 for name, after in pairwise(names) if name != after)
    return len(names) > 2 and 2 * recurring >= len(names) and changes >= len(times)


def are_frequent(lines: Sequence[SpeakerLine], blocks: Sequence[Block]) -> bool:
    """Return whether a text has a speaker for at most 20 blocks; a long one may look like one."""
    return _MOST_BLOCKS * len(lines) >= len(blocks)


def share_talking(texts: Sequence[str]) -> float:
    """Return the share of texts with the words of a conversation: questions, thanks, pronouns."""
    return _share(_TALKS, texts)


def share_ending(texts: Sequence[str]) -> float:
    """Return the share of texts that end as a sentence does."""
    return _share(_ENDS, texts)


def any_asks(texts: Sequence[str]) -> bool:
    """Return whether a text contains a question."""
    return any(map(_ASKS.search, texts))


def is_personal(texts: Sequence[str]) -> bool:
    """Return whether half of the texts say "I" or "you", or a fifth if a text asks."""
    return _share(_ADDRESSES, texts) >= (0.2 if any_asks(texts) else 0.5)


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return bool(_ENDS.search(text))


def _share(sign: re.Pattern[str], texts: Sequence[str]) -> float:
    found = sum(1 for text in texts if sign.search(text))
    return found / len(texts) if texts else 0.0
