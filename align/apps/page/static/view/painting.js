// @ts-check
// Painting the table. Only what changed is touched: a decision costs what its rows cost.
import { newPairs } from "../model/columns.js";
import { isHidden, nearestVisible, selected, visible } from "../model/cursor.js";
import { isDoubtful, placeRows, predictRows, sortRows } from "../model/rows.js";
import { published, SIDES } from "../model/text.js";
import { button, compared, el, find, findText, focused, highlight, rangeOver } from "./dom.js";
import { putCaret } from "./caret.js";
import { paintCut } from "./cutting.js";
import { resumeDrag } from "./dragging.js";
import { resumeEdit, saveDraft } from "./editing.js";
import { inView, reveal } from "./fit_window.js";
import { paintOutline } from "./outline.js";
import { showHandles } from "./handles.js";
import { helpOf, paintPanel } from "./panel.js";
import { markProse, paintProse, showProse } from "./prose.js";
import { buildRow, cellOf, fillRow, markRealigned, numberRow, placeNodes } from "./rows.js";
import { paintSplit } from "./splitting.js";
import { readKept, writeKept } from "./storage.js";
import { _, percent } from "./texts.js";
import { paintPicked } from "./words.js";

/**
 * Take in what Python said, and what waits for its answer.
 * @param {Filtering} state
 */
function merge(state) {
  const { data } = state;
  const known = sortRows(state.known.values());
  const narrowed = state.filter && state.filter !== data.filter && state.sought === data.q;
  if (state.filter !== data.filter) {
    state.filter = data.filter;
    state.sought = data.q;
    state.revealed.clear();
  }
  state.scrollSoon ||= !!state.shown && !data.show; // the row is seen among those around it
  state.shown = data.show
    ? new Set([...data.show.flatMap(place => known[place]?.id ?? []), ...state.revealed])
    : null;
  state.rows = predictRows(state.known, state.pend);
  state.order = sortRows(state.rows.values());
  state.place = placeRows(state.order);
  // A filter takes the cursor to a row that fits; a search does not while it is typed.
  if (
    narrowed &&
    state.place.has(state.cur) &&
    !state.editing &&
    state.shown?.size &&
    !state.shown.has(state.cur)
  ) {
    state.cur = nearestVisible(state, state.cur);
    state.scrollSoon = true;
  }
}

/**
 * Put the cursor where Python wants it, or on a row that is there.
 * @param {Filtering & Pick<State, "say">} state
 */
function placeCursor(state) {
  const { focus } = state.data;
  if (focus && state.focus !== focus.n) {
    state.focus = focus.n;
    if (state.rows.has(focus.row) && !state.editing) {
      state.cur = focus.row;
      state.scrollSoon = true;
    }
  }
  if (state.rows.has(state.cur)) return;
  if (!state.cur && state.data.row && !state.rows.has(state.data.row))
    state.say(_("This row no longer exists: it was merged, split or moved."));
  const kept = /** @type {("sessionStorage" | "localStorage")[]} */ ([
    "sessionStorage",
    "localStorage",
  ]);
  const stored = kept.map(keeper =>
    readKept(keeper, "review-row/" + state.briefing, /** @type {string | null} */ (null)),
  );
  const wanted = [
    state.data.row || state.data.worst,
    ...stored,
    visible(state)[0]?.id,
    state.order[0]?.id,
  ];
  state.cur = wanted.find(id => id && state.rows.has(id)) ?? "";
  state.scrollSoon = true;
}

/**
 * Paint everything, or of the rows only those around the cursor.
 * @param {State} state
 * @param {boolean} [near]
 */
export function paint(state, near = false) {
  merge(state);
  const moved = state.editing && !state.rows.has(state.editing.id);
  const typing = state.editing && focused(state) === state.editing.cell;
  if (moved) {
    saveDraft(state);
    state.editing = null;
  }
  placeCursor(state);
  state.root.classList.toggle("as-prose", state.ui.prose);
  state.grid.hidden = state.ui.prose;
  state.prose.hidden = !state.ui.prose;
  if (state.ui.prose) paintProse(state);
  else paintRows(state, near);
  mark(state, state.scrollSoon);
  state.scrollSoon = false;
  state.paintInfo();
  if (moved) resumeEdit(state);
  else if (typing && state.editing && focused(state) !== state.editing.cell)
    putCaret(state, state.editing); // its row came to another place
}

const NEAR = 80; // rows before and after the cursor: more than a window holds

/**
 * @param {RowPainting} state
 * @param {boolean} near
 */
