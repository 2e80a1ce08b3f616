// @ts-check
// The outline of a briefing: all rows in a strip as high as the table.

/** @typedef {{ top: number, height: number, row: Row, begins: boolean }} Stroke */

// Return where each row is drawn in a strip of some height; a turn begins with some of them.
/** @param {Row[]} rows @param {number} height @returns {Stroke[]} */
export function layOut(rows, height) {
  const step = rows.length ? Math.min(height / rows.length, TALLEST) : 0;
  return rows.map((row, at) => {
    const before = rows[at - 1], begins = !before || before.tzh !== row.tzh || before.ten !== row.ten;
    return { top: at * step, height: Math.max(step, 1), row, begins };
  });
}
const TALLEST = 12; // pixels of a row in a short briefing

// Return the row at a height of the strip; the nearest one outside.
/** @param {Row[]} rows @param {number} height of the strip @param {number} y */
export function rowAt(rows, height, y) {
  const step = Math.min(height / rows.length, TALLEST), at = Math.floor(y / step);
  return rows[Math.max(0, Math.min(at, rows.length - 1))];
}

// Count the rows for those who do not see the strip.
/** @param {Row[]} rows @param {(row: Row) => boolean} isDoubtful */
export const countRows = (rows, isDoubtful) => ({
  all: rows.length,
  reviewed: rows.filter(row => row.s !== "unreviewed").length,
  flagged: rows.filter(row => row.s === "flagged").length,
  doubtful: rows.filter(isDoubtful).length,
});
