"""URLs of two language versions, compared without their language marks."""

import re
from functools import lru_cache

# Parts of an address that name a language: /eng/, zh-CN, _en, english.press.example, p12c.htm.
_LANGUAGE = re.compile(
    r"(?<![a-z0-9])(?:mfa_)?(?:zh|cn|chn|chs|cht|zho|chi|chinese|zh[-_]?(?:cn|hans|hant|tw|hk|sg)|"
    r"en|eng|english|en[-_]?(?:us|gb|uk)|sc|tc|gb|big5|www|web)(?![a-z0-9])"
)
_LETTER = re.compile(r"(?<=\d)[ce](?=\.\w+$|$)")
_MARKS = re.compile(r"[-_./]+")


@lru_cache(maxsize=4096)
def bare_address(key: str) -> str:
    """Return the key of an address without its language.

    >>> bare_address("press.example/zh-CN/a/12.html") == bare_address("press.example/en/a/12.html")
    True
    """
    text = _LETTER.sub("", key.casefold())
    return _MARKS.sub("/", _LANGUAGE.sub("", text)).strip("/")
