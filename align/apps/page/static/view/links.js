// @ts-check
// Word links: the word under the pointer or the caret is marked, and its counterpart. Highlights lie
// over the text, so that neither the selection nor the open editor notices them.
const MARKS = ["review-word", "review-counterpart"];

// Where the pointer would put the caret, counted in a node's text; -1 for nowhere.
/** @param {State} S @param {HTMLElement} node @param {MouseEvent} event */
function spotUnder(S, node, { clientX: x, clientY: y }) {
  const spot = document.caretPositionFromPoint?.(x, y, { shadowRoots: [S.root.getRootNode()] });
  if (!spot || !node.contains(spot.offsetNode)) return -1;
  const before = new Range();
  before.setStart(node, 0);
  before.setEnd(spot.offsetNode, spot.offset);
  return before.toString().length;
}
// The character under the pointer; -1 for none.
/** @param {State} S @param {HTMLElement} node @param {MouseEvent} event */
function placeUnder(S, node, event) {
  const { clientX: x, clientY: y } = event, at = spotUnder(S, node, event);
  const under = box => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  // The spot lies between two characters: the pointer may be over either.
  return [at, at - 1].find(one => one >= 0 && [...(rangeOver(node, one, one + 1)?.getClientRects() ?? [])].some(under)) ?? -1;
}
/** @param {Record<Side, [number, number][]>[]} links @param {Side} side @param {number} at */
const linkAt = (links, side, at) => links.find(one => one[side].some(([start, end]) => start <= at && at < end));
// Mark the words of a link, in the nodes that hold the text of a side; without one nothing is marked.
/** @param {Record<Side, [number, number][]> | undefined} found @param {Side} side @param {(of: Side) => [HTMLElement, number][]} nodes */
function markLink(found, side, nodes) {
  MARKS.forEach((name, number) => {
    const of = number ? other(side) : side, ranges = [];
    if (found)
      for (const [node, from] of nodes(of))
        for (const [start, end] of found[of]) {
          const first = Math.max(0, start - from), last = Math.min(end - from, node.textContent.length);
          if (first < last) ranges.push(rangeOver(node, first, last));
        }
    highlight(name, ranges);
  });
}
