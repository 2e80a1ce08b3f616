// @ts-check
// Cutting: a mark in the text of each side, both cut there and the row split in two. What would go
// down is highlighted over the text, which stays untouched.
import { aroundMark, countCharacters, moveMark, nearestPlace, placesOf, proposeCut } from "../model/dividing.js";
import { bothTexts, isCorrected, other, published, shown, SIDES } from "../model/text.js";
import { highlight, rangeOver, textOf } from "./dom.js";
import { cellOf } from "./rows.js";
import { _ } from "./texts.js";

/** @typedef {Pick<State, "cutting" | "rows" | "els" | "cur" | "say">} Cut */

/** @param {Cut & Pick<State, "side" | "ui" | "data" | "toggle">} S */
export function startCut(S) {
  const row = S.rows.get(S.cur);
  if (!row) return;
  if (isCorrected(row)) {
    S.say(_("this text has been edited; revert the edit before splitting it"));
    return;
  }
  if (S.ui.prose) S.toggle("prose");
  S.cutting = { id: row.id, seen: S.data.seq, text: bothTexts(row), ...proposeCut(row) };
  tellCut(S, S.side);
}
/** @param {Cut} S @param {string} [words] */
export function leaveCut(S, words = "") {
  S.cutting = null;
  paintCut(S);
  S.say(words);
}
/** @param {Cut} S */
export function paintCut(S) {
  const { cutting } = S, row = cutting && S.rows.get(cutting.id), node = cutting && S.els.get(cutting.id);
  if (!cutting) { highlight("review-cut", []); return; }
  if (!row || !node || S.cur !== row.id || bothTexts(row) !== cutting.text) {
    leaveCut(S, _("the row changed; nothing was split"));
    return;
  }
  highlight("review-cut", SIDES.flatMap(side => {
    const cell = cellOf(node, side);
    return rangeOver(cell, cutting[side], textOf(cell).length) ?? [];
  }));
}
// The words around the mark are said too: a highlight is not heard.
/** @param {Cut} S @param {Side} side */
function tellCut(S, side) {
  paintCut(S);
  const row = S.cutting && S.rows.get(S.cutting.id);
  if (!S.cutting || !row) return;
  S.say(`${shown(aroundMark(published(row, side), S.cutting[side]))} · ` +
    _("← → or click: move the split point (Shift: by word) · ↑ ↓: switch language · Enter: split · Esc: cancel"));
}
/** @param {Cut & Pick<State, "side" | "mark" | "act">} S @param {KeyboardEvent} event */
export function cutKey(S, event) {
  const { cutting, side } = S, row = cutting && S.rows.get(cutting.id);
  if (!cutting || !row) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by) {
    cutting[side] = moveMark(placesOf(row, side, event.shiftKey), cutting[side], by);
    tellCut(S, side);
  } else if (/^(Tab|ArrowUp|ArrowDown)$/.test(event.key)) {
    S.side = other(side);
    S.mark();
    tellCut(S, S.side);
  } else {
    leaveCut(S);
    if (event.key === "Enter") S.act("split", { rows: [row.id], seen: cutting.seen, inside: true, ...countCharacters(row, cutting) });
  }
}
// A click into the row puts the mark of that side there; one elsewhere leaves.
/** @param {Cut & Pick<State, "side" | "clicked">} S */
export function pointCut(S) {
  const { cutting, clicked } = S, row = cutting && S.rows.get(cutting.id);
  if (!cutting || !row || clicked?.id !== cutting.id) { leaveCut(S); return; }
  if (clicked.at >= 0) cutting[clicked.side] = nearestPlace(placesOf(row, clicked.side, true), clicked.at);
  tellCut(S, S.side);
}
