"""Decisions of two people about the same rows: a decision is an operation on what its author saw.

Operations that touch different texts, or different words of one text, are both carried out. An
edit that touches the same words as another one raises :class:`TextConflictError`, which has every
version. Any other operation on rows that changed unseen raises ``InvalidEditError``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ...aligner.text.strings import collapse_spaces
from ...errors import N_, Message
from ...records import GAP, LANGUAGES, Language
from ..store import BeadRow, HistoryEntry
from ..store.records import NOTE_ACTIONS, describe_changes, sentence_ids
from .history import REDO, UNDO, label_action, leaves_rows, name_author, rows_before
from .merge_texts import list_removed, merge_texts, split_change
from .operations import edit as edit_row
from .requests import Request, ReviewContext
from .state import (
    Correction,
    Edit,
    InvalidEditError,
    Names,
    ReviewState,
    compose_text,
    correction,
    narrow_correction,
    read_corrections,
    sentence_keys,
)

MakeEdit = Callable[[ReviewContext], Edit]
"""Makes the edit of a request on the rows as they are now."""
CellEdit = tuple[str, Language, str]
"""The id of a row, a language, and the whole text that this cell would get."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a conflict.

    ``edits`` are the texts to store, ``removes`` the passages that are then in no row. With
    ``is_draft`` the text of the conflict is opened for editing, and stored only by its author.
    """

    name: str
    edits: tuple[CellEdit, ...]
    removes: tuple[str, ...] = ()
    is_draft: bool = False


class TextConflictError(InvalidEditError):
    """An edit and a decision of someone else about the same words; nothing was changed.

    ``mine`` and ``theirs`` are the whole texts of one cell, ``row`` and ``language`` name it.
    ``choices`` begins with those that remove nothing.
    """

    code = "edit.conflict"

    def __init__(
        self, why: Message, cell: "MergedCell", choices: Sequence[Choice], others: Iterable[str]
    ) -> None:
        super().__init__(N_("{message}"), message=why)
        self.row, self.language = cell.row.id, cell.language
        self.mine, self.theirs = cell.mine, cell.theirs
        self.choices, self.others = tuple(choices), tuple(others)


@dataclass(frozen=True, slots=True)
class MergedCell:
    """Two changes of the text of a cell: as both saw it, as each wrote it, and merged."""

    row: BeadRow
    language: Language
    mine: str
    theirs: str
    merged: str
    is_clean: bool


def later_entries(log: Sequence[HistoryEntry], request: Request) -> list[HistoryEntry]:
    """Return what others changed after the author of a request looked, newest first.

    Decisions of the same browser tab do not count, nor do notes: they change no row.
    """
    return [
        entry
        for entry in takewhile(lambda entry: entry.seq > request.seen, reversed(log))
        if not entry.decision.op.startswith(f"{request.tab}-") and not leaves_rows(entry)
    ]


def reconcile(
    context: ReviewContext, request: Request, operation: MakeEdit, *, is_strict: bool = False
) -> Edit:
    """Return the edit of a request on the rows as they are now.

    :param is_strict: raise on any later change of the rows, whatever it is about.
    :raises TextConflictError: the edit and a later decision touch the same words.
    :raises InvalidEditError: the edit is impossible, or does not fit what others changed.
    """
    others = later_entries(context.log, request)
    if not others or request.action in NOTE_ACTIONS:
        return operation(context)
    has_text = request.zh_text is not None or request.en_text is not None
    if request.action == "edit" and request.rows and has_text and not is_strict:
        return _reconcile_edit(context, request, others, operation)
    passed = set() if is_strict else _unread_parts(request)
    check_fits(request, others, request.rows, passed)
    edit = operation(context)
    if request.action not in (UNDO, REDO):  # undo and redo compare the rows' content
        check_fits(request, others, [row.id for row in edit.before], passed)
    return edit


# -- operations other than edits -------------------------------------------------------------------
_REGROUPING = ("merge", "split", "shift", "send", "resolve", "choose", "link", "unlink")
"""Actions that move texts between rows, each with its edit."""


def _unread_parts(request: Request) -> set[str]:
    """Return the parts of a row that an operation neither reads nor changes."""
    parts: set[str] = set()
    if not request.note:
        parts.add("note")
    if request.action in _REGROUPING and not request.accept:
        parts.add("text")
    return parts


def check_fits(
    request: Request,
    others: Iterable[HistoryEntry],
    row_ids: Iterable[str],
    passed: Collection[str] = (),
) -> None:
    """Raise if someone else changed the rows of an edit.

    :param passed: the parts of a row whose changes the edit leaves as they are.
    """
    wanted = set(row_ids)
    for entry in others:
        touched = wanted & {row.id for row in (*entry.before, *entry.after)}
        if any(_changed_parts(entry, row_id) - {*passed} for row_id in touched):
            raise InvalidEditError(
                N_("{message}"), message=_describe_unseen(request, entry, wanted)
            )


def _changed_parts(entry: HistoryEntry, row_id: str) -> set[str]:
    """Return what a decision changed in a row: its ``rows``, ``text``, ``verdict`` or ``note``."""
    before = {row.id: row for row in entry.before}.get(row_id)
    after = {row.id: row for row in entry.after}.get(row_id)
    if before is None or after is None:
        return {"rows"}
    parts = {
        "rows": (before.zh, before.en, before.crossing) != (after.zh, after.en, after.crossing),
        "text": (before.zh_edit, before.en_edit) != (after.zh_edit, after.en_edit),
        "verdict": (before.status, before.reason) != (after.status, after.reason),
        "note": before.note != after.note,
    }
    return {name for name, changed in parts.items() if changed}


def _describe_unseen(request: Request, entry: HistoryEntry, row_ids: set[str]) -> Message:
    """Return the message about a row that someone else changed unseen."""
    touched = {row.id for row in (*entry.before, *entry.after)}
    which = Message(N_("a row that this would change"))
    if touched & {*request.rows}:
        which = Message(N_("this row"))
    return Message(
        N_("{reviewer} changed {which} at {at} UTC ({description}); check the new version"),
        reviewer=name_author(entry),
        which=which,
        at=f"{entry.at:%H:%M:%S}",
        description=_describe(entry, row_ids),
    )


def _describe(entry: HistoryEntry, row_ids: set[str]) -> Message:
    """Return the changes of a verdict in a row that still exists, or else only its action."""
    action = label_action(entry.decision.action)
    after = {row.id: row for row in entry.after}
    for row in entry.before:
        if row.id in row_ids and row.id in after:
            changes = describe_changes(row, after[row.id])
            return Message(N_("{name}: {message}"), name=action, message=changes)
    return action


# -- edits -----------------------------------------------------------------------------------------
def _reconcile_edit(
    context: ReviewContext,
    request: Request,
    others: Sequence[HistoryEntry],
    operation: MakeEdit,
) -> Edit:
    state, row_id = context.state, request.rows[0]
    seen = _rows_on_screen(state, context.log, request)
    author_saw = {row.id: row for row in seen}.get(row_id)
    if author_saw is None:
        return operation(context)  # it raises: there never was such a row
    cells: list[MergedCell] = []
    for language in LANGUAGES:
        cells += _merge_side(state, seen, author_saw, request, language)
    touching = [entry for entry in others if _touches(entry, author_saw, cells)]
    if not touching:
        return operation(context)
    verdicts = [entry for entry in touching if _changes_verdict(entry, cells)]
    if verdicts or not all(cell.is_clean for cell in cells):
        raise _conflict(request, (verdicts or touching)[0], cells, touching)
    return _store_cells(state, cells)


def _rows_on_screen(
    state: ReviewState, log: Sequence[HistoryEntry], request: Request
) -> tuple[BeadRow, ...]:
    """Return the rows that the author of a request had on the screen.

    They are those before what others changed, with the later decisions of the same browser tab.
    """
    rows = {row.id: row for row in rows_before(state, log, request.seen + 1)}
    for entry in log:
        if entry.seq > request.seen and entry.decision.op.startswith(f"{request.tab}-"):
            keys = sentence_keys(entry.after)
            gone = {row.id for row in entry.before}
            gone |= {row.id for row in rows.values() if keys & sentence_keys([row])}
            rows = {row_id: row for row_id, row in rows.items() if row_id not in gone}
            rows.update((row.id, row) for row in entry.after)
    return tuple(rows.values())


def _touches(entry: HistoryEntry, row: BeadRow, cells: Iterable[MergedCell]) -> bool:
    names = {row.id, *(cell.row.id for cell in cells)}
    return bool(names & {one.id for one in (*entry.before, *entry.after)})


def _changes_verdict(entry: HistoryEntry, cells: Iterable[MergedCell]) -> bool:
    """Return whether someone gave a verdict on a row that an edit changes; not on its parts."""
    parts = [_changed_parts(entry, cell.row.id) for cell in cells]
    return any("verdict" in some and "rows" not in some for some in parts)


def _merge_side(
    state: ReviewState,
    seen: Sequence[BeadRow],
    author_saw: BeadRow,
    request: Request,
    language: Language,
) -> Iterator[MergedCell]:
    """Yield the cells in which the text of one side of an edited row is now, with both changes.

    Each is composed three times from its present sentences: with the edits that all saw, with the
    author's change as well, and as it is now.
    """
    mine = request.zh_text if language == "zh" else request.en_text
    if mine is None:
        return
    base = _base_text(author_saw, request, language)
    names = sentence_ids(author_saw, language)
    if not names:
        row = state.row(author_saw.id)
        yield _merge_cell(row, language, base, collapse_spaces(mine))
        return
    unchanged = read_corrections(state, [row for row in seen if row != author_saw], language)
    units = _list_units(state, names, collapse_spaces(base), language)
    before = unchanged | _corrections_of(units)
    parts = _split_edit(units, collapse_spaces(mine), language)
    after = unchanged | _corrections_of(parts)
    here = {name for part, text in parts if (part, text) not in units for name in part}
    for row in state.rows:
        present = sentence_ids(row, language)
        if _covered(state, present, here, language):
            texts = [_compose(state, present, language, one) for one in (before, after)]
            yield _merge_cell(row, language, *texts)


def _split_edit(units: Sequence[Correction], text: str, language: Language) -> list[Correction]:
    """Divide an edited text among runs of the units that it replaces."""
    parts: list[Correction] = []
    for run, part in split_change([old for _, old in units], text, GAP[language]):
        names = tuple(name for at in run for name in units[at][0])
        parts.append((names, part))
    return parts


def _base_text(row: BeadRow, request: Request, language: Language) -> str:
    """Return the text that the author of an edit began with."""
    if language == "zh":
        return row.zh_final if request.zh_base is None else request.zh_base
    return row.en_final if request.en_base is None else request.en_base


def _list_units(
    state: ReviewState, names: Names, text: str, language: Language
) -> list[Correction]:
    """Return the parts of a text that can move to another row, each with its sentences."""
    known = state.sentences(language)
    gap = GAP[language]
    single: list[Correction] = [((name,), collapse_spaces(known[name].clean)) for name in names]
    if gap.join(words for _, words in single) == text:
        return single
    changed, _ = narrow_correction(known, names, text, gap)
    first = names.index(changed[0])
    last = first + len(changed)
    start = gap.join([*(words for _, words in single[:first]), ""]) if first else ""
    end = gap.join(["", *(words for _, words in single[last:])]) if last < len(names) else ""
    middle = text[len(start) : len(text) - len(end)]
    if start + middle + end != text:
        return [(names, text)]
    return [*single[:first], (changed, middle), *single[last:]]


def _corrections_of(units: Iterable[Correction]) -> dict[str, Correction]:
    return {name: unit for unit in units for name in unit[0]}


def _covered(
    state: ReviewState, present: Names, known: Iterable[str], language: Language
) -> set[str]:
    """Return the sentences among ``known`` whose text is in a cell, also if they were cut since."""
    sentences = state.sentences(language)
    found = set[str]()
    for name in known:
        one = sentences[name]
        for other in (sentences[name] for name in present):
            apart = other.end <= one.start or one.end <= other.start
            if other.paragraph == one.paragraph and not apart:
                found.add(name)
    return found


def _compose(
    state: ReviewState,
    names: Names,
    language: Language,
    corrections: Mapping[str, Correction],
) -> str:
    """Return the text of a cell with some corrections.

    :raises InvalidEditError: if one of them is only partly in the cell.
    """
    lost = _covered(state, names, corrections, language) - {*names}
    published = state.join_text(names, language)
    if lost:
        raise InvalidEditError(
            N_("the sentence was cut or joined while you edited it; your text is kept here")
        )
    text = compose_text(state, names, language, corrections)
    return collapse_spaces(published if text is None else text)


def _merge_cell(row: BeadRow, language: Language, base: str, mine: str) -> MergedCell:
    theirs = collapse_spaces(row.zh_final if language == "zh" else row.en_final)
    merged = merge_texts(collapse_spaces(base), mine, theirs, GAP[language])
    return MergedCell(row, language, mine, theirs, merged.text, merged.is_clean)


def _store_cells(state: ReviewState, cells: Iterable[MergedCell]) -> Edit:
    """Return the edit that gives cells their merged texts."""
    before: dict[str, BeadRow] = {}
    after: dict[str, BeadRow] = {}
    for cell in cells:
        one = edit_row(state, cell.row.id, **{cell.language: cell.merged})
        if not one.after:
            continue
        before[cell.row.id] = cell.row
        new = after.get(cell.row.id, cell.row)
        text = correction(one.after[0], cell.language)
        if cell.language == "zh":
            after[cell.row.id] = replace(new, zh_edit=text)
        else:
            after[cell.row.id] = replace(new, en_edit=text)
    return Edit(tuple(before.values()), tuple(after.values()))


def _conflict(
    request: Request,
    entry: HistoryEntry,
    cells: Sequence[MergedCell],
    touching: Iterable[HistoryEntry],
) -> TextConflictError:
    """Return the error with every answer; those that remove nothing come first."""
    disputed = next((cell for cell in cells if not cell.is_clean), cells[0])
    merged = tuple(_edits(cells, "merged"))
    clean = tuple(_edits([cell for cell in cells if cell.is_clean], "merged"))
    if disputed.is_clean:  # the texts go together; someone gave a verdict on what was there
        removed = [part for cell in cells for part in list_removed(cell.mine, cell.theirs)]
        choices = [Choice("mine", merged), Choice("theirs", (), tuple(removed))]
    else:
        rest = tuple(_edits([cell for cell in cells if not cell.is_clean], "mine"))
        draft = (disputed.row.id, disputed.language, disputed.merged)
        choices = [
            Choice("both", (*clean, draft), is_draft=True),
            Choice("mine", (*clean, *rest), list_removed(disputed.theirs, disputed.mine)),
            Choice("theirs", clean, list_removed(disputed.mine, disputed.theirs)),
        ]
    why = _describe_unseen(request, entry, {cell.row.id for cell in cells} | {*request.rows})
    others = dict.fromkeys(one.decision.reviewer for one in touching)
    return TextConflictError(why, disputed, choices, others)


def _edits(cells: Iterable[MergedCell], version: str) -> Iterator[CellEdit]:
    for cell in cells:
        yield cell.row.id, cell.language, cell.merged if version == "merged" else cell.mine
