// @ts-check
// Clicks, and the word under the pointer.
import { SIDES } from "../model/text.js";
import { pointCut } from "./cutting.js";
import { el } from "./dom.js";
import { saveEdit } from "./editing.js";
import { leaveLetters } from "./letters.js";
import { placeUnder, spotUnder } from "./links.js";
import { markWord, startOf, unmarkWord, wordsOf } from "./pointing.js";
import { markProse, showProse } from "./prose.js";
import { leaveSplit, paintSplit } from "./splitting.js";

/**
 * @param {Event} event
 * @param {string} selector
 */
const closest = (event, selector) => event.target?.closest?.(selector) ?? null;

/**
 * @param {State} state
 * @param {MouseEvent} event
 */
export function onPoint(state, event) {
  const sentence = closest(event, ".s");
  const cell = closest(event, ".cell");
  const id = closest(event, "[data-id]")?.dataset.id;
  if (!id || state.editing?.id === id) return;
  if (state.editing) saveEdit(state);
  if (state.splitting && id !== state.cur) leaveSplit(state);
  if (state.letters) leaveLetters(state);
  if (event.shiftKey) state.anchor ??= state.cur;
  else state.anchor = null;
  state.cur = id;
  if (cell) state.side = cell.dataset.side === "zh" ? "zh" : "en";
  state.sentence = Number(sentence?.dataset.at ?? 0);
  state.clicked = cell && { id, side: state.side, at: spotUnder(state, cell, event) };
  state.mark();
  if (state.cutting) pointCut(state);
  if (closest(event, ".chip") && !state.ui.panel) state.run("details");
  if (state.splitting && sentence) {
    state.splitting[state.side] = state.sentence;
    paintSplit(state);
  }
  const column = closest(event, ".column");
  if (column) showProse(state.columns, state.cur, column === state.columns.zh ? "zh" : "en");
}

/**
 * @param {Columns} columns
 * @param {MouseEvent} event
 */
export const onHover = (columns, event) =>
  markProse(columns, "hot", closest(event, ".prose [data-id]")?.dataset.id ?? "");

/**
 * The word under the pointer, once Python has sent the words of the row.
 * @param {Pointing & Pick<State, "tip" | "rows" | "root" | "drag">} state
 * @param {MouseEvent} event
 */
export function onMove(state, event) {
  if (state.drag) return;
  state.tip.hidden = true;
  if (state.editing) return;
  const cell = closest(event, ".cell, .column [data-id]");
  const row = state.rows.get(cell?.closest("[data-id]")?.dataset.id ?? "");
  const at = cell && row ? placeUnder(state, cell, event) : -1;
  if (!cell || !row || at < 0) {
    unmarkWord(state);
    return;
  }
  const side = SIDES.find(one => cell.closest(`.${one}`)) ?? "en";
  markWord(state, row, side, at + (state.ui.prose ? startOf(row, side, cell) : 0));
  const word =
    side === "zh" &&
    !state.ui.prose &&
    wordsOf(state, row)?.words.find(one => one.start <= at && at < one.end);
  if (word) showTip(state, word, event);
}

/**
 * @param {Pick<State, "tip" | "root">} state
 * @param {Word} word
 * @param {MouseEvent} event
 */
function showTip({ tip, root }, word, event) {
  tip.replaceChildren(el("b", "", word.text), el("i", "", word.pinyin), el("span", "", word.gloss));
  tip.hidden = false;
  const area = root.getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX - area.left + 12, area.width - 260)}px`;
  tip.style.top = `${event.clientY - area.top + 18}px`;
}
