// @ts-check
// Clicks, and the word under the pointer.
import { SIDES } from "../model/text.js";
import { pointCut } from "./cutting.js";
import { el } from "./dom.js";
import { saveEdit } from "./editing.js";
import { placeUnder, spotUnder } from "./links.js";
import { markWord, startOf, unmarkWord, wordsOf } from "./pointing.js";
import { markProse, showProse } from "./prose.js";
import { leaveSplit, paintSplit } from "./splitting.js";

/** @param {Event} event @param {string} selector */
const closest = (event, selector) => event.target?.closest?.(selector) ?? null;

/** @param {State} S @param {MouseEvent} event */
export function onPoint(S, event) {
  const sentence = closest(event, ".s"), cell = closest(event, ".cell"), id = closest(event, "[data-id]")?.dataset.id;
  if (!id || S.editing?.id === id) return;
  if (S.editing) saveEdit(S);
  if (S.splitting && id !== S.cur) leaveSplit(S);
  if (event.shiftKey) S.anchor ??= S.cur; else S.anchor = null;
  S.cur = id;
  if (cell) S.side = cell.dataset.side === "zh" ? "zh" : "en";
  S.sentence = Number(sentence?.dataset.at ?? 0);
  S.clicked = cell && { id, side: S.side, at: spotUnder(S, cell, event) };
  S.mark();
  if (S.cutting) pointCut(S);
  if (closest(event, ".chip") && !S.ui.panel) S.run("details");
  if (S.splitting && sentence) { S.splitting[S.side] = S.sentence; paintSplit(S); }
  const column = closest(event, ".column");
  if (column) showProse(S.columns, S.cur, column === S.columns.zh ? "zh" : "en");
}
/** @param {Columns} columns @param {MouseEvent} event */
export const onHover = (columns, event) => markProse(columns, "hot", closest(event, ".prose [data-id]")?.dataset.id ?? "");

// The word under the pointer, once Python has sent the words of the row.
/** @param {Pointing & Pick<State, "tip" | "rows" | "root" | "drag">} S @param {MouseEvent} event */
export function onMove(S, event) {
  if (S.drag) return;
  S.tip.hidden = true;
  if (S.editing) return;
  const cell = closest(event, ".cell, .column [data-id]");
  const row = S.rows.get(cell?.closest("[data-id]")?.dataset.id ?? "");
  const at = cell && row ? placeUnder(S, cell, event) : -1;
  if (!cell || !row || at < 0) { unmarkWord(S); return; }
  const side = SIDES.find(one => cell.closest(`.${one}`)) ?? "en";
  markWord(S, row, side, at + (S.ui.prose ? startOf(row, side, cell) : 0));
  const word = side === "zh" && !S.ui.prose && wordsOf(S, row)?.words.find(one => one.start <= at && at < one.end);
  if (word) showTip(S, word, event);
}
/** @param {Pick<State, "tip" | "root">} S @param {Word} word @param {MouseEvent} event */
function showTip({ tip, root }, word, event) {
  tip.replaceChildren(el("b", "", word.text), el("i", "", word.pinyin), el("span", "", word.gloss));
  tip.hidden = false;
  const area = root.getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX - area.left + 12, area.width - 260)}px`;
  tip.style.top = `${event.clientY - area.top + 18}px`;
}
