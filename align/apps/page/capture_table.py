"""Table of the pairs of a capture, with filters, selection and comparison of pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st

from ...aligner.text.strings import shorten
from ...errors import N_, join_messages
from ...records import Document, Language
from ...settings import Settings
from ...sources.ingest.apart import read_two_pages
from ...sources.ingest.crawl.candidates import Candidate
from ...sources.ingest.crawl.pairing import PagePair
from ...sources.processes import run_apart
from ...sources.web.urls import is_web_address
from .capture_files import CaptureFiles
from .capture_pairs import CaptureRow, Origin, PairChoices
from .capture_work import PairResult
from .elements import draw_text, neutralise, plain, show_errors
from .language import gettext as _
from .language import translate_message

EDITOR, LOOK = "capture_rows", "capture_look"
"""Session keys, with the table's version: the table, and the last click on *Compare*."""

_HEIGHT = 460  # maximum height of the table in pixels
_ROW = 71  # height of a row in pixels: three lines
_EXCERPT = 1_200  # maximum characters shown per text
_STATES: dict[Origin, str] = {
    "uncertain": N_("uncertain"),
    "paired": N_("paired"),
    "both": N_("both languages"),
    "chosen": N_("paired by hand"),
    "alone": N_("one language"),
}


@dataclass
class CaptureTable:
    """Table of one session: its rows, its version, and the row whose pages are open.

    The browser stores ticks as changes to the data it received; ``version`` is incremented when it
    receives new data. ``base`` contains the state of the ticks in that data.
    """

    files: CaptureFiles
    choices: PairChoices
    results: dict[str, PairResult] = field(default_factory=dict)
    version: int = 0
    shown: tuple[CaptureRow, ...] = ()
    base: dict[str, bool] = field(default_factory=dict)
    looked: str = ""
    taken: str = ""  # the last corrected table that was read
    faults: tuple[str, ...] = ()

    def renew(self) -> None:
        """Send the browser the current rows, as a new version."""
        self.version += 1
        self.base = {row.key: self.choices.is_ticked(row) for row in self.choices.rows}

    def look(self, key: str = "") -> None:
        """Open the pages of a row for comparison, or close them if no key is given."""
        self.looked = key


def draw_rows(table: CaptureTable) -> None:
    """Draw the filters, the rows, and the two pages being compared."""
    if not table.base:
        table.renew()
    rows = _select(table)
    if [row.key for row in rows] != [row.key for row in table.shown]:
        table.shown = rows
        table.renew()
    _draw_grid(table)
    if row := table.choices.find(table.looked):
        title = _("Compare two texts")
        st.dialog(title, width="large", on_dismiss=table.look)(_draw_pages)(table, row)


# -- filters -------------------------------------------------------------------------------------


def _select(table: CaptureTable) -> tuple[CaptureRow, ...]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="capture_filter"):
        words = st.text_input(
            _("Find a text"),
            type="search",
            live="200ms",
            key="capture_find",
            placeholder=_("Title, name or date"),
            label_visibility="collapsed",
            persist_state="session",
        )
        kind = st.selectbox(
            _("Show"),
            [*_STATES, "known"],
            format_func=_name_kind,
            index=None,
            key="capture_kind",
            placeholder=_("all rows"),
            label_visibility="collapsed",
            width=200,
            persist_state="session",
        )
        since, until = (
            st.date_input(
                label,
                None,
                format="YYYY-MM-DD",
                min_value="1900-01-01",
                max_value="2100-12-31",
                key=key,
                width=150,
                persist_state="session",
            )
            for label, key in ((_("From"), "capture_since"), (_("To"), "capture_until"))
        )
    wanted = (words or "").casefold().split()
    return tuple(
        row
        for row in table.choices.rows
        if (not kind or kind == _find_kind(table, row))
        and (not since or (row.day and row.day >= str(since)))
        and (not until or (row.day and row.day <= str(until)))
        and all(word in _searched(table, row) for word in wanted)
    )


def _name_kind(kind: Origin) -> str:
    return _(_STATES.get(kind, N_("in the corpus")))


def _find_kind(table: CaptureTable, row: CaptureRow) -> str:
    return "known" if row.key in table.choices.known else row.origin


def _searched(table: CaptureTable, row: CaptureRow) -> str:
    names = (table.files.names.shown(page.name) for page in row.pages)
    return " ".join((row.day, *(page.title for page in row.pages), *names)).casefold()


# -- rows ----------------------------------------------------------------------------------------


def _draw_grid(table: CaptureTable) -> None:
    rows, column = table.shown, st.column_config
    if not rows:
        st.info(_("No rows match these filters. Remove one."))
        return
    cells = {
        "add": [table.base.get(row.key, False) for row in rows],
        "look": [_("Compare")] * len(rows),
        "state": [_describe_state(table, row) for row in rows],
        "day": [row.day for row in rows],
        "zh": [_title(row.zh) for row in rows],
        "en": [_title(row.en) for row in rows],
        "probability": [row.probability for row in rows],
        "reasons": [neutralise(_describe_reasons(row)) for row in rows],
        "zh_page": [_link(row.zh) for row in rows],
        "en_page": [_link(row.en) for row in rows],
    }
    name = f"{EDITOR}_{table.version}"
    st.data_editor(
        cells,
        column_config={
            "add": column.CheckboxColumn(_("Add"), width=75, pinned=True),
            "look": column.ButtonColumn(
                "", width=100, key=f"{LOOK}_{table.version}", on_click=_look, args=(table,)
            ),
            "state": column.TextColumn(_("State"), width=110),
            "day": column.TextColumn(_("Date"), width=95),
            "zh": column.TextColumn(_("Chinese title"), width=270),
            "en": column.TextColumn(_("English title"), width=330),
            "probability": column.NumberColumn(_("Probability"), format="%.2f", width=90),
            "reasons": column.TextColumn(_("Reasons"), width=330),
            "zh_page": column.LinkColumn(_("Chinese page"), display_text=_("open"), width=95),
            "en_page": column.LinkColumn(_("English page"), display_text=_("open"), width=95),
        },
        disabled=[name for name in cells if name != "add"],
        hide_index=True,
        row_height=_ROW,
        height=min(40 + _ROW * len(rows), _HEIGHT),
        key=name,
        placeholder="",
        on_change=_take_ticks,
        args=(table, name),
    )


