"""Wording of messages: shortened texts and counted nouns."""


def shorten(text: str, longest: int) -> str:
    """Cut a text to a number of characters, the last of them an ellipsis.

    >>> shorten("a long title", 7)
    'a long…'
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def count_noun(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> count_noun(1, "row"), count_noun(1200, "row"), count_noun(2, "person", "people")
    ('1 row', '1,200 rows', '2 people')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
