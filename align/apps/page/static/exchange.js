// @ts-check
// What the table tells Python and asks it, over HTTP and not through Streamlit: a decision costs no
// run of the page. Operations wait in a queue until they are answered, so that no key is lost.
import {
  highestNumber,
  knownVersion,
  makePending,
  makeWire,
  queueKey,
  settle,
  takeRows,
} from "./model/queue.js";
import { nextNumber, post, saveWaiting, TAB, takeWaiting } from "./unanswered.js";
import { describeMove } from "./view/bar.js";
import { saveRefused } from "./view/notes.js";
import { _ } from "./view/texts.js";

const PATIENCE = 60_000; // milliseconds
const JUDGING = 250; // milliseconds until what follows from a decision is asked for
const LOGGED_OUT = 403; // status of an answer: the login has expired, or is of another person

/** @typedef {Queue & Pick<State, "data" | "refused" | "conflicts" | "reopened" | "tooMany">} Queued */

/**
 * What is unanswered outlives the table and its tab.
 * @param {Queue} state
 */
const saveQueue = ({ queue, pend }) =>
  queue &&
  saveWaiting(
    queue,
    pend.map(op => op.wire),
  );

/**
 * Drop what Python answered; a text that it refused is kept.
 * @param {Queued} state
 */
function takeAnswer(state) {
  const { waiting, refused } = settle(state.pend, state.data);
  saveRefused(
    state,
    refused.map(op => op.wire),
  );
  state.reopened = refused.find(op => op.wire.action === "cut")?.wire ?? state.reopened;
  state.tooMany = refused.find(op => op.wire.near)?.wire ?? null;
  if (state.tooMany) state.keysWaiting = []; // they were meant for the rows after it
  state.pend = waiting;
  saveQueue(state);
}

/** @param {Queued} state */
function loadQueue(state) {
  state.queue = queueKey(state.data);
  /** @type {Wire[]} */
  const kept = takeWaiting(state.queue);
  state.pend = kept.map(wire => makePending(wire));
  takeAnswer(state);
}

/**
 * @param {Exchanging & Pick<State, "words" | "note" | "place" | "commands" | "paint">} state
 * @param {string} action
 * @param {Fields} fields
 * @param {Guess} [guess]
 * @param {Sketch} [sketch]
 */
export function act(state, action, fields, guess, sketch) {
  const seq = (state.seq = nextNumber(state.seq));
  const wire = makeWire(
    { seq, tab: TAB, action, seen: state.data.seq, accept: state.ui.mending },
    fields,
  );
  state.pend.push(makePending(wire, guess, sketch));
  state.words = "";
  state.note = describeMove(state, action, wire.rows);
  saveQueue(state);
  exchange(state);
  state.paint();
}

/**
 * The help of a row is asked for until it has come whole.
 * @param {Exchanging} state
 * @param {string} row
 * @param {boolean} whole
 */
export function askHelp(state, row, whole) {
  state.look = { row, whole };
  exchange(state);
}

/**
 * A preview is asked for; it comes with the next answer, and nothing changes.
 * @param {Exchanging} state
 * @param {string} action
 * @param {Fields} fields
 * @param {boolean} chord
 */
export function foresee(state, action, fields, chord) {
  state.foreseeing = { op: `${TAB}-${++state.seq}`, action, fields, chord };
  exchange(state);
}

/**
 * What was expected and found is asked for once, to be drawn.
 * @param {Exchanging} state
 */
export function askErrors(state) {
  state.asksErrors = true;
  exchange(state);
}

/**
 * What was refused because it changes more rows than a plain key may is shown, and asked about.
 * @param {Exchanging & Pick<State, "tooMany">} state
 */
function foreseeRefused(state) {
  if (!state.tooMany) return;
  const { seq: _seq, op: _op, seen: _seen, near: _near, action, chord, ...fields } = state.tooMany;
  state.tooMany = null;
  foresee(state, action, fields, chord === true);
}

