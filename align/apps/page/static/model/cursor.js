// @ts-check
// Which rows the cursor, a selection, a filter and a move reach.
import { isOpen } from "./rows.js";

/** @param {Pick<Table, "order" | "shown">} table */
export const visible = ({ order, shown }) =>
  shown ? order.filter(row => shown.has(row.id)) : order;

/**
 * A row that a filter hides; the one at the cursor stays in sight.
 * @param {Pick<Table, "shown">} table
 * @param {string} id
 * @param {string} cur
 */
export const isHidden = ({ shown }, id, cur) => !!shown && !shown.has(id) && id !== cur;

/**
 * The rows between the anchor and the cursor, in their order.
 * @param {Pick<Table, "order" | "place">} table
 * @param {Pick<Cursor, "cur" | "anchor">} cursor
 */
export function selected({ order, place }, { cur, anchor }) {
  const from = anchor === null ? undefined : place.get(anchor);
  const to = place.get(cur);
  if (from === undefined || to === undefined) return [cur];
  return order.slice(Math.min(from, to), Math.max(from, to) + 1).map(row => row.id);
}

/**
 * The selected rows that a verdict is about: none that is out of sight.
 * @param {Table} table
 * @param {Pick<Cursor, "cur" | "anchor">} cursor
 */
export const selectedInSight = (table, cursor) =>
  selected(table, cursor).filter(id => !isHidden(table, id, cursor.cur));

/**
 * The row some rows further on, among those shown. A row that a filter hides now still has its
 * place: the cursor goes on from there.
 * @param {Pick<Table, "order" | "place" | "shown">} table
 * @param {string} cur
 * @param {number} by
 */
export function rowAfter(table, cur, by) {
  const rows = visible(table);
  const here = table.place.get(cur) ?? 0;
  const later = rows.findIndex(row => (table.place.get(row.id) ?? 0) >= here);
  let at = later < 0 ? rows.length - (by > 0 ? 1 : 0) : later;
  if (rows[at]?.id === cur || by < 0) at += by;
  return rows[Math.max(0, Math.min(rows.length - 1, at))]?.id;
}

/**
 * The next row that fits, or the one before; after the last comes the first.
 * @param {Pick<Table, "order" | "place" | "shown">} table
 * @param {string} cur
 * @param {(row: Row) => boolean} fits
 * @param {boolean} [back]
 */
export function nextRow(table, cur, fits, back = false) {
  const here = table.place.get(cur) ?? -1;
  const rows = visible(table).filter(fits);
  if (back) rows.reverse();
  const placeOf = /** @param {Row} row */ row => table.place.get(row.id) ?? -1;
  return (rows.find(row => (back ? placeOf(row) < here : placeOf(row) > here)) ?? rows[0])?.id;
}

/**
 * The row a window further on: as many as fit, less one or two, so that the rows read last stay in
 * sight.
 * @param {Row[]} rows
 * @param {string} cur
 * @param {number} by
 * @param {(row: Row) => number} heightOf
 * @param {number} room
 */
export function rowOnNextPage(rows, cur, by, heightOf, room) {
  const from = rows.findIndex(row => row.id === cur);
  let at = from;
  let height = 0;
  while (rows[at + by]) {
    height += heightOf(rows[at] ?? rows[at + by]);
    if (height >= room) break;
    at += by;
  }
  if (at === from) at = Math.max(0, Math.min(rows.length - 1, at + by));
  return rows[at]?.id;
}

/**
 * Where the cursor goes when a filter hides its row: on, else back to the last that fits.
 * @param {Pick<Table, "order" | "place" | "shown">} table
 * @param {string} cur
 */
export function nearestVisible(table, cur) {
  const here = table.place.get(cur) ?? 0;
  const rows = visible(table);
  return (rows.find(row => (table.place.get(row.id) ?? 0) > here) ?? rows.at(-1))?.id ?? cur;
}

/**
 * @param {Risks} risks
 * @param {Row} row
 */
const risk = (risks, row) => risks[row.id] ?? row.risk;

/**
 * What orders the queue: once no row left is doubtful, Python judges the rest in another way.
 * @param {Pick<Parts, "risks" | "late">} data
 */
export const queueRisks = ({ risks, late }) => late ?? risks;

/**
 * The most doubtful unreviewed row; ``but`` is one to pass over.
 * @param {Row[]} rows
 * @param {Risks} risks
 * @param {string} [but]
 */
export function mostDoubtful(rows, risks, but) {
  /** @type {Row | undefined} */
  let best;
  for (const row of rows)
    if (isOpen(row) && row.id !== but && (!best || risk(risks, row) > risk(risks, best)))
      best = row;
  return best?.id;
}

/**
 * The most doubtful row; asked again there, the one that follows it, so that rows can be passed
 * over.
 * @param {Row[]} rows
 * @param {Risks} risks
 * @param {string} cur
 * @param {string | undefined} walked
 */
export function nextMostDoubtful(rows, risks, cur, walked) {
  const open = rows.filter(isOpen).sort((a, b) => risk(risks, b) - risk(risks, a));
  const at = walked === cur ? open.findIndex(row => row.id === cur) + 1 : 0;
  return (open.slice(at).find(row => row.id !== cur) ?? open[0])?.id;
}

/**
 * How many rows are expected to be wrong.
 * @param {Row[]} rows
 * @param {Risks} risks
 */
export const expectedWrong = (rows, risks) => rows.reduce((sum, row) => sum + risk(risks, row), 0);

/**
 * The rows that a merge joins: the selected ones, or the one at the cursor and its neighbour.
 * @param {Pick<Table, "order" | "place">} table
 * @param {Pick<Cursor, "cur" | "anchor">} cursor
 * @param {boolean} up
 */
export function rowsToMerge(table, cursor, up) {
  const chosen = selected(table, cursor);
  const neighbour = neighbourOf(table, chosen[0], up);
  if (chosen.length > 1) return chosen;
  if (!neighbour) return [];
  return up ? [neighbour, chosen[0]] : [chosen[0], neighbour];
}

/**
 * @param {Pick<Table, "order" | "place">} table
 * @param {string} id
 * @param {boolean} up
 */
export function neighbourOf({ order, place }, id, up) {
  const at = place.get(id);
  return at === undefined ? undefined : order[up ? at - 1 : at + 1]?.id;
}

/**
 * Rows that a move would change out of sight.
 * @param {Pick<Table, "rows" | "shown">} table
 * @param {(string | undefined)[]} ids
 * @param {string} cur
 * @returns {string[]}
 */
export const hiddenAmong = (table, ids, cur) =>
  ids.flatMap(id =>
    id !== undefined && table.rows.has(id) && isHidden(table, id, cur) ? [id] : [],
  );
