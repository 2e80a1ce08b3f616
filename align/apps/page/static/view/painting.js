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
import { buildRow, cellOf, fillRow, numberRow, placeNodes } from "./rows.js";
import { paintSplit } from "./splitting.js";
import { readKept, writeKept } from "./storage.js";
import { _, percent } from "./texts.js";
import { paintPicked } from "./words.js";

// Take in what Python said, and what waits for its answer.
/** @param {Filtering} S */
function merge(S) {
  const { data } = S, known = sortRows(S.known.values());
  const narrowed = S.filter && S.filter !== data.filter && S.sought === data.q;
  if (S.filter !== data.filter) { S.filter = data.filter; S.sought = data.q; S.revealed.clear(); }
  S.scrollSoon ||= !!S.shown && !data.show; // the row is seen among those around it
  S.shown = data.show ? new Set([...data.show.flatMap(place => known[place]?.id ?? []), ...S.revealed]) : null;
  S.rows = predictRows(S.known, S.pend);
  S.order = sortRows(S.rows.values());
  S.place = placeRows(S.order);
  // A filter takes the cursor to a row that fits; a search does not while it is typed.
  if (narrowed && S.place.has(S.cur) && !S.editing && S.shown?.size && !S.shown.has(S.cur)) {
    S.cur = nearestVisible(S, S.cur);
    S.scrollSoon = true;
  }
}
// Put the cursor where Python wants it, or on a row that is there.
/** @param {Filtering & Pick<State, "say">} S */
function placeCursor(S) {
  const { focus } = S.data;
  if (focus && S.focus !== focus.n) {
    S.focus = focus.n;
    if (S.rows.has(focus.row) && !S.editing) { S.cur = focus.row; S.scrollSoon = true; }
  }
  if (S.rows.has(S.cur)) return;
  if (!S.cur && S.data.row && !S.rows.has(S.data.row)) S.say(_("This row no longer exists: it was merged, split or moved."));
  const kept = /** @type {("sessionStorage" | "localStorage")[]} */ (["sessionStorage", "localStorage"]);
  const stored = kept.map(keeper => readKept(keeper, "review-row/" + S.briefing, /** @type {string | null} */ (null)));
  const wanted = [S.data.row || S.data.worst, ...stored, visible(S)[0]?.id, S.order[0]?.id];
  S.cur = wanted.find(id => id && S.rows.has(id)) ?? "";
  S.scrollSoon = true;
}
/** @param {State} S */
export function paint(S) {
  merge(S);
  const moved = S.editing && !S.rows.has(S.editing.id), typing = S.editing && focused(S) === S.editing.cell;
  if (moved) { saveDraft(S); S.editing = null; }
  placeCursor(S);
  S.root.classList.toggle("as-prose", S.ui.prose);
  S.grid.hidden = S.ui.prose;
  S.prose.hidden = !S.ui.prose;
  if (S.ui.prose) paintProse(S); else paintRows(S);
  mark(S, S.scrollSoon);
  S.scrollSoon = false;
  S.paintInfo();
  if (moved) resumeEdit(S);
  else if (typing && S.editing && focused(S) !== S.editing.cell) putCaret(S, S.editing); // its row came to another place
}
/** @param {RowPainting} S */
function paintRows(S) {
  const pending = new Set(S.pend.flatMap(op => [...op.rows])), news = new Set(S.data.news.rows);
  let moved = S.painted.size !== S.order.length || S.filtered !== !!S.shown;
  for (const [place, row] of S.order.entries())
    if (paintRow(S, row, place, pending.has(row.id), news.has(row.id))) moved = true;
  S.filtered = !!S.shown;
  if (moved) placeNodes(S);
  const nothing = find(S.root, ".nothing");
  nothing.hidden = S.shown ? S.shown.size > 0 : S.order.length > 0;
  nothing.textContent = S.order.length ? _("No matching rows. Clear the search or a filter.") : _("This briefing has no rows.");
  paintMarks(S);
}
/** @type {any[]} */
const NONE = [];
// Return whether the rows around a row may have to move.
/** @param {RowPainting} S @param {Row} row @param {number} place @param {boolean} pending @param {boolean} news */
function paintRow(S, row, place, pending, news) {
  const was = S.painted.get(row.id), checks = S.data.checks[row.id] ?? NONE, notes = S.data.notes[row.id] ?? NONE, { original } = S.ui;
  const node = S.els.get(row.id) ?? buildRow(row);
  let moved = !was || was.place !== place || was.row.tzh !== row.tzh || was.row.ten !== row.ten;
  S.els.set(row.id, node);
  const known = was && was.row === row && was.checks === checks && was.notes === notes && was.original === original;
  if (!known && S.editing?.id !== row.id) fillRow(node, row, place, checks, notes, original);
  else if (was?.place !== place) numberRow(node, row, place, checks, notes);
  if (was?.pending !== pending) node.classList.toggle("pending", pending);
  if (was?.news !== news) node.classList.toggle("news", news);
  if (!known || was.place !== place || was.pending !== pending || was.news !== news) S.painted.set(row.id, { row, place, checks, notes, original, pending, news });
  const hidden = isHidden(S, row.id, S.cur);
  if ((S.shown || S.filtered) && node.hidden !== hidden) { node.hidden = hidden; moved = true; }
  return moved;
}
// Mark what was sought, what a check found, and the terms of the term base.
/** @param {RowPainting} S */
function paintMarks(S) {
  const query = S.data.q ?? "";
  /** @type {Range[]} */
  const found = [];
  /** @type {Range[]} */
  const failed = [];
  /** @type {Range[]} */
  const terms = [];
  for (const row of query ? S.order : S.order.filter(one => one.id in S.data.checks || one.id in S.data.terms)) {
    const node = S.els.get(row.id);
    if (!node || node.hidden || S.editing?.id === row.id) continue;
    if (query) for (const side of SIDES) found.push(...findText(cellOf(node, side), query));
    if (!S.ui.original)
      for (const issue of S.checks(row)) {
        const range = issue.end > issue.start && rangeOver(cellOf(node, issue.side), issue.start, issue.end);
        if (range) failed.push(range);
      }
    if (!S.ui.original)
      for (const side of SIDES) for (const [start, end] of S.data.terms[row.id]?.[side] ?? []) {
        const range = rangeOver(cellOf(node, side), start, end);
        if (range) terms.push(range);
      }
  }
  highlight("review-hit", found);
  highlight("review-issue", failed);
  highlight("review-term", terms);
  paintPicked(S);
  paintCut(S);
  if (S.splitting) paintSplit(S);
}

