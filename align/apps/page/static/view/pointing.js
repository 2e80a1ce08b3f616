// @ts-check
// Which word of a row is pointed at, by the pointer or the caret.
// The nodes that hold a row's text on one side, each with the place where it begins in it.
import { linkAt } from "../model/columns.js";
import { caretBefore } from "../model/drafts.js";
import { concerns, currentHelp } from "../model/queue.js";
import { isCorrected, startOfSentence } from "../model/text.js";
import { byId, textOf } from "./dom.js";
import { markLink } from "./links.js";
import { cellOf } from "./rows.js";

// The nodes that hold a row's text on one side, each with the place where it begins in it.
/** @param {Pick<State, "ui" | "els" | "columns">} S @param {Row} row @param {Side} side @returns {[HTMLElement, number][]} */
function textNodes({ ui, els, columns }, row, side) {
  const node = els.get(row.id);
  if (!ui.prose) return node ? [[cellOf(node, side), 0]] : [];
  const nodes = /** @type {HTMLElement[]} */ ([...columns[side].querySelectorAll(byId(row.id))]);
  return nodes.map(one => [one, startOf(row, side, one)]);
}
/** @param {Row} row @param {Side} side @param {HTMLElement} node */
export const startOf = (row, side, node) => startOfSentence(row, side, Number(node.dataset.at ?? 0));

// The help of a row as it is now; Python is asked for it where it is not there, or not ready.
/** @param {Pick<State, "help" | "pend" | "look" | "hovering" | "askHelp">} S @param {Row} row */
export function wordsOf(S, row) {
  const help = concerns(S.pend, row.id) ? null : currentHelp(S.help.get(row.id), row);
  if (help?.ready || (help && S.look?.row === row.id)) return help; // what is looked for is asked for each second
  clearTimeout(S.hovering);
  S.hovering = setTimeout(() => S.askHelp(row.id, false), 300);
  return help;
}
// Mark the word at a place of a row's text and its counterpart.
/** @param {Pointing} S @param {Row} row @param {Side} side @param {number} at */
export function markWord(S, row, side, at) {
  S.pointed = [row.id, side, at];
  const bare = S.ui.original && isCorrected(row);
  const links = (bare ? null : wordsOf(S, row)?.links) ?? [];
  const { editing } = S, changed = editing?.id === row.id && textOf(editing.cell) !== editing.before;
  markLink(linkAt(links, side, at), side, of => (changed && editing.side === of ? [] : textNodes(S, row, of)));
}
/** @param {Pick<State, "pointed">} S */
export function unmarkWord(S) {
  S.pointed = null;
  markLink(undefined, "zh", () => []);
}
// The word at the caret: what was typed moves the places behind it.
/** @param {Pointing & { rows: Map<string, Row> }} S @param {Editing} editing */
export function markCaret(S, { id, side, cell, caret, before }) {
  const row = S.rows.get(id), at = caretBefore(before, textOf(cell), caret);
  if (row && at !== null) markWord(S, row, side, at); else unmarkWord(S);
}
// Python answered: what is pointed at may be known now.
/** @param {Pointing & { rows: Map<string, Row> }} S */
export function markAgain(S) {
  if (S.editing) return markCaret(S, S.editing);
  const row = S.pointed && S.rows.get(S.pointed[0]);
  if (S.pointed && row) markWord(S, row, S.pointed[1], S.pointed[2]);
}
