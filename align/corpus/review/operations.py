"""The operations of a reviewer on rows and sentences: each returns an edit and changes nothing.

An impossible operation raises ``InvalidEditError`` with the reason. Every sentence stays in
exactly one row, in text order except for cross-linked rows.
:func:`split_sentence`, :func:`join_sentences`, :func:`split_text` change sentences, others rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from ...aligner.text.strings import collapse_spaces
from ...errors import N_
from ...records import GAP, LANGUAGES, OTHER, Language, Sentence, Status, join_text
from ..store import BeadRow, sentence_id
from ..store.records import sentence_ids
from .state import (
    Cells,
    Edit,
    InvalidEditError,
    Names,
    ReviewState,
    add_sentences,
    cells_of,
    correction,
    new_id,
    position_in_text,
    regroup,
)

OMISSION, ADDITION = "omission", "addition"


def judge(
    state: ReviewState,
    row_ids: Iterable[str],
    status: Status,
    *,
    reason: str = "",
    note: str = "",
    who: str = "",
) -> Edit:
    """Accept, reject, flag or reopen rows. An empty note keeps the existing note.

    :param who: the reviewer; repeating another person's verdict is also a decision.
    """
    before: list[BeadRow] = []
    after: list[BeadRow] = []
    for row in map(state.row, row_ids):
        is_repeated = status != "unreviewed" and row.status == status
        kept_reason = row.reason if is_repeated else ""
        new = replace(row, status=status, reason=reason or kept_reason, note=note or row.note)
        is_of_another = bool(who) and row.reviewer not in ("", who)
        if new != row or (is_repeated and is_of_another):
            before.append(row)
            after.append(new)
    return Edit(tuple(before), tuple(after))


def edit(state: ReviewState, row_id: str, *, zh: str | None = None, en: str | None = None) -> Edit:
    """Edit the text of a row; the text as published removes the edit."""
    row = state.row(row_id)
    new = replace(
        row,
        zh_edit=row.zh_edit if zh is None else _overlay(zh, row.zh_text),
        en_edit=row.en_edit if en is None else _overlay(en, row.en_text),
    )
    return Edit() if new == row else Edit((row,), (new,))


def _overlay(text: str, published: str) -> str | None:
    """Return the edit that a text is, or ``None`` if it is the published text."""
    words = collapse_spaces(text)
    if published and not words:
        raise InvalidEditError(N_("the text cannot be empty; mark the row as untranslated instead"))
    return None if text == published or words == collapse_spaces(published) else words


def merge(state: ReviewState, row_ids: Iterable[str]) -> Edit:
    """Join neighbouring rows into one."""
    run = state.row_range(row_ids)
    if len(run) < 2:
        raise InvalidEditError(N_("there is no row to merge with"))
    rows = unlinked_rows(state, run)
    zh = tuple(name for row in rows for name in row.zh)
    en = tuple(name for row in rows for name in row.en)
    return regroup(state, run, [Cells(zh, en)])


def split(state: ReviewState, row_id: str, zh: int, en: int) -> Edit:
    """Split a row in two: the first ``zh`` and ``en`` sentences stay, the others go down."""
    place = state.place(row_id)
    (row,) = unlinked_rows(state, range(place, place + 1))
    upper = Cells(row.zh[:zh], row.en[:en])
    lower = Cells(row.zh[zh:], row.en[en:])
    if not upper or not lower:
        raise InvalidEditError(
            N_("one of the two rows would be empty; choose the sentences that move down")
        )
    return regroup(state, range(place, place + 1), [upper, lower])


def shift(state: ReviewState, row_id: str, language: Language, *, up: bool, count: int = 1) -> Edit:
    """Move the first sentences of a cell to the row above, or the last ones to the row below.

    At either end of the briefing the sentences get a row of their own.
    """
    place = state.place(row_id)
    names = sentence_ids(state.rows[place], language)
    if not names:
        raise InvalidEditError(N_("this cell has no text to move; choose the other language"))
    if not 1 <= count <= len(names):
        raise InvalidEditError(N_("this row does not contain that sentence"))
    first = place - 1 if up else place
    run = range(max(first, 0), min(first + 2, len(state.rows)))
    cells = [cells_of(row) for row in unlinked_rows(state, run)]
    if len(cells) < 2:
        cells.insert(0 if up else 1, Cells())
    above, below = (row.zh if language == "zh" else row.en for row in cells)
    moved = [(*above, *names[:count]), names[count:]]
    if not up:
        moved = [names[:-count], (*names[-count:], *below)]
    wanted = zip(cells, moved, strict=True)
    return regroup(state, run, [_with_side(row, language, side) for row, side in wanted])


def send(
    state: ReviewState, row_id: str, language: Language, target: int, *, across: bool = False
) -> Edit:
    """Move the text of one language to the row at a position, together with the text after it.

    Down: the rows in between get an empty text, and the text below moves down; an empty text on
    the way absorbs the move. Up: the text is merged with that of the rows in between, and the text
    after it moves up; rows that become empty are removed. The move ends with the turn of the text,
    and before the next confirmed row.

    :param across: let the move continue in the turns below.
    """
    place = state.place(row_id)
    target = min(max(target, 0), len(state.rows) - 1)
    if target == place:
        raise InvalidEditError(N_("the text is already in that row"))
    low, high = min(place, target), max(place, target)
    end = _next_confirmed(state, place + 1)
    if high >= end or any(_is_confirmed(row) for row in state.rows[low:place]):
        raise InvalidEditError(N_("a confirmed row is in the way; reopen it first"))
    if not across:
        end = min(end, _end_of_turn(state, min(place, target), language))
    if high >= end:
        raise InvalidEditError(N_("the text would leave its turn; move it across turns instead"))
    unlinked_rows(state, range(place, place + 1))
    run = range(low, end)
    column = [sentence_ids(state.rows[at], language) for at in run]
    rest = [sentence_ids(state.rows[at], OTHER[language]) for at in run]
    if target > place:
        moved = _move_down(column, target - place)
    else:
        below = place - target + 1
        moved = [tuple(name for names in column[:below] for name in names), *column[below:]]
        rest = [rest[0], *filter(None, rest[1:below]), *rest[below:]]
    sides = (moved, rest) if language == "zh" else (rest, moved)
    cells = (Cells(zh, en) for zh, en in zip_longest(*sides, fillvalue=()))
    return regroup(state, run, list(cells))


def _end_of_turn(state: ReviewState, start: int, language: Language) -> int:
    """Return the place of the first row of the next turn on one side, or the number of rows.

    The turn is that of the first text from ``start`` on.
    """
    turns = [state.turn_of(row, language) for row in state.rows[start:]]
    own = next((turn for turn in turns if turn >= 0), -1)
    later = (at for at, turn in enumerate(turns, start) if turn > own)
    return next(later, len(state.rows))


def _move_down(column: list[Names], by: int) -> list[Names]:
    """Put empty cells first; each takes the place of the first empty one below text, if any."""
    first = next((at for at, names in enumerate(column) if names), len(column))
    moved = [*[()] * by, *column[:first]]
    left = by
    for names in column[first:]:
        if names or not left:
            moved.append(names)
        else:
            left -= 1
    return moved


def mark_untranslated(state: ReviewState, row_id: str, language: Language) -> Edit:
    """Mark the text of one side as untranslated: it gets a confirmed row of its own.

    Chinese text without English is an omission, English text without Chinese an addition.
    """
    place = state.place(row_id)
    row = state.rows[place]
    if not sentence_ids(row, language):
        raise InvalidEditError(N_("this cell has no text; choose the other language"))
    reason = OMISSION if language == "zh" else ADDITION
    if not sentence_ids(row, OTHER[language]):
        return judge(state, [row_id], "accepted", reason=reason)
    run = range(place, place + 1)
    unlinked_rows(state, run)
    edit = regroup(state, run, [Cells(zh=row.zh), Cells(en=row.en)])
    after = tuple(
        replace(row, status="accepted", reason=reason) if sentence_ids(row, language) else row
        for row in edit.after
    )
    return replace(edit, after=after)


def link(state: ReviewState, zh_row: str, en_row: str) -> Edit:
    """Cross-link the Chinese of one row and the English of another, out of text order.

    The remaining text of either row stays at its position, in a row of its own.
    """
    here, there = state.row(zh_row), state.row(en_row)
    if here.id == there.id:
        raise InvalidEditError(
            N_("choose two rows: one with the Chinese text, one with the English text")
        )
    if not here.zh or not there.en:
        raise InvalidEditError(
            N_("there is no text to link: one row needs Chinese text, the other English text")
        )
    if here.crossing or there.crossing:
        raise InvalidEditError(
            N_("one of the rows is already cross-linked; remove that link first")
        )
    if (here.en_edit and not here.en) or (there.zh_edit and not there.zh):
        raise InvalidEditError(
            N_("the link would remove a translation that was typed; undo that edit first")
        )
    at, to = state.place(here.id), state.place(there.id)
    own = [Cells(here.zh, crossing=True), Cells(en=here.en)]
    linked, *rest = regroup(state, range(at, at + 1), own).after
    linked = replace(linked, en=there.en, en_text=there.en_text, en_edit=there.en_edit)
    if there.zh:
        rest.extend(regroup(state, range(to, to + 1), [Cells(there.zh)]).after)
    else:  # the row is removed, but not its note
        linked = replace(linked, note="; ".join(filter(None, [linked.note, there.note])))
    return Edit((here, there), (linked, *rest))


def unlink(state: ReviewState, row_id: str) -> Edit:
    """Remove a cross-link: its English text returns to its place in the text."""
    row = state.row(row_id)
    if not row.crossing:
        raise InvalidEditError(N_("this row is not cross-linked"))
    open_row = replace(row, crossing=False, status="unreviewed", reason="", probability=None)
    stays = replace(open_row, en=(), en_text="", en_edit=None)
    goes = replace(open_row, zh=(), zh_text="", zh_edit=None, note="", revision=0)
    position = position_in_text(state, row.en[0])
    return Edit((row,), (stays, replace(goes, id=new_id(), position=position)))


def split_sentence(
    state: ReviewState, row_id: str, language: Language, at: int, offset: int
) -> Edit:
    """Split the sentence ``at`` of a cell in two, which stay in the same row.

    :param offset: number of characters that stay in the first part, without surrounding spaces.
    """
    row, names = _uncorrected_cell(state, row_id, language)
    sentence = _sentence_at(state, names, language, at)
    lead = len(sentence.text) - len(sentence.text.lstrip())
    middle = lead + offset
    while middle < len(sentence.text) and sentence.text[middle].isspace():
        middle += 1  # spaces between two sentences belong to the first
    head, tail = sentence.text[:middle], sentence.text[middle:]
    if not head.strip() or not tail.strip():
        raise InvalidEditError(
            N_("place the cursor inside a sentence, where the new one should start")
        )
    border = sentence.start + middle
    parts = (replace(sentence, text=head, end=border), replace(sentence, text=tail, start=border))
    return _with_sentences(state, row, language, range(at, at + 1), parts)


def split_text(state: ReviewState, row_id: str, zh: int, en: int) -> Edit:
    """Split a row in two after some characters of its texts; a sentence across is split too."""
    row = state.row(row_id)
    made: dict[Language, Sequence[Sentence]] = {}
    counts: list[int] = []
    for language, place in zip(LANGUAGES, (zh, en), strict=True):
        at, offset = _find_place(state, sentence_ids(row, language), language, place)
        if offset:
            cut = split_sentence(state, row_id, language, at, offset)
            state = state.apply(cut)
            made.update(cut.sentences)
            at += 1  # the first half of the sentence stays
        counts.append(at)
    return replace(split(state, row_id, *counts), before=(row,), sentences=made)


def _find_place(
    state: ReviewState, names: Names, language: Language, place: int
) -> tuple[int, int]:
    """Return the sentence of a cell, from 0, and the offset in it, where a place of its text is."""
    for at, name in enumerate(names):
        size = len(state.sentences(language)[name].clean)
        if place < size:
            return at, max(place, 0)
        place -= size + len(GAP[language])
    return len(names), 0


def join_sentences(state: ReviewState, row_id: str, language: Language, at: int) -> Edit:
    """Join the sentence ``at`` of a row with the next one."""
    row, names = _uncorrected_cell(state, row_id, language)
    first = _sentence_at(state, names, language, at)
    if at + 1 >= len(names):
        raise InvalidEditError(
            N_("there is no following sentence in this row; move one into the row first")
        )
    second = state.sentences(language)[names[at + 1]]
    if first.paragraph != second.paragraph or first.end != second.start:
        raise InvalidEditError(
            N_("a new paragraph starts there; a sentence cannot span paragraphs")
        )
    whole = replace(first, text=first.text + second.text, end=second.end)
    return _with_sentences(state, row, language, range(at, at + 2), (whole,))


def run_between_confirmed(state: ReviewState, row_id: str) -> range:
    """Return the run of rows around a row, up to the nearest confirmed rows on both sides."""
    place = state.place(row_id)
    start = place
    while start and not _is_confirmed(state.rows[start - 1]):
        start -= 1
    return range(start, max(_next_confirmed(state, place), place + 1))


def _next_confirmed(state: ReviewState, start: int) -> int:
    """Return the place of the first confirmed row from ``start`` on, or the number of rows."""
    places = range(start, len(state.rows))
    return next((at for at in places if _is_confirmed(state.rows[at])), len(state.rows))


def _is_confirmed(row: BeadRow) -> bool:
    return row.status == "accepted" or row.crossing


def unlinked_rows(state: ReviewState, run: range) -> tuple[BeadRow, ...]:
    """Return the rows of a run; raise if one of them is cross-linked."""
    rows = state.rows[run.start : run.stop]
    if any(row.crossing for row in rows):
        raise InvalidEditError(N_("one of these rows is cross-linked; remove the link first"))
    return rows


def _with_side(cells: Cells, language: Language, names: Names) -> Cells:
    return replace(cells, zh=names) if language == "zh" else replace(cells, en=names)


def _uncorrected_cell(state: ReviewState, row_id: str, language: Language) -> tuple[BeadRow, Names]:
    row = state.row(row_id)
    if correction(row, language) is not None:
        raise InvalidEditError(
            N_("this text has been edited; revert the edit before you split or join sentences")
        )
    return row, sentence_ids(row, language)


def _sentence_at(state: ReviewState, names: Names, language: Language, at: int) -> Sentence:
    if not 0 <= at < len(names):
        raise InvalidEditError(N_("this row does not contain that sentence"))
    return state.sentences(language)[names[at]]


def _with_sentences(
    state: ReviewState, row: BeadRow, language: Language, run: range, made: tuple[Sentence, ...]
) -> Edit:
    """Replace a run of sentences of a cell by others with the same words; the verdict stays."""
    known = add_sentences(state.sentences(language), made)
    old = sentence_ids(row, language)
    names = (*old[: run.start], *map(sentence_id, made), *old[run.stop :])
    text = join_text((known[name] for name in names), language)
    new: dict[str, Any] = {language: names, f"{language}_text": text}
    return Edit((row,), (replace(row, **new),), {language: made})
