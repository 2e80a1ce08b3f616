// @ts-check
// Operations that wait for an answer of Python: they are numbered, kept in this browser until they
// are answered, and sent under the key of their view, which a header carries and no log shows.
import { keysKept, readKept, writeKept } from "./view/storage.js";

const random = () => crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
export const TAB = (window.__reviewTab ??= random() + random());

/**
 * Return the next number of this tab. It counts, since clocks are set back.
 * @param {number} least a number that is taken
 */
export function nextNumber(least) {
  window.__alignNumber = Math.max(window.__alignNumber ?? 0, least) + 1;
  return window.__alignNumber;
}

/**
 * Each tab keeps a list of its own.
 * @param {string} queue
 */
const start = queue => `${encodeURIComponent(queue)}/`;
/**
 * @param {string} queue
 * @param {Numbered[]} waiting
 */
export const saveWaiting = (queue, waiting) =>
  writeKept("localStorage", start(queue) + TAB, waiting.length ? waiting : null);

/**
 * Return what this tab and others left unanswered, numbered again. An operation that two tabs send
 * is done once.
 * @template {Numbered} T
 * @param {string} queue
 * @returns {T[]}
 */
export function takeWaiting(queue) {
  const keys = keysKept("localStorage", start(queue));
  const lists = keys.map(key => readKept("localStorage", key, /** @type {T[]} */ ([])));
  const waiting = lists.flat();
  for (const one of waiting) one.seq = nextNumber(0);
  if (waiting.length) saveWaiting(queue, waiting);
  for (const key of keys) if (key !== start(queue) + TAB) writeKept("localStorage", key, null);
  return waiting;
}

/**
 * @param {string} view
 * @param {object} message
 * @param {RequestInit} how
 */
export const post = (view, message, how) =>
  fetch(new URL("review/operations", location.href), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Align-View": view },
    body: JSON.stringify(message),
    ...how,
  });