function paintRows(state, near) {
  const pending = new Set(state.pend.flatMap(op => [...op.rows]));
  const news = new Set(state.data.news.rows);
  let moved = state.painted.size !== state.order.length || state.filtered !== !!state.shown;
  const start = near ? Math.max(0, (state.place.get(state.cur) ?? 0) - NEAR) : 0;
  const rows = near ? state.order.slice(start, start + 2 * NEAR) : state.order;
  for (const [at, row] of rows.entries())
    if (paintRow(state, row, start + at, pending.has(row.id), news.has(row.id))) moved = true;
  state.filtered = !!state.shown;
  if (moved) placeNodes(state);
  const nothing = find(state.root, ".nothing");
  nothing.hidden = state.shown ? state.shown.size > 0 : state.order.length > 0;
  nothing.textContent = state.order.length
    ? _("No matching rows. Clear the search or a filter.")
    : _("This briefing has no rows.");
  paintMarks(state);
}

/** @type {any[]} */
const NONE = [];

/**
 * Return whether the rows around a row may have to move.
 * @param {RowPainting} state
 * @param {Row} row
 * @param {number} place
 * @param {boolean} pending
 * @param {boolean} news
 */
function paintRow(state, row, place, pending, news) {
  const was = state.painted.get(row.id);
  const checks = state.data.checks[row.id] ?? NONE;
  const notes = state.data.notes[row.id] ?? NONE;
  const { original } = state.ui;
  const realigned = state.data.realigned[row.id];
  const remarked = was?.realigned?.seq !== realigned?.seq;
  const node = state.els.get(row.id) ?? buildRow(row);
  let moved =
    !was ||
    was.place !== place ||
    was.row.zh_turn !== row.zh_turn ||
    was.row.en_turn !== row.en_turn;
  state.els.set(row.id, node);
  const known =
    was &&
    was.row === row &&
    was.checks === checks &&
    was.notes === notes &&
    was.original === original;
  if (!known && state.editing?.id !== row.id) fillRow(node, row, place, checks, notes, original);
  else if (was?.place !== place || remarked) numberRow(node, row, place, checks, notes);
  if (!known || was.place !== place || remarked)
    markRealigned(node, realigned, () => state.putBack(row.id));
  if (was?.pending !== pending) node.classList.toggle("pending", pending);
  if (was?.news !== news) node.classList.toggle("news", news);
  if (!known || was.place !== place || was.pending !== pending || was.news !== news || remarked)
    state.painted.set(row.id, { row, place, checks, notes, original, pending, news, realigned });
  const hidden = isHidden(state, row.id, state.cur);
  if ((state.shown || state.filtered) && node.hidden !== hidden) {
    node.hidden = hidden;
    moved = true;
  }
  return moved;
}

/**
 * Mark the hits of the search, the words that failed a check, and the terms of the term base.
 * @param {RowPainting} state
 */
function paintMarks(state) {
  const query = state.data.q ?? "";
  /** @type {Range[]} */
  const found = [];
  /** @type {Range[]} */
  const failed = [];
  /** @type {Range[]} */
  const terms = [];
  for (const row of query
    ? state.order
    : state.order.filter(one => one.id in state.data.checks || one.id in state.data.terms)) {
    const node = state.els.get(row.id);
    if (!node || node.hidden || state.editing?.id === row.id) continue;
    if (query) for (const side of SIDES) found.push(...findText(cellOf(node, side), query));
    if (!state.ui.original)
      for (const issue of state.checks(row)) {
        const range =
          issue.end > issue.start && rangeOver(cellOf(node, issue.side), issue.start, issue.end);
        if (range) failed.push(range);
      }
    if (!state.ui.original)
      for (const side of SIDES)
        for (const [start, end] of state.data.terms[row.id]?.[side] ?? []) {
          const range = rangeOver(cellOf(node, side), start, end);
          if (range) terms.push(range);
        }
  }
  highlight("review-hit", found);
  highlight("review-issue", failed);
  highlight("review-term", terms);
  paintPicked(state);
  paintCut(state);
  if (state.splitting) paintSplit(state);
}

// -- what the cursor marks ------------------------------------------------------------------------
/**
 * What is marked is remembered: looking for it would go through all rows.
 * @param {Set<Element>} marked
 * @param {Element | undefined} node
 * @param {string} name
 */
function markAs(marked, node, name) {
  node?.classList.add(name);
  if (node) marked.add(node);
}

/**
 * @param {State} state
 * @param {boolean} [scroll]
 */