def _title(page: Candidate | None) -> str:
    if page is None:
        return "—"
    return neutralise(shorten(page.title or page.name.rpartition("/")[2], 200))


def _link(page: Candidate | None) -> str | None:
    return page.url if page is not None and is_web_address(page.url) else None


def _describe_state(table: CaptureTable, row: CaptureRow) -> str:
    result = table.results.get(row.key)
    if result and result.error:
        return _("failed")
    if result:
        return _("added")
    return _name_kind("known" if row.key in table.choices.known else row.origin)  # type: ignore[arg-type]


def _describe_reasons(row: CaptureRow) -> str:
    if row.origin != "alone":
        return translate_message(join_messages(row.reasons))
    return " · ".join(
        _("closest: {title} ({probability:.2f})").format(
            title=shorten(other.title, 60), probability=pair.probability
        )
        for pair in row.nearest
        for other in ((pair.en if row.zh is not None else pair.zh),)
    )


def _take_ticks(table: CaptureTable, name: str) -> None:
    """Apply the ticks made in the table; remove impossible ones and show the reason."""
    impossible = False
    changes: dict[int, dict[str, bool]] = st.session_state[name]["edited_rows"]
    for place, cells in changes.items():
        if "add" in cells:
            impossible |= not table.choices.tick(table.shown[int(place)], bool(cells["add"]))
    if impossible:
        st.toast(
            _("Only pairs that are not in the corpus can be added. Use *Compare* to make pairs.")
        )
        table.renew()


def _look(table: CaptureTable) -> None:
    click = st.session_state[f"{LOOK}_{table.version}"]
    if click is not None and click["row"] < len(table.shown):
        table.look(table.shown[click["row"]].key)


# -- two pages -----------------------------------------------------------------------------------


def _draw_pages(table: CaptureTable, row: CaptureRow) -> None:
    """Draw both pages of a row; each can be replaced by another page."""
    places = st.columns(2)
    zh = _draw_choice(places[0], table, row, "zh")
    en = _draw_choice(places[1], table, row, "en")
    if zh is not None and en is not None:
        with show_errors():
            for place, document in zip(places, _read_both(table, zh, en), strict=True):
                with place:
                    _draw_excerpt(document)
    if reasons := _describe_reasons(row):
        st.caption(plain(reasons))
    same = zh is row.zh and en is row.en
    is_ticked = same and table.choices.is_ticked(row)
    is_known = same and row.key in table.choices.known
    with st.container(horizontal=True):
        if zh is not None and en is not None and not is_ticked and not is_known:
            _draw_join(table, zh, en)
        if is_ticked and st.button(_("Not a pair"), key="capture_part"):
            table.choices.tick(row, False)
            _close(table)
        if st.button(_("Close"), key="capture_close"):
            _close(table)


def _draw_join(table: CaptureTable, zh: Candidate, en: Candidate) -> None:
    if st.button(_("Pair these two"), type="primary", key="capture_join"):
        table.choices.join(zh, en)
        _close(table)


def _close(table: CaptureTable) -> None:
    table.look()
    table.renew()
    st.rerun()


def _draw_choice(
    place: "st.delta_generator.DeltaGenerator",
    table: CaptureTable,
    row: CaptureRow,
    language: Language,
) -> Candidate | None:
    own = row.zh if language == "zh" else row.en
    pages = table.choices.list_others(row, language)
    label = _("Chinese text") if language == "zh" else _("English text")
    with place:
        if row.zh is row.en:
            pages = [page for page in (own,) if page is not None]
        chosen: Candidate | None = None
        if pages:
            number = st.selectbox(
                label,
                range(len(pages)),
                format_func=lambda number: _name_page(pages[number]),
                key=f"capture_page_{language}_{row.key}_{table.version}",
                disabled=len(pages) == 1,
            )
            chosen = pages[number]
        else:
            st.caption(_("{language}: no unpaired text is left.").format(language=label))
        if chosen is not None and (link := _link(chosen)):
            st.link_button(_("Open the page"), link, icon=":material/open_in_new:", type="tertiary")
        elif chosen is not None:
            st.caption(plain(table.files.names.shown(chosen.name)))
    return chosen


def _name_page(page: Candidate) -> str:
    day = f"{page.days[0]} · " if page.days else ""
    return f"{day}{_title(page)}"


def _read_both(table: CaptureTable, zh: Candidate, en: Candidate) -> Iterator[Document]:
    """Yield the documents of two pages, re-read from the capture."""
    settings, pair = Settings.from_environment(), PagePair(zh, en, 0.0)
    yield from run_apart(read_two_pages, table.files.paths, settings, pair, name=zh.name)


def _draw_excerpt(document: Document) -> None:
    paragraphs = []
    for turn in document.turns:
        label = f"{turn.label} " if turn.label else ""
        paragraphs.append(label + "\n\n".join(turn.paragraphs))
    text = "\n\n".join(paragraphs)
    if len(text) > _EXCERPT:
        text = text[:_EXCERPT] + "…"
    with st.container(height=340, key=f"capture_text_{document.language}"):
        draw_text(text)
