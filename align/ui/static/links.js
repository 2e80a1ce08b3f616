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
// The nodes that hold a row's text on one side, each with the place where it begins in it.
/** @param {State} S @param {Row} row @param {Side} side @returns {[HTMLElement, number][]} */
function textNodes(S, row, side) {
  if (!S.ui.prose) return S.els.has(row.id) ? [[cellOf(S.els.get(row.id), side), 0]] : [];
  const nodes = /** @type {HTMLElement[]} */ ([...S.columns[side].querySelectorAll(`[data-id="${CSS.escape(row.id)}"]`)]);
  return nodes.map(node => [node, startOf(row, side, node)]);
}
/** @param {Row} row @param {Side} side @param {HTMLElement} node */
const startOf = (row, side, node) => names(row, side).slice(0, Number(node.dataset.at ?? 0)).reduce((sum, text) => sum + text.length + GAP[side].length, 0);

// The help of a row as it is now; Python is asked for it where it is not there.
/** @param {State} S @param {Row} row */
function wordsOf(S, row) {
  const help = S.help.get(row.id);
  if (help?.rev === row.rev && !S.pend.some(op => op.rows.has(row.id))) return help;
  clearTimeout(S.hovering);
  S.hovering = setTimeout(() => S.send("here", { n: ++S.seq, row: S.cur, look: row.id }), 300);
  return null;
}
/** @param {Record<Side, [number, number][]>[]} links @param {Side} side @param {number} at */
const linkAt = (links, side, at) => links.find(one => one[side].some(([start, end]) => start <= at && at < end));
// Mark the words of a link, in the nodes that hold the text of a side; without one nothing is marked.
/** @param {Record<Side, [number, number][]> | undefined} link @param {Side} side @param {(of: Side) => [HTMLElement, number][]} nodes */
function markLink(link, side, nodes) {
  MARKS.forEach((name, number) => {
    const of = number ? other(side) : side, ranges = [];
    if (link)
      for (const [node, from] of nodes(of))
        for (const [start, end] of link[of]) {
          const first = Math.max(0, start - from), last = Math.min(end - from, node.textContent.length);
          if (first < last) ranges.push(rangeOver(node, first, last));
        }
    highlight(name, ranges);
  });
}
// Mark the word at a place of a row's text and its counterpart; without a row nothing is marked.
/** @param {State} S @param {Row | null} row @param {Side} [side] @param {number} [at] */
function markWord(S, row, side, at) {
  S.pointed = row && [row.id, side, at];
  const bare = row && S.ui.original && SIDES.some(one => row[one + "x"] !== null);
  const changed = S.editing?.id === row?.id && S.editing?.cell.textContent !== S.editing?.before;
  markLink(linkAt((row && !bare && wordsOf(S, row)?.links) || [], side, at), side, of => (changed && S.editing.side === of ? [] : textNodes(S, row, of)));
}
// The word at the caret: what was typed moves the places behind it.
/** @param {State} S */
function markCaret(S) {
  const { id, side, cell, caret, before } = S.editing, text = cell.textContent, row = S.rows.get(id);
  let same = 0;
  while (same < Math.min(text.length, before.length) && text[same] === before[same]) same++;
  const at = caret <= same ? caret : caret - (text.length - before.length);
  markWord(S, at >= same || caret <= same ? row : null, side, at);
}
// Python answered: what is pointed at may be known now.
/** @param {State} S */
function markAgain(S) {
  if (S.editing) markCaret(S);
  else if (S.pointed && S.rows.has(S.pointed[0])) markWord(S, S.rows.get(S.pointed[0]), S.pointed[1], S.pointed[2]);
}