export function mark(state, scroll) {
  if (!state.cur) return;
  for (const node of state.marked) {
    node.classList.remove("cur", "range", "here", "sentence");
    node.removeAttribute("aria-selected");
  }
  state.marked.clear();
  if (state.ui.prose) {
    markProse(state.columns, "cur", state.cur);
    if (scroll) showProse(state.columns, state.cur);
  } else markRows(state, !!scroll);
  writeKept("sessionStorage", "review-row/" + state.briefing, state.cur);
  paintPinyin(state);
  paintOptions(state);
  paintPanel(state);
  paintOutline(state);
  resumeDrag(state);
  showHandles(state);
  reportRow(state);
}

/**
 * @param {Marking} state
 * @param {boolean} scroll
 */
function markRows(state, scroll) {
  const range = selected(state, state);
  const node = state.els.get(state.cur);
  const { marked } = state;
  if (range.length > 1) for (const id of range) markAs(marked, state.els.get(id), "range");
  if (!node) return;
  node.hidden = false;
  markAs(marked, node, "cur");
  node.setAttribute("aria-selected", "true");
  const cell = cellOf(node, state.side);
  const sentences = cell.querySelectorAll(".s");
  markAs(marked, cell, "here");
  // The cell and not its row: a screen reader reads the text of what is named here.
  cell.id = `${state.side}-${state.cur}`;
  state.grid.setAttribute("aria-activedescendant", cell.id);
  state.grid.setAttribute("aria-rowcount", `${state.order.length}`);
  if (sentences.length > 1) markAs(marked, sentences[state.sentence], "sentence");
  if (scroll) reveal(state, node);
}

/**
 * The address of the page names the row on which the cursor rests. It is written here and not by
 * Python, whose answer would bring back the address as it was when it was asked: without the
 * letters that were typed into the search meanwhile. Python hears of the row when its words are
 * wanted.
 * @param {Resting} state
 */
function reportRow(state) {
  const row = state.rows.get(state.cur);
  const help =
    state.ui.panel || state.ui.pinyin || (row && isDoubtful(row, 0, state.data.limits.doubtful));
  const wanted = `${state.cur}|${row?.revision}|${help}`;
  clearTimeout(state.resting);
  if (!row || state.reported === wanted) return;
  state.resting = setTimeout(() => {
    state.reported = wanted;
    nameRow(state.data.briefing, state.cur);
    // Where one stopped, for another day.
    writeKept("localStorage", "review-row/" + state.data.briefing, state.cur);
    if (help && !helpOf(state)) state.askHelp(state.cur, true);
  }, 350);
}

/**
 * @param {string} briefing
 * @param {string} row
 */
function nameRow(briefing, row) {
  const address = new URL(location.href);
  const query = address.searchParams;
  if (query.get("briefing") !== briefing || query.get("row") === row) return;
  query.set("row", row);
  history.replaceState(history.state, "", address);
}

/** @param {Pick<State, "pinyin" | "help" | "cur" | "ui" | "editing" | "els">} state */
function paintPinyin(state) {
  state.pinyin?.remove();
  const help = state.help.get(state.cur);
  if (!state.ui.pinyin || !help || state.editing) return;
  const line = el("div", "pinyin", help.pinyin);
  line.lang = "zh-Latn";
  state.pinyin = line;
  state.els.get(state.cur)?.append(line); // last: the cells are found by their place
}

/**
 * Up to three alternatives below the row, without the rows that they leave unchanged; the difference
 * is marked.
 * @param {Pick<State, "rows" | "cur" | "els" | "help" | "options" | "editing" | "order" | "take"> & Revealing} state
 */
function paintOptions(state) {
  const row = state.rows.get(state.cur);
  const node = state.els.get(state.cur); // the reading view may be shown before the rows have nodes
  const options = (node && helpOf(state)?.options.slice(0, 3)) ?? [];
  const fresh =
    node && options.length && state.options?.parentElement !== node && inView(state, node);
  state.options?.remove();
  if (!row || !options.length || state.editing) return;
  const box = (state.options = el("div", "options"));
  for (const [at, option] of options.entries())
    box.append(buildOption(option, at + 1, state.order, row, () => state.take(at + 1)));
  node?.append(box);
  if (fresh) reveal(state, node);
}

/**
 * @param {Option} option
 * @param {number} number
 * @param {Row[]} order
 * @param {Row} row
 * @param {() => void} take
 */
function buildOption(option, number, order, row, take) {
  const line = button("", _("Use alternative {number}", { number }), take);
  line.append(
    el("kbd", "", `${number}`),
    el("span", "odds", option.probability < 0.005 ? "<1%" : percent(option.probability)),
  );
  for (const { pair, against } of newPairs(option.rows, order, published, row))
    SIDES.forEach((side, n) =>
      line.append(compared(side, pair[n] || "—", published(against, side))),
    );
  return line;
}
