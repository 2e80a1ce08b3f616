// @ts-check
// The caret in the cell that is edited. The table is a tree of its own, into which browsers let one
// look in different ways.
import { trimSpan } from "../model/text.js";
import { textOf } from "./dom.js";

/**
 * @param {Pick<State, "selection">} state
 * @param {Editing} editing
 */
export function putCaret(state, { cell, caret }) {
  cell.focus({ preventScroll: true });
  cell.normalize();
  state.selection()?.collapse(cell.firstChild ?? cell, Math.min(caret, textOf(cell).length));
}

/**
 * The range that is selected on the page, or null.
 * @param {Pick<State, "selection">} state
 * @param {HTMLElement} cell a cell of the table
 */
function readRange(state, cell) {
  const selection = state.selection();
  const composed = selection?.getComposedRanges?.({
    shadowRoots: [/** @type {ShadowRoot} */ (cell.getRootNode())],
  });
  return composed ? composed[0] : selection?.rangeCount ? selection.getRangeAt(0) : null;
}

/**
 * How many characters of a cell are before a place in it.
 * @param {HTMLElement} cell
 * @param {Node} node
 * @param {number} offset
 */
function countBefore(cell, node, offset) {
  const before = new Range(); // the selection would follow a change of its own range
  before.setStart(cell, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

/**
 * How many characters are before the caret; null if it is not in the cell.
 * @param {Pick<State, "selection">} state
 * @param {HTMLElement} cell
 */
export function findCaret(state, cell) {
  const range = readRange(state, cell);
  if (!range || !cell.contains(range.endContainer)) return null;
  return countBefore(cell, range.endContainer, range.endOffset);
}

/**
 * The characters of a cell that are selected, as start and end without blanks; null for none.
 * @param {Pick<State, "selection">} state
 * @param {HTMLElement} cell
 * @returns {[number, number] | null}
 */
export function findSelected(state, cell) {
  const range = readRange(state, cell);
  if (!range || !cell.contains(range.startContainer) || !cell.contains(range.endContainer))
    return null;
  const start = countBefore(cell, range.startContainer, range.startOffset);
  const end = countBefore(cell, range.endContainer, range.endOffset);
  return trimSpan(textOf(cell), start, end);
}
