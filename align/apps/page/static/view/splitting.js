// @ts-check
// Splitting: which sentences of each side go down into a row of their own.
import { goesDown, moveSplit, proposeSplit } from "../model/dividing.js";
import { SIDES } from "../model/text.js";
import { cellOf } from "./rows.js";
import { _ } from "./texts.js";

/** @typedef {Pick<State, "splitting" | "els" | "cur">} Split */

/**
 * @param {Split & Pick<State, "rows" | "ui" | "data" | "toggle" | "say">} state
 * @param {Record<Side, number>} [counts] how many sentences stay in the upper row
 */
export function chooseSplit(state, counts) {
  const row = state.rows.get(state.cur);
  if (!row) return;
  if (state.ui.prose) state.toggle("prose");
  state.splitting = { id: row.id, ...(counts ?? proposeSplit(row)), seen: state.data.seq };
  paintSplit(state);
  state.say(
    _(
      "↑ ↓ or click: choose the sentences that move down · ← →: switch language · Enter: split · Esc: cancel",
    ),
  );
}

/** @param {Split} state */
export function paintSplit({ splitting, els, cur }) {
  const node = els.get(cur);
  if (!node) return;
  for (const side of SIDES)
    cellOf(node, side)
      .querySelectorAll(".s")
      .forEach((sentence, at) =>
        sentence.classList.toggle("down", !!splitting && goesDown(splitting, side, at)),
      );
}

/** @param {Split & Pick<State, "say">} state */
export function leaveSplit(state) {
  state.splitting = null;
  paintSplit(state);
  state.say("");
}

/**
 * @param {Split & Pick<State, "rows" | "side" | "mark" | "act" | "say">} state
 * @param {KeyboardEvent} event
 */
export function splitKey(state, event) {
  const row = state.rows.get(state.cur);
  const chosen = state.splitting;
  const { side } = state;
  if (!row || !chosen) return;
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by) chosen[side] = moveSplit(row, side, chosen[side], by);
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    state.side = event.key === "ArrowLeft" ? "zh" : "en";
    state.mark();
  } else {
    leaveSplit(state);
    if (event.key !== "Enter") return;
    if (row.id !== chosen.id)
      state.say(_("This row no longer exists: it was merged, split or moved."));
    else state.act("split", { rows: [row.id], seen: chosen.seen, zh: chosen.zh, en: chosen.en });
    return;
  }
  paintSplit(state);
}
