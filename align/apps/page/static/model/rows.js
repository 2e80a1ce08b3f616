// @ts-check
// The rows of a briefing, and what a move makes of them before Python has answered.
import {
  correctionOf,
  finalText,
  GAP,
  originsOf,
  published,
  readCell,
  SIDES,
  turnOf,
  withCell,
} from "./text.js";

/** @param {Iterable<Row>} rows */
export const sortRows = rows => [...rows].sort((a, b) => a.position - b.position);

/**
 * @param {Row[]} order
 * @returns {Map<string, number>}
 */
export const placeRows = order => new Map(order.map((row, at) => [row.id, at]));

/** @param {Row} row */
export const isOpen = row => row.status === "unreviewed";
/**
 * Whether a row is unreviewed and unlikely; ``failed`` is the number of its failed checks.
 * @param {Row} row
 * @param {number} failed
 * @param {number} doubtful
 */
export const isDoubtful = (row, failed, doubtful) =>
  isOpen(row) && ((row.probability ?? 0) < doubtful || failed > 0);

/** @type {Record<string, string>} */
const REASON_OF_CHECK = {
  number: "number",
  percent: "number",
  date: "number",
  time: "number",
  name: "name",
  length: "omission",
  cut: "omission",
  script: "translation",
  untranslated: "translation",
};
/**
 * The reason for a flag that fits the first failed check of a row; empty where none failed.
 * @param {Pick<Issue, "kind">[]} checks
 */
export const likelyReason = checks => REASON_OF_CHECK[checks[0]?.kind] ?? "";

/**
 * @param {Row[]} order
 * @returns {Record<Status, number>}
 */
export function countStatuses(order) {
  const counts = { unreviewed: 0, accepted: 0, rejected: 0, flagged: 0 };
  for (const row of order) counts[row.status]++;
  return counts;
}

/**
 * Return the rows as they will be when Python has carried out what waits for its answer.
 * @param {Map<string, Row>} known
 * @param {Pick<Pending, "rows" | "guess" | "sketch">[]} pending
 */
export function predictRows(known, pending) {
  let rows = new Map(known);
  for (const { rows: ids, guess } of pending)
    if (guess)
      for (const id of ids) {
        const row = rows.get(id);
        if (row) rows.set(id, guess(row));
      }
  for (const { sketch } of pending) if (sketch) rows = sketch(rows);
  return rows;
}

/**
 * A row that Python has not seen: open, without a probability.
 * @param {Row} row
 * @returns {Row}
 */
const changed = row => ({ ...row, probability: null, status: "unreviewed", revision: -1 });

/**
 * Join rows into the first of them.
 * @param {Map<string, Row>} rows
 * @param {string[]} ids
 */
export function joinRows(rows, ids) {
  const parts = ids.flatMap(id => rows.get(id) ?? []);
  if (parts.length < 2) return rows;
  let whole = { ...changed(parts[0]), why: "" };
  for (const side of SIDES) {
    const corrected = parts.some(row => correctionOf(row, side) !== null);
    const first = parts.find(row => row[side].length);
    whole = withCell(whole, side, {
      sentences: parts.flatMap(row => row[side]),
      origins: parts.flatMap(row => originsOf(row, side)),
      turn: first ? turnOf(first, side) : -1,
      correction: corrected
        ? parts
            .map(row => finalText(row, side))
            .filter(Boolean)
            .join(GAP[side])
        : null,
    });
  }
  const joined = new Map(rows);
  for (const row of parts) joined.delete(row.id);
  return joined.set(whole.id, whole);
}

/**
 * Move the first sentences of a side to the row above, or the last ones to the row below. Where
 * that needs an answer of Python, as with a correction, the rows stay as they are.
 * @param {Map<string, Row>} rows
 * @param {string} from
 * @param {string | undefined} to
 * @param {Side} side
 * @param {boolean} up
 * @param {number} [count]
 */
export function passSentences(rows, from, to, side, up, count = 1) {
  const giver = rows.get(from);
  const taker = rows.get(to ?? "");
  if (!giver || !taker || giver[side].length < count) return rows;
  if ([giver, taker].some(row => correctionOf(row, side) !== null || row.crossing)) return rows;
  const given = readCell(giver, side);
  const taken = readCell(taker, side);
  const rest = given.sentences.length - count;
  const goes = /** @template T @param {T[]} all */ all =>
    up ? all.slice(0, count) : all.slice(rest);
  const stays = /** @template T @param {T[]} all */ all =>
    up ? all.slice(count) : all.slice(0, rest);
  const joined = /** @template T @param {T[]} old @param {T[]} more */ (old, more) =>
    up ? [...old, ...more] : [...more, ...old];
  const left = withCell(changed(giver), side, {
    sentences: stays(given.sentences),
    origins: stays(given.origins),
  });
  const passed = new Map(rows);
  if (left.zh.length + left.en.length) passed.set(from, left);
  else passed.delete(from);
  return passed.set(
    taker.id,
    withCell(changed(taker), side, {
      sentences: joined(taken.sentences, goes(given.sentences)),
      origins: joined(taken.origins, goes(given.origins)),
    }),
  );
}

/**
 * What a verdict makes of a row: the reason of another verdict goes.
 * @param {Status} status
 * @param {string} who
 * @param {string} [reason]
 * @returns {(row: Row) => Row}
 */
export const judged =
  (status, who, reason = "") =>
  row => ({ ...row, status: status, who, why: reason || (row.status === status ? row.why : "") });
/** @type {(row: Row) => Row} */
export const reopened = row => ({ ...row, status: "unreviewed", why: "" });
/**
 * What a correction makes of a row; the published text, but for its blanks, takes it away again.
 * @param {Side} side
 * @param {string} text
 * @returns {(row: Row) => Row}
 */
export const corrected = (side, text) => row => {
  const words = joinWords(text);
  return withCell(row, side, {
    correction: words === joinWords(published(row, side)) ? null : words,
  });
};
/** @param {string} text */
const joinWords = text => text.trim().split(/\s+/).join(" ");
/** @type {(row: Row) => Row} */
export const unchanged = row => row;

/**
 * Where a turn begins: the row whose number of a turn is higher than all before it, on a side whose
 * turn has a name. One side of a row may be empty: then the other side tells.
 * @param {Row[]} order
 * @param {Record<Side, string[]>} names
 * @returns {{ row: Row, begins: boolean }[]}
 */
export function findTurns(order, names) {
  /** @type {Record<Side, number>} */
  const last = { zh: -1, en: -1 };
  return order.map(row => {
    const begins = SIDES.some(
      side => names[side][turnOf(row, side)] && turnOf(row, side) > last[side],
    );
    for (const side of SIDES) last[side] = Math.max(turnOf(row, side), last[side]);
    return { row, begins };
  });
}