/**
 * One question at a time: what comes up meanwhile goes with the next one.
 * @param {Exchanging} state
 */
export async function exchange(state) {
  if (state.asking) {
    state.again = true;
    return;
  }
  state.asking = true;
  state.again = false;
  const { drawn, look } = state;
  const told = await send(state, drawn, look).catch(() => null);
  state.asking = false;
  state.asked = performance.now();
  state.unreachable = !told;
  if (told) state.loggedOut = false;
  // The page has gone on to another briefing.
  if (told && state.drawn.view !== drawn.view) state.again = true;
  else if (told) {
    if (look && look === state.look && told.help[look.row]?.ready) state.look = null;
    receive(state, drawn, told);
  } else if (state.foreseeing) {
    state.foreseeing = null;
    state.say(_("the server cannot be reached; text moves only after a preview"));
  }
  if (told?.judging) setTimeout(() => state.root.isConnected && exchange(state), JUDGING);
  if (state.again && told && state.root.isConnected) exchange(state);
  else if (state.known) state.paintInfo();
}

/**
 * What waits for the answer to another question is sent all the same when the table goes away: the
 * tab may never come back.
 * @param {Pick<State, "pend" | "data">} state
 */
export function sendLast({ pend, data }) {
  if (!pend.length) return;
  post(
    data.view,
    { key: data.key, version: data.version, ops: pend.map(op => op.wire) },
    { keepalive: true },
  ).catch(() => {});
}

/**
 * @param {Exchanging} state
 * @param {Drawn} drawn
 * @param {State["look"]} look
 * @returns {Promise<Answer | null>}
 */
async function send(state, drawn, look) {
  const ops = state.queue === queueKey(drawn) ? state.pend.map(op => op.wire) : [];
  const { foreseeing: move } = state;
  const wanted = move && { op: move.op, action: move.action, seen: state.data.seq, ...move.fields };
  const message = {
    ...knownVersion(state.data, drawn.view),
    ops,
    at: state.cur,
    look,
    foresee: wanted,
    errors: state.asksErrors,
    realigns: state.ui.realigning,
  };
  const answer = await post(drawn.view, message, { signal: AbortSignal.timeout(PATIENCE) });
  // The server has started again, so draw the whole page.
  if (answer.status === 404) state.trigger("again", true);
  state.loggedOut = answer.status === LOGGED_OUT;
  return answer.ok ? answer.json() : null;
}

/**
 * Rows that the aligner realigned may be higher or lower: the row at the cursor stays where it is.
 * @param {Pick<State, "els" | "cur" | "grid">} state
 * @param {() => void} show
 */
function holdCursor({ els, cur, grid }, show) {
  const topOf = () => els.get(cur)?.getBoundingClientRect().top ?? 0;
  const before = topOf();
  show();
  if (before) grid.scrollTop += topOf() - before;
}

/**
 * @param {Exchanging} state
 * @param {Drawn} drawn
 * @param {Answer} told
 */
function receive(state, drawn, { rows, patch, help, foreseen, errors, ...parts }) {
  state.data = { ...state.data, ...drawn, ...parts };
  state.known = takeRows(state.known ?? new Map(), { rows, patch });
  if (rows) state.begin();
  for (const [id, one] of Object.entries(help)) state.help.set(id, one);
  if (state.queue === queueKey(drawn)) takeAnswer(state);
  else {
    loadQueue(state);
    if (state.pend.length) exchange(state);
  }
  state.seq = highestNumber(state.seq, state.pend, state.data.ack);
  if (parts.realigned) holdCursor(state, state.show);
  else state.show();
  foreseeRefused(state);
  if (errors && state.asksErrors) {
    state.asksErrors = false;
    state.showErrors(errors);
  }
  const { foreseeing } = state;
  if (!foreseeing || foreseeing.op !== foreseen?.op) return;
  state.foreseeing = null;
  state.showForeseen(foreseeing, foreseen);
}
