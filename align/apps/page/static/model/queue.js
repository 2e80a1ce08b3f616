// @ts-check
// Operations that wait for their answers, and what an answer makes of them and of the rows.

/**
 * Return an operation of the browser. Its own name lets it be sent twice and done once.
 * @param {{ seq: number, tab: string, action: string, seen: number, accept: boolean }} about
 * @param {Fields} fields
 * @returns {Wire}
 */
export const makeWire = ({ seq, tab, action, seen, accept }, fields) => ({
  seq,
  op: `${tab}-${seq}`,
  action,
  seen,
  accept,
  ...fields,
});

/**
 * @param {Wire} wire
 * @param {Guess} [guess]
 * @param {Sketch} [sketch]
 * @returns {Pending}
 */
export const makePending = (wire, guess, sketch) => ({
  seq: wire.seq,
  wire,
  guess,
  sketch,
  rows: new Set(wire.rows ?? []),
});

/**
 * Divide what waits into what Python has not answered yet and the answered ones that it refused.
 * @param {Pending[]} pending
 * @param {Pick<Told, "ack" | "refused">} told
 */
export const settle = (pending, { ack, refused }) => ({
  waiting: pending.filter(op => op.seq > ack),
  refused: pending.filter(op => refused.includes(op.seq)),
});

/**
 * The highest number that was given away, here or in an earlier state of the page.
 * @param {number} seq
 * @param {Pending[]} pending
 * @param {number} ack
 */
export const highestNumber = (seq, pending, ack) =>
  Math.max(seq, ack, ...pending.map(op => op.seq));

/**
 * A move whose outcome only Python knows: keys pressed meanwhile wait for it.
 * @param {Pending[]} pending
 */
export const isUncertain = pending => pending.some(op => !op.guess);

/**
 * @param {Pending[]} pending
 * @param {string} id
 */
export const concerns = (pending, id) => pending.some(op => op.rows.has(id));

/**
 * Return the rows after an answer, which holds all of them, or those that changed, or neither.
 * @param {Map<string, Row>} known
 * @param {Pick<Answer, "rows" | "patch">} answer
 */
export function takeRows(known, { rows, patch = {} }) {
  const after = rows ? new Map(rows.map(row => [row.id, row])) : new Map(known);
  for (const [id, row] of Object.entries(patch))
    if (row) after.set(id, row);
    else after.delete(id);
  return after;
}

/**
 * Return what to ask: what changed since the rows that are here, or everything, of another
 * briefing.
 * @param {{ view: string, key: string, version: number } | undefined} here
 * @param {string} view
 */
export const knownVersion = (here, view) =>
  here && here.view === view ? { key: here.key, version: here.version } : { key: "", version: 0 };

/** @param {{ briefing: string, reviewer: string }} drawn */
export const queueKey = ({ briefing, reviewer }) => `review-unanswered/${briefing}/${reviewer}`;

// How long to wait before the next question, in milliseconds.
const AGAIN = 2000;
const POLL = 3000;
/**
 * @param {boolean} looking
 * @param {number} waiting
 */
export const pause = (looking, waiting) => (looking ? 0 : waiting ? AGAIN : POLL);

const LATE = 4000; // milliseconds after which it is said that an answer has not come
/**
 * @param {number | undefined} since when the first began to wait
 * @param {number} now
 */
export const isLate = (since, now) => since !== undefined && now - since > LATE;

/**
 * The texts that were refused, by their sides.
 * @param {{ zh_text?: string, en_text?: string }} wire
 * @returns {{ side: Side, text: string }[]}
 */
export function refusedTexts({ zh_text: zh, en_text: en }) {
  /** @type {{ side: Side, text: string }[]} */
  const texts = [];
  if (zh !== undefined) texts.push({ side: "zh", text: zh });
  if (en !== undefined) texts.push({ side: "en", text: en });
  return texts;
}

/**
 * The help of a row, if it is of the row as it is now.
 * @template {{ revision: number }} T
 * @param {T | undefined} help
 * @param {Row | undefined} row
 */
export const currentHelp = (help, row) =>
  help && row && help.revision === row.revision ? help : null;
