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

/**
 * The nodes that hold a row's text on one side, each with the place where it begins in it.
 * @param {Pick<State, "ui" | "els" | "columns">} state
 * @param {Row} row
 * @param {Side} side
 * @returns {[HTMLElement, number][]}
 */
function textNodes({ ui, els, columns }, row, side) {
  const node = els.get(row.id);
  if (!ui.prose) return node ? [[cellOf(node, side), 0]] : [];
  const nodes = /** @type {HTMLElement[]} */ ([...columns[side].querySelectorAll(byId(row.id))]);
  return nodes.map(one => [one, startOf(row, side, one)]);
}

/**
 * @param {Row} row
 * @param {Side} side
 * @param {HTMLElement} node
 */
export const startOf = (row, side, node) =>
  startOfSentence(row, side, Number(node.dataset.at ?? 0));

/**
 * The help of a row as it is now; Python is asked for it where it is not there, or not ready.
 * @param {Pick<State, "help" | "pend" | "look" | "hovering" | "askHelp">} state
 * @param {Row} row
 */
export function wordsOf(state, row) {
  const help = concerns(state.pend, row.id) ? null : currentHelp(state.help.get(row.id), row);
  // What is looked for is asked for each second.
  if (help?.ready || (help && state.look?.row === row.id)) return help;
  clearTimeout(state.hovering);
  state.hovering = setTimeout(() => state.askHelp(row.id, false), 300);
  return help;
}

/**
 * Mark the word at a place of a row's text and its counterpart.
 * @param {Pointing} state
 * @param {Row} row
 * @param {Side} side
 * @param {number} at
 */
export function markWord(state, row, side, at) {
  state.pointed = [row.id, side, at];
  const bare = state.ui.original && isCorrected(row);
  const links = (bare ? null : wordsOf(state, row)?.links) ?? [];
  const { editing } = state;
  const changed = editing?.id === row.id && textOf(editing.cell) !== editing.before;
  markLink(linkAt(links, side, at), side, of =>
    changed && editing.side === of ? [] : textNodes(state, row, of),
  );
}

/** @param {Pick<State, "pointed">} state */
export function unmarkWord(state) {
  state.pointed = null;
  markLink(undefined, "zh", () => []);
}

/**
 * Mark the word at the caret, and its translation; typed text moves the places after it.
 * @param {Pointing & { rows: Map<string, Row> }} state
 * @param {Editing} editing
 */
export function markCaret(state, { id, side, cell, caret, before }) {
  const row = state.rows.get(id);
  const at = caretBefore(before, textOf(cell), caret);
  if (row && at !== null) markWord(state, row, side, at);
  else unmarkWord(state);
}

/**
 * Mark the word at the pointer again: an answer of Python may have its translation.
 * @param {Pointing & { rows: Map<string, Row> }} state
 */
export function markAgain(state) {
  if (state.editing) return markCaret(state, state.editing);
  const row = state.pointed && state.rows.get(state.pointed[0]);
  if (state.pointed && row) markWord(state, row, state.pointed[1], state.pointed[2]);
}
