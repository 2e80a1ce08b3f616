// @ts-check
// The text of a row: sentences as published, and a reviewer's correction of a side.
/** @type {Side[]} */
export const SIDES = ["zh", "en"];
/** @type {Record<Side, string>} */
export const GAP = { zh: "", en: " " };

/**
 * @param {Side} side
 * @returns {Side}
 */
export const other = side => (side === "zh" ? "en" : "zh");

/**
 * @param {Row} row
 * @param {Side} side
 */
export const correctionOf = (row, side) => (side === "zh" ? row.zh_edit : row.en_edit);
/**
 * @param {Row} row
 * @param {Side} side
 */
export const originsOf = (row, side) => (side === "zh" ? row.zh_origins : row.en_origins);
/**
 * @param {Row} row
 * @param {Side} side
 */
export const turnOf = (row, side) => (side === "zh" ? row.zh_turn : row.en_turn);
/** @param {Row} row */
export const isCorrected = row => row.zh_edit !== null || row.en_edit !== null;

/**
 * @param {Row} row
 * @param {Side} side
 * @returns {Cell}
 */
export const readCell = (row, side) => ({
  sentences: row[side],
  origins: originsOf(row, side),
  correction: correctionOf(row, side),
  turn: turnOf(row, side),
});

/**
 * Return the row with other contents of one side.
 * @param {Row} row
 * @param {Side} side
 * @param {Partial<Cell>} changed
 * @returns {Row}
 */
export function withCell(row, side, changed) {
  const { sentences, origins, correction, turn } = { ...readCell(row, side), ...changed };
  if (side === "zh")
    return { ...row, zh: sentences, zh_origins: origins, zh_edit: correction, zh_turn: turn };
  return { ...row, en: sentences, en_origins: origins, en_edit: correction, en_turn: turn };
}

/**
 * @param {Row} row
 * @param {Side} side
 */
export const published = (row, side) => row[side].join(GAP[side]);
/**
 * @param {Row} row
 * @param {Side} side
 */
export const finalText = (row, side) => correctionOf(row, side) ?? published(row, side);
/** @param {Row} row */
export const bothTexts = row => SIDES.map(side => finalText(row, side)).join("\n");

/**
 * Rows as lines to paste into a spreadsheet: Chinese, a tab, English.
 * @param {Row[]} rows
 */
export const asLines = rows =>
  rows
    .map(row => SIDES.map(side => finalText(row, side).replace(/\s+/g, " ")).join("\t"))
    .join("\n");

/**
 * The numbers of Chinese and English sentences, as in "1-2".
 * @param {Row} row
 */
export const kind = row => `${row.zh.length}-${row.en.length}`;

// Invisible marks that turn the direction of text would let a sentence look like another one.
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** @param {string} text */
export const shown = text => text.replace(BIDI, "\ufffd");

/**
 * Return where in the published text of a side a sentence begins.
 * @param {Row} row
 * @param {Side} side
 * @param {number} at
 */
export const startOfSentence = (row, side, at) =>
  row[side].slice(0, at).reduce((sum, text) => sum + text.length + GAP[side].length, 0);

/**
 * Divide a text into what it shares with another one at its start and end, and what differs
 * between.
 * @param {string} text
 * @param {string} against
 * @returns {[string, string, string]}
 */
export function compareTexts(text, against) {
  const one = [...text];
  const two = [...against];
  const least = Math.min(one.length, two.length);
  let start = 0;
  let end = 0;
  while (start < least && one[start] === two[start]) start++;
  while (end < least - start && one.at(-1 - end) === two.at(-1 - end)) end++;
  const stop = one.length - end;
  return [one.slice(0, start).join(""), one.slice(start, stop).join(""), one.slice(stop).join("")];
}

/**
 * Return where a text contains the words of a search, ignoring case, as pairs of start and end.
 * @param {string} text
 * @param {string} sought
 * @returns {[number, number][]}
 */
export function findPlaces(text, sought) {
  const words = sought.trim().toLowerCase().split(/\s+/).join(" ");
  if (!words) return [];
  // Lower case may have another length than the text itself (İ); such a text is searched as it is.
  const lower = text.toLowerCase();
  const hay = lower.length === text.length ? lower : text;
  /** @type {[number, number][]} */
  const found = [];
  for (let at = hay.indexOf(words); at >= 0; at = hay.indexOf(words, at + words.length))
    found.push([at, at + words.length]);
  return found;
}

/**
 * Part of a text without the blanks at its ends; null when nothing else is in it.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, number] | null}
 */
export function trimSpan(text, start, end) {
  const part = text.slice(start, end);
  const inside = part.trim();
  if (!inside) return null;
  const from = start + part.indexOf(inside);
  return [from, from + inside.length];
}
