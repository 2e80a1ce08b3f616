// @ts-check
// Cutting: a mark in the text of each side, both cut there and the row split in two. What would go
// down is highlighted over the text, which stays untouched.
import {
  aroundMark,
  countCharacters,
  moveMark,
  nearestPlace,
  placesOf,
  proposeCut,
} from "../model/dividing.js";
import { bothTexts, isCorrected, other, published, shown, SIDES } from "../model/text.js";
import { highlight, rangeOver, textOf } from "./dom.js";
import { cellOf } from "./rows.js";
import { _ } from "./texts.js";

/** @typedef {Pick<State, "cutting" | "rows" | "els" | "cur" | "say">} Cut */

/** @param {Cut & Pick<State, "side" | "ui" | "data" | "toggle">} state */
export function startCut(state) {
  const row = state.rows.get(state.cur);
  if (!row) return;
  if (isCorrected(row)) {
    state.say(_("this text has been edited; revert the edit before splitting it"));
    return;
  }
  if (state.ui.prose) state.toggle("prose");
  state.cutting = { id: row.id, seen: state.data.seq, text: bothTexts(row), ...proposeCut(row) };
  tellCut(state, state.side);
}

/**
 * @param {Cut} state
 * @param {string} [words]
 */
export function leaveCut(state, words = "") {
  state.cutting = null;
  paintCut(state);
  state.say(words);
}

/** @param {Cut} state */
export function paintCut(state) {
  const { cutting } = state;
  const row = cutting && state.rows.get(cutting.id);
  const node = cutting && state.els.get(cutting.id);
  if (!cutting) {
    highlight("review-cut", []);
    return;
  }
  if (!row || !node || state.cur !== row.id || bothTexts(row) !== cutting.text) {
    leaveCut(state, _("the row changed; nothing was split"));
    return;
  }
  highlight(
    "review-cut",
    SIDES.flatMap(side => {
      const cell = cellOf(node, side);
      return rangeOver(cell, cutting[side], textOf(cell).length) ?? [];
    }),
  );
}

/**
 * The words around the mark are said too: a highlight is not heard.
 * @param {Cut} state
 * @param {Side} side
 */
function tellCut(state, side) {
  paintCut(state);
  const row = state.cutting && state.rows.get(state.cutting.id);
  if (!state.cutting || !row) return;
  state.say(
    `${shown(aroundMark(published(row, side), state.cutting[side]))} · ` +
      _(
        "← → or click: move the split point (Shift: by word) · ↑ ↓: switch language · Enter: split · Esc: cancel",
      ),
  );
}

/**
 * @param {Cut & Pick<State, "side" | "mark" | "act">} state
 * @param {KeyboardEvent} event
 */
export function cutKey(state, event) {
  const { cutting, side } = state;
  const row = cutting && state.rows.get(cutting.id);
  if (!cutting || !row) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by) {
    cutting[side] = moveMark(placesOf(row, side, event.shiftKey), cutting[side], by);
    tellCut(state, side);
  } else if (/^(Tab|ArrowUp|ArrowDown)$/.test(event.key)) {
    state.side = other(side);
    state.mark();
    tellCut(state, state.side);
  } else {
    leaveCut(state);
    if (event.key === "Enter")
      state.act("split", {
        rows: [row.id],
        seen: cutting.seen,
        inside: true,
        ...countCharacters(row, cutting),
      });
  }
}

/**
 * A click into the row puts the mark of that side there; one elsewhere leaves.
 * @param {Cut & Pick<State, "side" | "clicked">} state
 */
export function pointCut(state) {
  const { cutting, clicked } = state;
  const row = cutting && state.rows.get(cutting.id);
  if (!cutting || !row || clicked?.id !== cutting.id) {
    leaveCut(state);
    return;
  }
  if (clicked.at >= 0)
    cutting[clicked.side] = nearestPlace(placesOf(row, clicked.side, true), clicked.at);
  tellCut(state, state.side);
}
