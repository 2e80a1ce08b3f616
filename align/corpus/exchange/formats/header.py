"""The header of a table from another tool: the row that names its columns, if there is one.

Spreadsheets may have a title, a note or an empty row above it, and name a language in brackets:
"Translation (ZH-CN)". Without such names, a column is Chinese or English by its text, if only one
of each is possible.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....aligner.text.chinese import count_han, han_share
from ....errors import N_, Message
from ....records import LANGUAGES, Language, Sides
from .text import language_of

SAMPLE = 200
"""Rows from which the header, and the languages of the columns, are found."""

_LAST_HEADER = 10  # the header is one of the first rows
_IN_BRACKETS = re.compile(r"[^()（）\[\]]*[(（\[]\s*([^()（）\[\]]+?)\s*[)）\]]\s*")
_LATIN = re.compile(r"[A-Za-z]")
_CHINESE, _ENGLISH = 0.5, 0.1  # least and greatest share of Chinese characters in a column
_LEAST_RATIO = 1.2  # Latin letters per Chinese character of a translation; of a number of a part 1
_LONGEST_NAME = 30  # characters of the name of a column
_SENTENCES = 0.8  # share of sentences among the other texts that makes a first row doubtful
_SENTENCE_END = re.compile(r"[.!?…。！？；][\"'”’」』)）]*\s*$")
_WORDY = 0.1  # least share of cells with a space in a column of texts; names of strings have none


@dataclass(frozen=True, slots=True)
class TableHeader:
    """The names of the columns of a table, by ours where they are known.

    ``written`` are the names in the file, empty if it has none; ``rows`` counts the rows up to the
    header. ``note`` says for the user what was guessed or skipped.
    """

    names: tuple[str, ...]
    written: tuple[str, ...]
    rows: int
    note: str = ""

    @property
    def has_texts(self) -> bool:
        """Whether there is a column of each language."""
        return {*LANGUAGES} <= {*self.names}


def column_name(name: str) -> str:
    """Return the name of a column as we write it; a language code names a text.

    >>> [column_name(name) for name in ("zh-CN", " EN ", "Speaker", "zh_index")]
    ['zh', 'en', 'speaker', 'zh_index']
    """
    plain = name.strip().lower()
    language = language_of(plain) if "_index" not in plain and "_raw" not in plain else None
    return language or plain


def bracketed_name(name: str) -> str:
    """Return the name of a column as :func:`column_name`; a language may be in brackets.

    >>> [bracketed_name(name) for name in ("Translation (ZH-CN)", "原文（英文）", "Date (CN)")]
    ['zh', 'en', 'date (cn)']
    """
    found = _IN_BRACKETS.fullmatch(name)
    language = language_of(found[1]) if found else None
    return language or column_name(name)


def names_languages(row: Sequence[str]) -> bool:
    """Return whether a row has names of a Chinese and of an English column."""
    return {*LANGUAGES} <= {*map(bracketed_name, row)}


def find_header(rows: Sequence[Sequence[str]], columns: Mapping[str, str] | None) -> TableHeader:
    """Return the header of a table.

    If the languages of the columns cannot be found, it is the first row.

    :param rows: the first rows, without empty ones.
    :param columns: the names that the user gives to columns, by ours; or their numbers from 1.
    """
    first = rows[0] if rows else ()
    if columns:
        return _find_given(rows, columns)
    for name in (column_name, bracketed_name):
        for at, row in enumerate(rows[:_LAST_HEADER]):
            names = tuple(map(name, row))
            if {*LANGUAGES} <= {*names}:
                return TableHeader(names, tuple(row), at + 1, _note_skipped(rows[:at]))
    return (
        _find_sides(rows)
        or _find_by_text(rows)
        or TableHeader(tuple(map(column_name, first)), tuple(first), 1)
    )


def _find_given(rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> TableHeader:
    """Return the header with the names that the user gives, or else the columns by number."""
    given = {*columns.values()}
    named = (at for at, row in enumerate(rows[:_LAST_HEADER]) if given <= {*row})
    at = next(named, 0)
    row = tuple(rows[at]) if rows else ()
    width = max(map(len, rows), default=0)
    is_named = given <= {*row}
    if not is_named and all(one.isdecimal() and 1 <= int(one) <= width for one in given):
        names = [_number_column(number) for number in range(1, width + 1)]
        for name, number in columns.items():
            names[int(number) - 1] = name
        return TableHeader(tuple(names), (), 0)
    ours = {name: mine for mine, name in columns.items()}
    names = [ours.get(name) or column_name(name) for name in row]
    for place, mine in enumerate(names):
        if columns.get(mine, row[place]) != row[place]:  # the user names another one
            names[place] = f"other {mine}"
    return TableHeader(tuple(names), row, at + 1, _note_skipped(rows[:at]))


def _find_sides(rows: Sequence[Sequence[str]]) -> TableHeader | None:
    """Return the header that names two columns of text, such as "原文" and "译文"."""
    from ....sources.readers.tables import find_named_columns  # 0.3 s to load, for few tables

    found = find_named_columns(rows)
    if found is None:
        return None
    count, places = found
    written = tuple(rows[count - 1])
    names = list(map(column_name, written))
    for language, place in places.items():
        names[place] = language
    by_text = note_by_text(written[places["zh"]], written[places["en"]])
    skipped = _note_skipped(rows[: count - 1])
    note = Message(N_("{by_text}; {skipped}"), by_text=by_text, skipped=skipped)
    return TableHeader(tuple(names), written, count, note if skipped else by_text)


def _find_by_text(rows: Sequence[Sequence[str]]) -> TableHeader | None:
    """Return the header of a table whose languages only the text of its columns tells.

    The first row is a header if one of its two cells is not in the language of its column.
    """
    places = _find_text_columns(rows)
    if places is None:
        return None
    width = max(map(len, rows))
    first = [*rows[0], *[""] * (width - len(rows[0]))]
    chinese, english = first[places["zh"]], first[places["en"]]
    is_header = bool(chinese and not count_han(chinese)) or count_han(english) > 0
    names = list(map(column_name, first)) if is_header else []
    names = names or [_number_column(number) for number in range(1, width + 1)]
    for language, place in places.items():
        names[place] = language
    if is_header:
        return TableHeader(tuple(names), tuple(first), 1, note_by_text(chinese, english))
    note = Message(
        N_("no header; by its text, column {zh} is Chinese and column {en} English"),
        zh=places["zh"] + 1,
        en=places["en"] + 1,
    )
    return TableHeader(tuple(names), (), 0, note)


def are_names(texts: Sides[str]) -> bool:
    """Return whether two cells name columns rather than translate each other.

    They are short and no sentences, and one of them is not in the language of its column.

    >>> are_names(Sides("Original", "Translated")), are_names(Sides("原稿", "译稿"))
    (True, True)
    >>> are_names(Sides("主持人", "Moderator")), are_names(Sides("COVID-19", "COVID-19"))
    (False, False)
    """
    if not _can_be_names(texts):
        return False
    zh_is_latin = bool(_LATIN.search(texts.zh)) and not count_han(texts.zh)
    return zh_is_latin or han_share([texts.en]) >= _CHINESE


def may_be_names(first: Sides[str], others: Sequence[Sides[str]]) -> bool:
    """Return whether a first row may name the columns: it has no sentence, the others have."""
    sentences = [text for row in others for text in row if _SENTENCE_END.search(text)]
    whole = bool(others) and len(sentences) >= _SENTENCES * len(LANGUAGES) * len(others)
    return whole and _can_be_names(first)


def _can_be_names(texts: Sides[str]) -> bool:
    """Return whether two cells are short, differ, and are no sentences."""
    return texts.zh.strip() != texts.en.strip() and all(
        text.strip() and len(text.strip()) <= _LONGEST_NAME and not _SENTENCE_END.search(text)
        for text in texts
    )


def note_by_text(zh: str, en: str) -> str:
    """Return a note on the names of the columns whose languages were found by their texts."""
    return Message(N_("by its text, column {zh!r} is Chinese and {en!r} English"), zh=zh, en=en)


def _find_text_columns(rows: Sequence[Sequence[str]]) -> dict[Language, int] | None:
    """Return the only column that can be Chinese, and the only one that can be its English."""
    columns: dict[int, list[str]] = {}
    for row in rows[1:] or rows:  # the first may be a header
        for place, cell in enumerate(row):
            if any(map(str.isalpha, cell)):
                columns.setdefault(place, []).append(cell)
    shares = {place: han_share(cells) for place, cells in columns.items()}
    chinese = [place for place, share in shares.items() if share >= _CHINESE]
    if len(chinese) != 1:
        return None
    english = [
        place
        for place, share in shares.items()
        if share <= _ENGLISH and _is_as_long_as_translation(rows, chinese[0], place)
    ]
    wordy = [place for place in english if _count_spaced(columns[place]) >= _WORDY]
    english = wordy if len(wordy) == 1 else english
    return {"zh": chinese[0], "en": english[0]} if len(english) == 1 else None


def _count_spaced(cells: Sequence[str]) -> float:
    """Return the share of the cells that contain a space."""
    return sum(" " in cell.strip() for cell in cells) / len(cells)


def _is_as_long_as_translation(rows: Sequence[Sequence[str]], chinese: int, english: int) -> bool:
    characters, letters = 0, 0
    for row in rows:
        if max(chinese, english) < len(row) and row[chinese] and row[english]:
            characters += count_han(row[chinese])
            letters += len(_LATIN.findall(row[english]))
    return characters > 0 and letters >= _LEAST_RATIO * characters


def _number_column(number: int) -> str:
    return f"column {number}"


def _note_skipped(rows: Sequence[Sequence[str]]) -> str:
    """Return a note on the rows above the header, or ''."""
    cells = [cell for row in rows for cell in row if cell]
    return (
        Message(N_("skipped above the header: {cells}"), cells=" · ".join(cells)[:80])
        if cells
        else ""
    )
