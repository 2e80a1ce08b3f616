// @ts-check
// What the table tells Python and asks it, over HTTP and not through Streamlit: a decision costs no
// run of the page. Operations wait in a queue until they are answered, so that no key is lost.
const TAB = (window.__reviewTab ??= Math.random().toString(36).slice(2, 10));
const AGAIN = 2000, POLL = 3000, PATIENCE = 60_000; // milliseconds

// What is unanswered outlives the table: a reload must not lose a key. An operation has its own
// name, so it can be sent twice.
/** @param {State} S */
const saveQueue = S => S.queue && writeKept("sessionStorage", S.queue, S.pend.map(op => op.wire));
// Drop what Python answered; a text that it refused is kept.
/** @param {State} S */
function takeAnswer(S) {
  saveRefused(S, S.pend.filter(op => S.data.refused.includes(op.seq)));
  S.pend = S.pend.filter(op => op.seq > S.data.ack);
  saveQueue(S);
}
/** @param {Drawn} drawn */
const queueKey = drawn => `review-unanswered/${drawn.briefing}/${drawn.reviewer}`;
/** @param {State} S */
function loadQueue(S) {
  S.queue = queueKey(S.data);
  S.pend = readKept("sessionStorage", S.queue, []).map(wire => ({ seq: wire.seq, wire, rows: new Set(wire.rows ?? []) }));
  takeAnswer(S);
  S.seq = Math.max(S.seq, ...S.pend.map(op => op.seq));
  if (S.pend.length) exchange(S);
}
/** @param {State} S @param {string} action @param {Record<string, unknown> & { rows?: string[] }} fields @param {Guess} [guess] @param {Sketch} [sketch] */
function act(S, action, fields, guess, sketch) {
  const seq = ++S.seq;
  const wire = { seq, op: `${TAB}-${seq}`, action, seen: S.data.seq, accept: S.ui.mending, ...fields };
  S.pend.push({ seq, wire, guess, sketch, rows: new Set(fields.rows ?? []) });
  S.words = "";
  S.note = describeMove(S, action, wire.rows);
  saveQueue(S);
  exchange(S);
  S.paint();
}
// A move whose outcome only Python knows: keys pressed meanwhile wait for it.
/** @param {State} S */
const waiting = S => S.pend.some(op => !op.guess);
// The help of a row is asked for until it has come whole.
/** @param {State} S @param {string} row @param {boolean} whole */
function askHelp(S, row, whole) {
  S.look = { row, whole };
  exchange(S);
}

// One question at a time: what comes up meanwhile goes with the next one.
/** @param {State} S */
async function exchange(S) {
  if (S.asking) { S.again = true; return; }
  S.asking = true;
  S.again = false;
  const { drawn, look } = S, told = await send(S, drawn, look).catch(() => null);
  S.asking = false;
  S.asked = performance.now();
  S.unreachable = !told;
  if (told && S.drawn.view !== drawn.view) S.again = true; // the page has gone on to another briefing
  else if (told) {
    if (look && look === S.look && told.help[look.row]?.ready) S.look = null;
    receive(S, drawn, told);
  }
  if (S.again && told && S.root.isConnected) exchange(S);
  else if (S.known) S.paintInfo();
}
/** @param {string} view @param {object} message @param {RequestInit} how */
const post = (view, message, how) => fetch(new URL(`review/${view}`, location.href), {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message), ...how,
});
// What waits for the answer to another question is sent all the same when the table goes away: the tab may never come back.
/** @param {State} S */
const sendLast = S => S.pend.length && post(S.data.view, { k: S.data.k, n: S.data.n, ops: S.pend.map(op => op.wire) }, { keepalive: true }).catch(() => {});
/** @param {State} S @param {Drawn} drawn @param {State["look"]} look @returns {Promise<Answer | null>} */
async function send(S, drawn, look) {
  const same = S.data?.view === drawn.view, ops = S.queue === queueKey(drawn) ? S.pend.map(op => op.wire) : [];
  const answer = await post(drawn.view, { k: same ? S.data.k : "", n: same ? S.data.n : 0, ops, look }, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 404) S.trigger("again", true); // the server has started again: draw the page anew
  return answer.ok ? answer.json() : null;
}
/** @param {State} S @param {Drawn} drawn @param {Answer} told */
function receive(S, drawn, { rows, patch, help, ...parts }) {
  S.data = { ...S.data, ...drawn, ...parts };
  if (rows) beginRows(S, rows);
  for (const [id, row] of Object.entries(patch ?? {})) if (row) S.known.set(id, row); else S.known.delete(id);
  for (const [id, one] of Object.entries(help)) S.help.set(id, one);
  if (S.queue === queueKey(drawn)) takeAnswer(S); else loadQueue(S);
  S.seq = Math.max(S.seq, S.data.ack); // the clock may have been set back
  S.show();
}
// All rows came anew: at first, with another briefing, when a double review was opened.
/** @param {State} S @param {Row[]} rows */
function beginRows(S, rows) {
  S.known = new Map(rows.map(row => [row.id, row]));
  S.fresh = true;
  S.headings.clear(); S.painted.clear(); S.help.clear();
  if (S.briefing === S.data.briefing) return S.trigger("again", true); // what stands above the rows was said of those before
  S.els.clear(); // else they stay: one of them may hold the open editor
  S.editing = null;
  S.briefing = S.data.briefing;
  S.cur = S.anchor = null;
  S.words = S.note = "";
  S.side = "en";
}
