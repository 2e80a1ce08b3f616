// @ts-check
// The caret in the cell that is edited. The table is a tree of its own, into which browsers let one
// look in different ways.
import { textOf } from "./dom.js";

/** @param {Pick<State, "selection">} S @param {Editing} editing */
export function putCaret(S, { cell, caret }) {
  cell.focus({ preventScroll: true });
  cell.normalize();
  S.selection()?.collapse(cell.firstChild ?? cell, Math.min(caret, textOf(cell).length));
}
// How many characters stand before the caret; null when it is elsewhere.
/** @param {Pick<State, "selection">} S @param {HTMLElement} cell */
export function findCaret(S, cell) {
  const selection = S.selection();
  const composed = selection?.getComposedRanges?.({ shadowRoots: [/** @type {ShadowRoot} */ (cell.getRootNode())] });
  const range = composed ? composed[0] : selection?.rangeCount ? selection.getRangeAt(0) : null;
  if (!range || !cell.contains(range.endContainer)) return null;
  const before = new Range(); // the selection would follow a change of its own range
  before.setStart(cell, 0);
  before.setEnd(range.endContainer, range.endOffset);
  return before.toString().length;
}
