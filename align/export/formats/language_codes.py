"""Language codes of other tools: a code in, the side of a briefing out."""

from ...records import Language

_CHINESE = {"zh", "zho", "chi", "cmn", "chinese"}
_ENGLISH = {"en", "eng", "english"}


def language_of(code: str) -> Language | None:
    """Say which side a language code names, or ``None`` when it is neither Chinese nor English.

    >>> [language_of(code) for code in ("zh-CN", "zh_Hans", "cmn", "EN-us", "fr")]
    ['zh', 'zh', 'zh', 'en', None]
    """
    primary = code.strip().lower().replace("_", "-").split("-")[0]
    if primary in _CHINESE:
        return "zh"
    return "en" if primary in _ENGLISH else None


def is_traditional(code: str) -> bool:
    """Say whether a code names Chinese in traditional characters.

    >>> [is_traditional(code) for code in ("zh-TW", "zh-Hant", "zh-CN", "en-HK")]
    [True, True, False, False]
    """
    parts = code.strip().lower().replace("_", "-").split("-")
    return language_of(code) == "zh" and not {"hant", "tw", "hk", "mo"}.isdisjoint(parts[1:])