// -- what the cursor marks ------------------------------------------------------------------------
// What is marked is remembered: looking for it would go through all rows.
/** @param {Set<Element>} marked @param {Element | undefined} node @param {string} name */
function markAs(marked, node, name) {
  node?.classList.add(name);
  if (node) marked.add(node);
}
/** @param {State} S @param {boolean} [scroll] */
export function mark(S, scroll) {
  if (!S.cur) return;
  for (const node of S.marked) {
    node.classList.remove("cur", "range", "here", "sentence");
    node.removeAttribute("aria-selected");
  }
  S.marked.clear();
  if (S.ui.prose) {
    markProse(S.columns, "cur", S.cur);
    if (scroll) showProse(S.columns, S.cur);
  } else markRows(S, !!scroll);
  writeKept("sessionStorage", "review-row/" + S.briefing, S.cur);
  paintPinyin(S);
  paintOptions(S);
  paintPanel(S);
  paintOutline(S);
  resumeDrag(S);
  showHandles(S);
  reportRow(S);
}
/** @param {Marking} S @param {boolean} scroll */
function markRows(S, scroll) {
  const range = selected(S, S), node = S.els.get(S.cur), { marked } = S;
  if (range.length > 1) for (const id of range) markAs(marked, S.els.get(id), "range");
  if (!node) return;
  node.hidden = false;
  markAs(marked, node, "cur");
  node.setAttribute("aria-selected", "true");
  const cell = cellOf(node, S.side), sentences = cell.querySelectorAll(".s");
  markAs(marked, cell, "here");
  // The cell and not its row: a screen reader reads the text of what is named here.
  cell.id = `${S.side}-${S.cur}`;
  S.grid.setAttribute("aria-activedescendant", cell.id);
  S.grid.setAttribute("aria-rowcount", `${S.order.length}`);
  if (sentences.length > 1) markAs(marked, sentences[S.sentence], "sentence");
  if (scroll) reveal(S, node);
}
// The address of the page names the row on which the cursor rests. It is written here and not by
// Python, whose answer would bring back the address as it was when it was asked: without the letters
// that were typed into the search meanwhile. Python hears of the row when its words are wanted.
/** @param {Resting} S */
function reportRow(S) {
  const row = S.rows.get(S.cur);
  const help = S.ui.panel || S.ui.pinyin || (row && isDoubtful(row, 0, S.data.limits.doubtful));
  const wanted = `${S.cur}|${row?.rev}|${help}`;
  clearTimeout(S.resting);
  if (!row || S.reported === wanted) return;
  S.resting = setTimeout(() => {
    S.reported = wanted;
    nameRow(S.data.briefing, S.cur);
    writeKept("localStorage", "review-row/" + S.data.briefing, S.cur); // where one stopped, for another day
    if (help && !helpOf(S)) S.askHelp(S.cur, true);
  }, 350);
}
/** @param {string} briefing @param {string} row */
function nameRow(briefing, row) {
  const address = new URL(location.href), query = address.searchParams;
  if (query.get("briefing") !== briefing || query.get("row") === row) return;
  query.set("row", row);
  history.replaceState(history.state, "", address);
}
/** @param {Pick<State, "pinyin" | "help" | "cur" | "ui" | "editing" | "els">} S */
function paintPinyin(S) {
  S.pinyin?.remove();
  const help = S.help.get(S.cur);
  if (!S.ui.pinyin || !help || S.editing) return;
  const line = el("div", "pinyin", help.pinyin);
  line.lang = "zh-Latn";
  S.pinyin = line;
  S.els.get(S.cur)?.append(line); // last: the cells are found by their place
}
// Up to three alternatives below the row, without what they leave as it is; their difference is marked.
/** @param {Pick<State, "rows" | "cur" | "els" | "help" | "options" | "editing" | "order" | "take"> & Revealing} S */
function paintOptions(S) {
  const row = S.rows.get(S.cur), node = S.els.get(S.cur); // none before the rows are shown beside running text
  const options = (node && helpOf(S)?.options.slice(0, 3)) ?? [];
  const fresh = node && options.length && S.options?.parentElement !== node && inView(S, node);
  S.options?.remove();
  if (!row || !options.length || S.editing) return;
  const box = (S.options = el("div", "options"));
  for (const [at, option] of options.entries()) box.append(buildOption(option, at + 1, S.order, row, () => S.take(at + 1)));
  node?.append(box);
  if (fresh) reveal(S, node);
}
/** @param {Option} option @param {number} number @param {Row[]} order @param {Row} row @param {() => void} take */
function buildOption(option, number, order, row, take) {
  const line = button("", _("Use alternative {number}", { number }), take);
  line.append(el("kbd", "", `${number}`), el("span", "odds", option.p < 0.005 ? "<1%" : percent(option.p)));
  for (const { pair, against } of newPairs(option.rows, order, published, row))
    SIDES.forEach((side, n) => line.append(compared(side, pair[n] || "—", published(against, side))));
  return line;
}
