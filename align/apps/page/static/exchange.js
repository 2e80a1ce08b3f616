// @ts-check
// What the table tells Python and asks it, over HTTP and not through Streamlit: a decision costs no
// run of the page. Operations wait in a queue until they are answered, so that no key is lost.
import { highestNumber, knownVersion, makePending, makeWire, queueKey, settle, takeRows } from "./model/queue.js";
import { nextNumber, post, saveWaiting, TAB, takeWaiting } from "./unanswered.js";
import { describeMove } from "./view/bar.js";
import { saveRefused } from "./view/notes.js";
import { _ } from "./view/texts.js";

const PATIENCE = 60_000; // milliseconds
const LOGGED_OUT = 403; // status of an answer: the login has expired, or is of another person

/** @typedef {Queue & Pick<State, "data" | "refused" | "conflicts" | "reopened" | "tooMany">} Queued */

// What is unanswered outlives the table and its tab.
/** @param {Queue} S */
const saveQueue = ({ queue, pend }) => queue && saveWaiting(queue, pend.map(op => op.wire));
// Drop what Python answered; a text that it refused is kept.
/** @param {Queued} S */
function takeAnswer(S) {
  const { waiting, refused } = settle(S.pend, S.data);
  saveRefused(S, refused.map(op => op.wire));
  S.reopened = refused.find(op => op.wire.action === "cut")?.wire ?? S.reopened;
  S.tooMany = refused.find(op => op.wire.near)?.wire ?? null;
  if (S.tooMany) S.keysWaiting = []; // they were meant for the rows after it
  S.pend = waiting;
  saveQueue(S);
}
/** @param {Queued} S */
function loadQueue(S) {
  S.queue = queueKey(S.data);
  /** @type {Wire[]} */
  const kept = takeWaiting(S.queue);
  S.pend = kept.map(wire => makePending(wire));
  takeAnswer(S);
}
/** @param {Exchanging & Pick<State, "ui" | "words" | "note" | "place" | "commands" | "paint">} S @param {string} action @param {Fields} fields @param {Guess} [guess] @param {Sketch} [sketch] */
export function act(S, action, fields, guess, sketch) {
  const seq = S.seq = nextNumber(S.seq);
  const wire = makeWire({ seq, tab: TAB, action, seen: S.data.seq, accept: S.ui.mending }, fields);
  S.pend.push(makePending(wire, guess, sketch));
  S.words = "";
  S.note = describeMove(S, action, wire.rows);
  saveQueue(S);
  exchange(S);
  S.paint();
}
// The help of a row is asked for until it has come whole.
/** @param {Exchanging} S @param {string} row @param {boolean} whole */
export function askHelp(S, row, whole) {
  S.look = { row, whole };
  exchange(S);
}

// A preview is asked for; it comes with the next answer, and nothing changes.
/** @param {Exchanging} S @param {string} action @param {Fields} fields @param {boolean} chord */
export function foresee(S, action, fields, chord) {
  S.foreseeing = { op: `${TAB}-${++S.seq}`, action, fields, chord };
  exchange(S);
}
// What was expected and found is asked for once, to be drawn.
/** @param {Exchanging} S */
export function askErrors(S) {
  S.asksErrors = true;
  exchange(S);
}
// What was refused because it changes more rows than a plain key may is shown, and asked about.
/** @param {Exchanging & Pick<State, "tooMany">} S */
function foreseeRefused(S) {
  if (!S.tooMany) return;
  const { seq: _seq, op: _op, seen: _seen, near: _near, action, chord, ...fields } = S.tooMany;
  S.tooMany = null;
  foresee(S, action, fields, chord === true);
}

// One question at a time: what comes up meanwhile goes with the next one.
/** @param {Exchanging} S */
export async function exchange(S) {
  if (S.asking) { S.again = true; return; }
  S.asking = true;
  S.again = false;
  const { drawn, look } = S, told = await send(S, drawn, look).catch(() => null);
  S.asking = false;
  S.asked = performance.now();
  S.unreachable = !told;
  if (told) S.loggedOut = false;
  if (told && S.drawn.view !== drawn.view) S.again = true; // the page has gone on to another briefing
  else if (told) {
    if (look && look === S.look && told.help[look.row]?.ready) S.look = null;
    receive(S, drawn, told);
  }
  else if (S.foreseeing) { S.foreseeing = null; S.say(_("the server cannot be reached; text moves only after a preview")); }
  if (S.again && told && S.root.isConnected) exchange(S);
  else if (S.known) S.paintInfo();
}
// What waits for the answer to another question is sent all the same when the table goes away: the tab may never come back.
/** @param {Pick<State, "pend" | "data">} S */
export function sendLast({ pend, data }) {
  if (!pend.length) return;
  post(data.view, { k: data.k, n: data.n, ops: pend.map(op => op.wire) }, { keepalive: true }).catch(() => {});
}
/** @param {Exchanging} S @param {Drawn} drawn @param {State["look"]} look @returns {Promise<Answer | null>} */
async function send(S, drawn, look) {
  const ops = S.queue === queueKey(drawn) ? S.pend.map(op => op.wire) : [];
  const { foreseeing: move } = S, wanted = move && { op: move.op, action: move.action, seen: S.data.seq, ...move.fields };
  const message = { ...knownVersion(S.data, drawn.view), ops, at: S.cur, look, foresee: wanted, errors: S.asksErrors };
  const answer = await post(drawn.view, message, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 404) S.trigger("again", true); // the server has started again: draw the page anew
  S.loggedOut = answer.status === LOGGED_OUT;
  return answer.ok ? answer.json() : null;
}
/** @param {Exchanging} S @param {Drawn} drawn @param {Answer} told */
function receive(S, drawn, { rows, patch, help, foreseen, errors, ...parts }) {
  S.data = { ...S.data, ...drawn, ...parts };
  S.known = takeRows(S.known ?? new Map(), { rows, patch });
  if (rows) S.begin();
  for (const [id, one] of Object.entries(help)) S.help.set(id, one);
  if (S.queue === queueKey(drawn)) takeAnswer(S);
  else {
    loadQueue(S);
    if (S.pend.length) exchange(S);
  }
  S.seq = highestNumber(S.seq, S.pend, S.data.ack);
  S.show();
  foreseeRefused(S);
  if (errors && S.asksErrors) { S.asksErrors = false; S.showErrors(errors); }
  const { foreseeing } = S;
  if (!foreseeing || foreseeing.op !== foreseen?.op) return;
  S.foreseeing = null;
  S.showForeseen(foreseeing, foreseen);
}
