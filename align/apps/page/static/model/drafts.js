// @ts-check
// A text that is being written: the row it belongs to now, and where its caret is in the old text.
import { finalText, originsOf, other, SIDES } from "./text.js";

/**
 * The text of a side as it is edited: in its own characters, even if others are shown.
 * @param {Row} row
 * @param {Side} side
 */
export const editedText = (row, side) =>
  (side === "zh" ? row.raw : undefined) ?? finalText(row, side);

/**
 * The place of the first sentence of each side in its document, which outlives the row.
 * @param {Row} row
 */
export const firstOrigins = row => SIDES.map(side => originsOf(row, side)[0]);

/**
 * The row of a draft: its own, else the one that has its first sentence now, else the one at its
 * place.
 * @param {Pick<Table, "rows" | "order">} table
 * @param {Pick<Draft, "id" | "side" | "from" | "place">} draft
 */
export function rowOfDraft({ rows, order }, { id, side, from, place }) {
  const holds = /** @param {Row} row @param {Side} which */ (row, which) =>
    originsOf(row, which).some(at => `${at}` === `${from?.[SIDES.indexOf(which)]}`);
  return (
    rows.get(id) ??
    order.find(row => holds(row, side)) ??
    order.find(row => holds(row, other(side))) ??
    order[Math.min(place ?? 0, order.length - 1)]
  );
}

/**
 * Return the place in the old text of a caret in the new one, or null if it is in typed text.
 * @param {string} before
 * @param {string} text
 * @param {number} caret
 */
export function caretBefore(before, text, caret) {
  let same = 0;
  while (same < Math.min(text.length, before.length) && text[same] === before[same]) same++;
  if (caret <= same) return caret;
  const at = caret - (text.length - before.length);
  return at >= same ? at : null;
}
