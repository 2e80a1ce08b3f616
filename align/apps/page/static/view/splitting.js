// @ts-check
// Splitting: which sentences of each side go down into a row of their own.
import { goesDown, moveSplit, proposeSplit } from "../model/dividing.js";
import { SIDES } from "../model/text.js";
import { cellOf } from "./rows.js";
import { _ } from "./texts.js";

/** @typedef {Pick<State, "splitting" | "els" | "cur">} Split */

/** @param {Split & Pick<State, "rows" | "ui" | "data" | "toggle" | "say">} S @param {Record<Side, number>} [counts] how many sentences stay in the upper row */
export function chooseSplit(S, counts) {
  const row = S.rows.get(S.cur);
  if (!row) return;
  if (S.ui.prose) S.toggle("prose");
  S.splitting = { id: row.id, ...(counts ?? proposeSplit(row)), seen: S.data.seq };
  paintSplit(S);
  S.say(_("↑ ↓ or click: choose the sentences that move down · ← →: switch language · Enter: split · Esc: cancel"));
}
/** @param {Split} S */
export function paintSplit({ splitting, els, cur }) {
  const node = els.get(cur);
  if (!node) return;
  for (const side of SIDES)
    cellOf(node, side).querySelectorAll(".s").forEach((sentence, at) => sentence.classList.toggle("down", !!splitting && goesDown(splitting, side, at)));
}
/** @param {Split & Pick<State, "say">} S */
export function leaveSplit(S) {
  S.splitting = null;
  paintSplit(S);
  S.say("");
}
/** @param {Split & Pick<State, "rows" | "side" | "mark" | "act" | "say">} S @param {KeyboardEvent} event */
export function splitKey(S, event) {
  const row = S.rows.get(S.cur), chosen = S.splitting, { side } = S;
  if (!row || !chosen) return;
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by) chosen[side] = moveSplit(row, side, chosen[side], by);
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    S.side = event.key === "ArrowLeft" ? "zh" : "en";
    S.mark();
  } else {
    leaveSplit(S);
    if (event.key !== "Enter") return;
    if (row.id !== chosen.id) S.say(_("This row no longer exists: it was merged, split or moved."));
    else S.act("split", { rows: [row.id], seen: chosen.seen, zh: chosen.zh, en: chosen.en });
    return;
  }
  paintSplit(S);
}
