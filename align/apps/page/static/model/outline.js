// @ts-check
// The outline of a briefing: all rows in a strip as high as the table.

/** @typedef {{ top: number, height: number, rows: Row[], begins: boolean }} Stroke */
/** @typedef {{ status: Status, doubt: number, failed: boolean, noted: boolean }} Summary */

const TALLEST = 12; // pixels of a row in a short briefing

/**
 * Return where the rows are drawn in a strip of some height; a turn begins with some of them. Where
 * there are more rows than pixels, a stroke is of several rows.
 * @param {Row[]} rows
 * @param {number} height
 * @returns {Stroke[]}
 */
export function layOut(rows, height) {
  const step = Math.min(height / rows.length, TALLEST);
  const many = Math.max(1, Math.ceil(1 / step));
  /** @type {Stroke[]} */
  const strokes = [];
  for (let at = 0; at < rows.length; at += many) {
    const row = rows[at];
    const before = rows[at - 1];
    const begins =
      many === 1 && (!before || before.zh_turn !== row.zh_turn || before.en_turn !== row.en_turn);
    strokes.push({
      top: at * step,
      height: Math.max(step * many, 1),
      rows: rows.slice(at, at + many),
      begins,
    });
  }
  return strokes;
}

/**
 * Return what a stroke shows of its rows: of each property the gravest.
 * @param {Row[]} rows
 * @param {(row: Row) => boolean} hasFailed
 * @param {(row: Row) => boolean} hasNote
 * @returns {Summary}
 */
export function summarise(rows, hasFailed, hasNote) {
  const open = rows.filter(row => row.status === "unreviewed");
  const status = ORDER.find(one => rows.some(row => row.status === one)) ?? "accepted";
  const doubt = Math.max(0, ...open.map(row => 1 - (row.probability ?? 0.5)));
  return { status, doubt, failed: rows.some(hasFailed), noted: rows.some(hasNote) };
}

/** @type {Status[]} */
const ORDER = ["rejected", "flagged", "unreviewed"];

/**
 * Return the row at a height of the strip; the nearest one outside.
 * @param {Row[]} rows
 * @param {number} height of the strip
 * @param {number} y
 */
export function rowAt(rows, height, y) {
  const step = Math.min(height / rows.length, TALLEST);
  const at = Math.floor(y / step);
  return rows[Math.max(0, Math.min(at, rows.length - 1))];
}

/**
 * Count the rows for those who do not see the strip.
 * @param {Row[]} rows
 * @param {(row: Row) => boolean} isDoubtful
 */
export const countRows = (rows, isDoubtful) => ({
  all: rows.length,
  reviewed: rows.filter(row => row.status !== "unreviewed").length,
  rejected: rows.filter(row => row.status === "rejected").length,
  flagged: rows.filter(row => row.status === "flagged").length,
  doubtful: rows.filter(isDoubtful).length,
});
