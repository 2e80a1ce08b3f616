// @ts-check
// Decisions and drafts of a reviewer on search and terms: they stay in this browser until Python
// has them. The toolbar and the hits of a page are two components that share this state.
import { highestNumber, refusedTexts } from "./model/queue.js";
import { nextNumber, post, saveWaiting, TAB, takeWaiting } from "./unanswered.js";
import { readKept, writeKept } from "./view/storage.js";

const PATIENCE = 60_000; // milliseconds
const LOGGED_OUT = 403; // status of an answer: the login has expired, or is of another person

/** @type {Decisions} */
export const decisions = {
  view: "",
  reviewer: "",
  queue: "",
  pend: [],
  seq: 0,
  drafts: {},
  said: new Map(),
  sending: false,
  unreachable: false,
  loggedOut: false,
  lost: "",
  told: "",
  isRefused: false,
  done: "",
  news: 0,
  sizes: { undo: 0, redo: 0 },
  tooMany: null,
  commands: [],
  draw() {},
  listeners: new Set(),
};
const D = decisions;

export const tell = () => {
  for (const listener of D.listeners) listener();
};

// Queue and drafts belong to a reviewer, and outlive the page and its tab.
const draftsOf = () => `hits-drafts/${encodeURIComponent(D.reviewer)}`;

/**
 * Take up what this reviewer left unanswered and unsaved.
 * @param {Pick<Decisions, "view" | "reviewer" | "sizes">} drawn
 * @param {() => void} draw draws the page again
 */
export function begin({ view, reviewer, sizes }, draw) {
  D.view = view;
  D.sizes = sizes;
  D.draw = draw;
  const queue = `hits-unanswered/${reviewer}`;
  if (D.queue !== queue) {
    D.queue = queue;
    D.reviewer = reviewer;
    D.pend = takeWaiting(queue);
    D.drafts = readKept("localStorage", draftsOf(), /** @type {Decisions["drafts"]} */ ({}));
    tell();
  }
  exchange();
}

/** @param {string} id */
export const waitingFor = id => D.pend.filter(op => op.rows[0] === id);

/**
 * @param {Omit<HitWire, "seq" | "op">} wire
 * @param {string} done what was done, in words
 */
export function decide(wire, done) {
  const seq = (D.seq = nextNumber(D.seq));
  D.pend.push({ seq, op: `${TAB}-${seq}`, ...wire });
  for (const row of wire.rows) D.said.delete(row);
  D.done = done;
  D.told = "";
  saveWaiting(D.queue, D.pend);
  exchange();
  tell();
}

/**
 * Other tabs of this browser have drafts, too.
 * @param {string} id
 * @param {HitDraft | null} draft
 */
export function keepDraft(id, draft) {
  const { [id]: _old, ...others } = readKept("localStorage", draftsOf(), D.drafts);
  D.drafts = draft ? { ...others, [id]: draft } : others;
  writeKept("localStorage", draftsOf(), D.drafts);
}

// One question at a time, until nothing waits; the toolbar asks again after a failure.
export async function exchange() {
  if (D.sending || !D.pend.length || !D.view) return;
  D.sending = true;
  const told = await send().catch(() => null);
  D.sending = false;
  const was = D.unreachable;
  D.unreachable = !told;
  if (told) D.loggedOut = false;
  if (told) receive(told);
  if (told || !was) tell();
  if (told && !told.msg && D.pend.length) exchange();
}

/** @returns {Promise<HitsAnswer | null>} */
async function send() {
  const answer = await post(D.view, { ops: D.pend }, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 404) D.draw(); // the server has started again: its page has a new key
  D.loggedOut = answer.status === LOGGED_OUT;
  return answer.ok ? answer.json() : null;
}

const NEAR = 3; // the most changes that a plain key undoes, as in align/corpus/review/requests.py
/**
 * Whether the next undo or redo has to be asked about.
 * @param {HitWire["action"]} action
 */
export const isMany = action => (action === "undo" || action === "redo") && D.sizes[action] > NEAR;

/**
 * Drop what was answered. A text that was refused is a draft again, and the page searches again.
 * @param {HitsAnswer} answer
 */
function receive({ ack, msg, refused, messages, sizes }) {
  const answered = D.pend.filter(op => op.seq <= ack);
  D.pend = D.pend.filter(op => op.seq > ack);
  D.seq = highestNumber(D.seq, [], ack);
  D.lost = msg;
  D.sizes = sizes;
  for (const op of answered) takeAnswer(op, messages[op.seq] ?? "", refused.includes(op.seq));
  saveWaiting(D.queue, D.pend); // after the drafts: nothing is in neither of them
  if (answered.length) D.draw();
}

/**
 * @param {HitWire} op
 * @param {string} words
 * @param {boolean} isRefused
 */
function takeAnswer(op, words, isRefused) {
  const id = op.rows[0];
  if (!id) {
    D.told = words;
    D.isRefused = isRefused;
    if (isRefused && op.near && isMany(op.action)) D.tooMany = op;
    return;
  }
  if (words) D.said.set(id, words);
  if (!isRefused) return;
  D.done = "";
  for (const { side, text } of refusedTexts(op))
    keepDraft(id, { [side]: text, ...D.drafts[id], why: words, title: op.title });
}

// What waits is sent once more when the page is left.
export function sendLast() {
  if (D.pend.length && D.view) post(D.view, { ops: D.pend }, { keepalive: true }).catch(() => {});
}
