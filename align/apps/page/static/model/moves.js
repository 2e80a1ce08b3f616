// @ts-check
// Which moves can be made on a row: the menu lists no others.
import { correctionOf, SIDES } from "./text.js";

/** @typedef {{ row: Row, side: Side, sentence: number, place: number, count: number, notes: Thread[], isRealigned: boolean, several: boolean }} Place */

/** @type {Record<string, (at: Place) => boolean>} */
const CONDITIONS = {
  reply: ({ notes }) => notes.length > 0,
  "close-note": ({ notes }) => notes.some(note => note.open),
  reopen: ({ row }) => row.status !== "unreviewed",
  accept: ({ row }) => row.status !== "accepted",
  reject: ({ row }) => row.status !== "rejected",
  alone: ({ row, side }) => row[side].length > 0,
  "merge-up": ({ row, place, several }) => several || (place > 0 && !row.crossing),
  "merge-down": ({ row, place, count, several }) => several || (place < count - 1 && !row.crossing),
  split: ({ row }) => !row.crossing && row.zh.length + row.en.length > 2,
  "split-choose": ({ row }) => !row.crossing && row.zh.length + row.en.length > 1,
  "split-inside": ({ row }) =>
    !row.crossing && SIDES.every(side => correctionOf(row, side) === null),
  "shift-up": ({ row, side }) => row[side].length > 0 && !row.crossing,
  "shift-down": ({ row, side }) => row[side].length > 0 && !row.crossing,
  "text-up": ({ row, place }) => place > 0 && !row.crossing,
  "text-down": ({ row, place, count }) => place < count - 1 && !row.crossing,
  send: ({ row, count }) => count > 1 && !row.crossing,
  join: ({ row, side, sentence }) =>
    sentence < row[side].length - 1 && correctionOf(row, side) === null,
  link: ({ row, count }) => count > 1 && !row.crossing,
  unlink: ({ row }) => row.crossing,
  resolve: ({ row }) => !row.crossing,
  "put-back": ({ isRealigned }) => isRealigned,
};
/**
 * Whether a command does something at a place; one that has no condition always does.
 * @param {string} name
 * @param {Place} at
 */
export const isPossible = (name, at) => CONDITIONS[name]?.(at) ?? true;
