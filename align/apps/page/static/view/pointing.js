// @ts-check
// Which word of a row is pointed at, by the pointer or the caret.
// The nodes that hold a row's text on one side, each with the place where it begins in it.
/** @param {State} S @param {Row} row @param {Side} side @returns {[HTMLElement, number][]} */
function textNodes(S, row, side) {
  if (!S.ui.prose) return S.els.has(row.id) ? [[cellOf(S.els.get(row.id), side), 0]] : [];
  const nodes = /** @type {HTMLElement[]} */ ([...S.columns[side].querySelectorAll(`[data-id="${CSS.escape(row.id)}"]`)]);
  return nodes.map(node => [node, startOf(row, side, node)]);
}
/** @param {Row} row @param {Side} side @param {HTMLElement} node */
const startOf = (row, side, node) => names(row, side).slice(0, Number(node.dataset.at ?? 0)).reduce((sum, text) => sum + text.length + GAP[side].length, 0);

// The help of a row as it is now; Python is asked for it where it is not there, or not ready.
/** @param {State} S @param {Row} row */
function wordsOf(S, row) {
  const known = S.help.get(row.id), help = known?.rev === row.rev && !S.pend.some(op => op.rows.has(row.id)) ? known : null;
  if (help?.ready || (help && S.look?.row === row.id)) return help; // what is looked for is asked for each second
  clearTimeout(S.hovering);
  S.hovering = setTimeout(() => askHelp(S, row.id, false), 300);
  return help;
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
