// @ts-check
// Word links: the word under the pointer or the caret is marked, and its counterpart. Highlights
// lie over the text, so that neither the selection nor the open editor notices them.
import { other } from "../model/text.js";
import { highlight, rangeOver, textOf } from "./dom.js";

/**
 * Where the pointer would put the caret, counted in a node's text; -1 for nowhere.
 * @param {{ root: HTMLElement }} state
 * @param {HTMLElement} node
 * @param {Point} event
 */
export function spotUnder(state, node, { clientX: x, clientY: y }) {
  const spot = document.caretPositionFromPoint?.(x, y, { shadowRoots: [state.root.getRootNode()] });
  if (!spot || !node.contains(spot.offsetNode)) return -1;
  const before = new Range();
  before.setStart(node, 0);
  before.setEnd(spot.offsetNode, spot.offset);
  return before.toString().length;
}

/**
 * The character under the pointer; -1 for none.
 * @param {{ root: HTMLElement }} state
 * @param {HTMLElement} node
 * @param {MouseEvent} event
 */
export function placeUnder(state, node, event) {
  const { clientX: x, clientY: y } = event;
  const at = spotUnder(state, node, event);
  const under = /** @param {DOMRect} box */ box =>
    box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  // The spot lies between two characters: the pointer may be over either.
  return (
    [at, at - 1].find(
      one => one >= 0 && [...(rangeOver(node, one, one + 1)?.getClientRects() ?? [])].some(under),
    ) ?? -1
  );
}

/**
 * Mark the words of a link, in the nodes that hold the text of a side; without one nothing is
 * marked.
 * @param {Link | undefined} found
 * @param {Side} side
 * @param {(of: Side) => [HTMLElement, number][]} nodes
 */
export function markLink(found, side, nodes) {
  highlight("review-word", found ? rangesOf(found[side], nodes(side)) : []);
  highlight("review-counterpart", found ? rangesOf(found[other(side)], nodes(other(side))) : []);
}

/**
 * @param {[number, number][]} spans
 * @param {[HTMLElement, number][]} nodes
 */
function rangesOf(spans, nodes) {
  /** @type {Range[]} */
  const ranges = [];
  for (const [node, from] of nodes)
    for (const [start, end] of spans) {
      const first = Math.max(0, start - from);
      const last = Math.min(end - from, textOf(node).length);
      const range = first < last && rangeOver(node, first, last);
      if (range) ranges.push(range);
    }
  return ranges;
}
