// @ts-check
// Running text: the sentences of one side in the order of their document.
import { correctionOf, originsOf, SIDES, turnOf } from "./text.js";

/**
 * Return the pieces of a side, grouped in paragraphs; a correction is one piece. Each paragraph
 * tells the turn that begins with it, if one does.
 * @param {Row[]} order
 * @param {Side} side
 * @returns {Paragraph[]}
 */
export function listParagraphs(order, side) {
  const pieces = order.flatMap(row => piecesOf(row, side));
  pieces.sort((a, b) => a.origin[0] - b.origin[0] || a.origin[1] - b.origin[1]);
  /** @type {Paragraph[]} */
  const paragraphs = [];
  let last = -1;
  let turn = NaN;
  for (const piece of pieces) {
    if (!paragraphs.length || piece.origin[0] !== last) {
      const now = turnOf(piece.row, side);
      paragraphs.push({ turn: now === turn ? null : now, pieces: [] });
      last = piece.origin[0];
      turn = now;
    }
    paragraphs[paragraphs.length - 1].pieces.push(piece);
  }
  return paragraphs;
}

/**
 * @param {Row} row
 * @param {Side} side
 * @returns {Piece[]}
 */
function piecesOf(row, side) {
  const correction = correctionOf(row, side);
  const origins = originsOf(row, side);
  if (correction !== null && row[side].length)
    return [{ row, text: correction, at: 0, origin: origins[0] }];
  return row[side].map((text, at) => ({ row, text, at, origin: origins[at] }));
}

/**
 * What a reader of running text sees of the rows: it is drawn again when this changes.
 * @param {Row[]} order
 */
export const signatureOf = order =>
  order.map(row => `${row.id}${row.revision}${row.status}`).join();

/**
 * The link whose words hold a character of a side.
 * @param {Link[]} links
 * @param {Side} side
 * @param {number} at
 */
export const linkAt = (links, side, at) =>
  links.find(link => link[side].some(([start, end]) => start <= at && at < end));

/**
 * What of an alternative is not a row already: the pairs of texts, each with the row to compare
 * with.
 * @param {[string, string][]} pairs
 * @param {Row[]} order
 * @param {(row: Row, side: Side) => string} textOf
 * @param {Row} here
 */
export function newPairs(pairs, order, textOf, here) {
  return pairs.flatMap(pair => {
    const same = /** @param {Row} row @param {number} n */ (row, n) =>
      textOf(row, SIDES[n]) === pair[n];
    if (order.some(row => same(row, 0) && same(row, 1))) return [];
    return [{ pair, against: order.find(row => same(row, 0) || same(row, 1)) ?? here }];
  });
}
