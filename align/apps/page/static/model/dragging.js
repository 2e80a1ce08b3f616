// @ts-check
// What a handle that is dragged or clicked does: the operation, and the sentences that it moves.
import { neighbourOf } from "./cursor.js";
import { correctionOf, GAP, other, published, SIDES, startOfSentence } from "./text.js";

/**
 * The handles of a row: one for the row, one for each sentence, one for each border to a neighbour.
 * A border is named by the row above it. An edited text is one piece, which is moved whole.
 * @param {Pick<Table, "order" | "place" | "rows">} table
 * @param {string} id
 * @returns {Grip[]}
 */
export function listGrips(table, id) {
  const row = table.rows.get(id);
  const above = neighbourOf(table, id, true);
  const below = neighbourOf(table, id, false);
  if (!row || row.crossing) return [];
  /** @type {Grip[]} */
  const grips = above || below ? [{ kind: "row", id, side: "zh", at: 0 }] : [];
  for (const side of SIDES) {
    const pieces =
      correctionOf(row, side) === null ? row[side].length : Math.min(row[side].length, 1);
    for (let at = 0; at < pieces; at++) grips.push({ kind: "sentence", id, side, at });
    for (const upper of [above && table.rows.get(above), below && row])
      if (upper && hasText(table, upper.id, side))
        grips.push({ kind: "border", id: upper.id, side, at: 0 });
  }
  return grips;
}

/**
 * Whether either of the rows at a border has text of a side.
 * @param {Pick<Table, "order" | "place" | "rows">} table
 * @param {string} upper
 * @param {Side} side
 */
function hasText(table, upper, side) {
  const rows = [upper, neighbourOf(table, upper, false) ?? ""].map(id => table.rows.get(id));
  return rows.some(row => row?.[side].length);
}

/**
 * Return what happens when a handle is dropped at a place; null for nothing.
 * @param {Pick<Table, "order" | "place" | "rows">} table
 * @param {Grip} grip
 * @param {Spot} spot
 * @returns {Drop | null}
 */
export function planDrop(table, grip, spot) {
  if (!table.rows.has(grip.id)) return null;
  if (grip.kind === "border") return planBorder(table, grip, spot);
  const up = spot.id === neighbourOf(table, grip.id, true);
  if (!up && spot.id !== neighbourOf(table, grip.id, false)) return null;
  if (grip.kind === "sentence") return planSentence(table, grip, up);
  return {
    action: "merge",
    rows: up ? [spot.id, grip.id] : [grip.id, spot.id],
    side: grip.side,
    up,
    count: 0,
  };
}

/**
 * A sentence takes along those between it and the row to which it goes.
 * @param {Pick<Table, "order" | "place" | "rows">} table
 * @param {Grip} grip
 * @param {boolean} up
 */
function planSentence(table, { id, side, at }, up) {
  const row = table.rows.get(id);
  const all = row?.[side].length ?? 0;
  const whole = row && correctionOf(row, side) !== null;
  return pass(table, id, side, up, whole ? all : up ? at + 1 : all - at);
}

/**
 * @param {Pick<Table, "order" | "place" | "rows">} table
 * @param {Grip} grip
 * @param {Spot} spot
 */
function planBorder(table, { id, side }, spot) {
  const below = neighbourOf(table, id, false) ?? "";
  const all = table.rows.get(id)?.[side].length ?? 0;
  if (spot.id === id && spot.at < all) return pass(table, id, side, false, all - spot.at);
  if (spot.id === below && spot.at > 0) return pass(table, below, side, true, spot.at);
  return null;
}

/**
 * @param {Pick<Table, "order" | "place">} table
 * @param {string} from
 * @param {Side} side
 * @param {boolean} up
 * @param {number} count
 * @returns {Drop | null}
 */
function pass(table, from, side, up, count) {
  const to = neighbourOf(table, from, up);
  return to && count > 0 ? { action: "shift", rows: [from, to], side, up, count } : null;
}

/**
 * Return how many sentences of a side begin before the border nearest to a place in its text.
 * @param {Row} row
 * @param {Side} side
 * @param {number} place
 */
export function nearestBorder(row, side, place) {
  const correction = correctionOf(row, side);
  const all = row[side].length;
  if (correction !== null) return place * 2 < correction.length ? 0 : all;
  let best = 0;
  for (let at = 1; at <= all; at++)
    if (
      Math.abs(startOfSentence(row, side, at) - place) <
      Math.abs(startOfSentence(row, side, best) - place)
    )
      best = at;
  return best;
}

/**
 * Return how many sentences of each side stay above when a row is split before a sentence: of the
 * other side, the like share of its text.
 * @param {Row} row
 * @param {Side} side
 * @param {number} at
 * @returns {Record<Side, number>}
 */
export function planSplit(row, side, at) {
  const far = other(side);
  const share = startOfSentence(row, side, at) / (published(row, side).length + GAP[side].length);
  const size = published(row, far).length + GAP[far].length;
  let best = 0;
  for (let count = 1; count <= row[far].length; count++)
    if (
      Math.abs(startOfSentence(row, far, count) / size - share) <=
      Math.abs(startOfSentence(row, far, best) / size - share)
    )
      best = count;
  return side === "zh" ? { zh: at, en: best } : { zh: best, en: at };
}

const EDGE = 48;
// Pixels: the zone at the edge of the table in which a drag scrolls it, and a frame.
const FASTEST = 16;

/**
 * Return by how many pixels a drag scrolls the rows in a frame: more the nearer the pointer is to
 * the edge, or beyond it; 0 in the middle.
 * @param {number} y
 * @param {{ top: number; bottom: number }} area
 */
export function edgeStep(y, { top, bottom }) {
  const zone = Math.min(EDGE, (bottom - top) / 4);
  const into = y < top + zone ? y - top - zone : Math.max(0, y - bottom + zone);
  return Math.round(FASTEST * Math.max(-1, Math.min(1, into / zone)));
}
