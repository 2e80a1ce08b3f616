// @ts-check
// The table: its state, and the events that change it. Streamlit calls the function at the end again
// whenever it draws the page, so all state lives on the root element.
import { go, RUN, step, take } from "./commands.js";
import { act, askErrors, askHelp, exchange, foresee, sendLast } from "./exchange.js";
import { bindKeys } from "./model/keys.js";
import { pause } from "./model/queue.js";
import { SIDES } from "./model/text.js";
import { buildBar } from "./view/bar.js";
import { leaveCut } from "./view/cutting.js";
import { cancelDrag, endDrag, grab, moveDrag, releaseDrag } from "./view/dragging.js";
import { find, home } from "./view/dom.js";
import { reopenCut, resumeEdit, saveEdit, startEdit } from "./view/editing.js";
import { intoView, watch } from "./view/fit_window.js";
import { showErrors } from "./view/errors.js";
import { handleRow, showHandles } from "./view/handles.js";
import { paintInfo } from "./view/info.js";
import { modeOf, onCopy, onKey, replay, seek } from "./view/keyboard.js";
import { closeLayer, showMenu } from "./view/layers.js";
import { closeNote, resumeNote, showConflict, writeNote } from "./view/notes.js";
import { closeOutage, watchOutage } from "./view/outage.js";
import { pointOutline } from "./view/outline.js";
import { mark, paint } from "./view/painting.js";
import { markAgain } from "./view/pointing.js";
import { onHover, onMove, onPoint } from "./view/pointer.js";
import { showPreview } from "./view/preview.js";
import { syncProse } from "./view/prose.js";
import { readRefused } from "./view/refused.js";
import { hush, placeSaid } from "./view/said.js";
import { leaveSplit } from "./view/splitting.js";
import { readKept, writeKept } from "./view/storage.js";
import { _, N_, texts } from "./view/texts.js";
import { pickWords } from "./view/words.js";

// What was refused outlives the table, which Streamlit may build again before its owner has seen it.
const REFUSED = (window.__reviewRefused ??= { texts: readRefused(), conflicts: new Set() });

/** @param {HTMLElement} root @returns {Regions} */
const findParts = root => ({
  root, grid: find(root, ".grid"), box: find(root, ".rows"), info: find(root, ".info"), bar: find(root, ".bar"),
  panel: find(root, ".panel"), outline: /** @type {HTMLCanvasElement} */ (find(root, ".outline")), prose: find(root, ".prose"), body: find(root, ".body"), tip: find(root, ".tip"),
  columns: { zh: find(root, ".column.zh"), en: find(root, ".column.en") },
});
/** @param {Component["parentElement"]} parent */
function setUp(parent) {
  const root = /** @type {Root} */ (find(parent, ".review"));
  if (root.__state) return root.__state;
  // What is not here comes with the first answer of Python, and nothing is painted before.
  const S = (root.__state = /** @type {State} */ (/** @type {Partial<State>} */ ({
    ...findParts(root),
    rows: new Map(), order: [], place: new Map(), shown: null, revealed: new Set(),
    cur: "", side: "en", sentence: 0, anchor: null, clicked: null,
    els: new Map(), parts: [], headings: new Map(), painted: new Map(), marked: new Set(), synced: {},
    pend: [], seq: 0, queue: "", keysWaiting: [], help: new Map(), look: null, foreseeing: null, asksErrors: false, reopened: null, tooMany: null, pointed: null, picked: null, asked: 0, opened: 0, byChord: false,
    refused: REFUSED.texts, conflicts: REFUSED.conflicts,
    drag: null, handles: null, under: "", isTouched: false, previewed: "", placing: false, layer: null, editing: null, cutting: null, splitting: null, words: "", note: "", commands: [],
    ui: { panel: false, pinyin: false, prose: false, mending: false, ...readKept("localStorage", "review-ui", {}), original: false },
  })));
  S.checks = row => S.data.checks[row.id] ?? [];
  S.notes = row => S.data.notes[row.id] ?? [];
  S.selection = () => parent.getSelection?.() ?? /** @type {ShadowRoot} */ (root.getRootNode()).getSelection?.() ?? document.getSelection();
  S.say = words => { S.words = words; S.paintInfo(); };
  S.run = name => run(S, name);
  S.toggle = name => {
    S.ui[name] = !S.ui[name];
    writeKept("localStorage", "review-ui", S.ui);
    S.paint();
    S.mark(true);
    if (name === "prose") S.home();
  };
  S.edit = () => startEdit(S, S.clicked?.id === S.cur && S.clicked.side === S.side && S.clicked.at >= 0 ? { caret: S.clicked.at } : {});
  S.draft = (id, side, text) => {
    S.side = side;
    if (S.go(id)) startEdit(S, { text });
  };
  S.home = () => home(S);
  S.paint = () => paint(S);
  S.paintInfo = () => paintInfo(S, modeOf(S));
  S.show = () => show(S);
  S.begin = () => beginRows(S);
  S.mark = scroll => mark(S, scroll);
  S.go = id => go(S, id);
  S.step = by => step(S, by);
  S.take = number => take(S, number);
  S.act = (action, fields, guess, sketch) => act(S, action, fields, guess, sketch);
  S.foresee = (action, fields) => foresee(S, action, fields, S.byChord);
  S.actNear = (action, fields, sketch) => act(S, action, { ...fields, near: true, chord: S.byChord }, null, sketch);
  S.showForeseen = (wanted, foreseen) => showPreview(S, wanted, foreseen);
  S.askErrors = () => askErrors(S);
  S.showErrors = errors => showErrors(S, errors);
  S.askHelp = (row, whole) => askHelp(S, row, whole);
  S.reply = (row, thread) => writeNote(S, row, thread);
  S.grab = (grip, event) => grab(S, grip, event);
  S.closeNote = (row, thread) => closeNote(S, row, thread);
  return S;
}
/** @param {State} S @param {string} name */
function run(S, name) {
  if (S.editing) { saveEdit(S); if (name === "edit") return; } // from the bar
  if (S.cutting) leaveCut(S);
  if (S.splitting) leaveSplit(S);
  RUN[name]?.(S);
}

// Everything in the language of the reader, at first and when it is switched.
const PARTS = {
  ".bar": N_("Actions"), ".grid": N_("Rows: Chinese and English side by side"), ".panel": N_("Row details"),
  ".column.zh": N_("Chinese text"), ".column.en": N_("English text"),
};
/** @param {Pick<State, "lang" | "root" | "painted" | "panelSignature" | "words" | "note" | "bar" | "commands" | "run">} S */
function speak(S) {
  S.lang = texts().lang;
  for (const [part, name] of Object.entries(PARTS)) find(S.root, part).setAttribute("aria-label", _(name));
  find(S.root, ".head :last-child").textContent = _("probability");
  S.painted.clear();
  S.panelSignature = S.words = S.note = "";
  buildBar(S);
}
// All rows came anew: at first, with another briefing, when a double review was opened.
/** @param {Beginning} S */
function beginRows(S) {
  S.fresh = true;
  S.headings.clear();
  S.painted.clear();
  S.help.clear();
  if (S.briefing === S.data.briefing) { S.trigger("again", true); return; } // what stands above the rows was said of those before
  S.opened = performance.now();
  S.els.clear(); // else they stay: one of them may hold the open editor
  S.editing = null;
  S.briefing = S.data.briefing;
  S.cur = "";
  S.anchor = null;
  S.words = S.note = "";
  S.side = "en";
}
// Paint what was received, and where all rows are new take up what was left open.
/** @param {State} S */
function show(S) {
  if (!S.known || !window.__alignTexts) return;
  const first = S.fresh;
  S.fresh = false;
  if (S.lang !== texts().lang) speak(S);
  if (!S.pend.length) S.firstPending = undefined;
  const turned = S.data.queue && S.queued === false;
  S.queued = S.data.queue;
  S.paint();
  seek(S);
  if (first) {
    resumeEdit(S);
    resumeNote(S);
    if (!S.editing && !S.layer && document.activeElement === document.body) S.grid.focus({ preventScroll: true });
  }
  S.root.dataset.ready = `${S.order.length}`;
  if (turned) RUN.worst(S); // switched on: begin with the worst
  watch(S);
  if (first && S.data.row && S.data.row === S.cur) intoView(S); // a link to a row shows it on a telephone too
  reopenCut(S);
  showConflict(S);
  markAgain(S);
  replay(S);
}
/** @param {State} S @returns {Listener[]} */
const listListeners = S => [
  [document, "keydown", event => onKey(S, event), true],
  [document, "copy", event => onCopy(S, event), false],
  [window, "align-texts", () => show(S), false],
  [window, "pagehide", () => sendLast(S), false],
  [window, "beforeunload", event => { if (S.unreachable && S.pend.length) event.preventDefault(); }, false], // the browser asks
  [S.root, "mousedown", event => { if (event.target.closest(".rows, .prose") && !event.target.closest("a, button")) onPoint(S, event); }, false],
  [S.root, "dblclick", event => { if (event.target.closest(".cell") && !S.editing) S.edit(); }, false],
  [S.root, "contextmenu", event => { if (S.drag) event.preventDefault(); else if (event.target.closest(".rows") && !S.editing) { event.preventDefault(); onPoint(S, event); showMenu(S, event.clientX, event.clientY); } }, false],
  [S.root, "mouseup", event => pickWords(S, event), false],
  [S.outline, "mousedown", event => pointOutline(S, event), false],
  [S.outline, "mousemove", event => pointOutline(S, event), false],
  [S.prose, "mouseover", event => onHover(S.columns, event), false],
  [S.box, "pointerover", event => handleRow(S, event), false],
  [S.box, "pointerleave", () => { S.under = ""; showHandles(S); }, false],
  [document, "pointermove", event => moveDrag(S, event), false],
  [document, "pointerup", () => releaseDrag(S), false],
  [document, "pointercancel", () => endDrag(S), false],
  [window, "blur", () => cancelDrag(S), false],
  [window, "resize", () => { showHandles(S); placeSaid(S); }, false],
  [S.grid, "scroll", () => placeSaid(S), false],
  [S.root, "pointerdown", () => hush(S), false],
  [S.root, "touchmove", event => { if (S.drag?.isHeld && event.cancelable) event.preventDefault(); }, false], // no scrolling
  [S.body, "mousemove", event => onMove(S, event), false],
  [S.body, "mouseleave", event => onMove(S, event), false],
  [S.root, "mousedown", event => { if (S.layer && !S.layer.contains(event.target)) closeLayer(S); }, false],
  .../** @type {Listener[]} */ (SIDES.map(side => [S.columns[side], "scroll", () => requestAnimationFrame(() => syncProse(S, side)), false])),
];
// The cleanup of an earlier run is not always called, and sometimes too early: take the old
// listeners off here, and in ``tearDown`` only when the element has really gone.
/** @param {State} S */
function listen(S) {
  S.off?.();
  const listeners = listListeners(S);
  for (const [node, name, answer, capture] of listeners) node.addEventListener(name, answer, capture);
  S.off = () => { for (const [node, name, answer, capture] of listeners) node.removeEventListener(name, answer, capture); };
}
/** @param {Exchanging} S */
function tick(S) {
  closeOutage();
  if (!S.asking && performance.now() - S.asked > pause(!!S.look, S.pend.length)) exchange(S);
  if (S.known && S.pend.length) S.paintInfo(); // for how long they wait
}
/** @param {Pick<State, "root" | "pend" | "data" | "off" | "watch" | "outage" | "timer">} S */
function tearDown(S) {
  if (S.root.isConnected) return;
  sendLast(S);
  S.off?.();
  S.watch?.disconnect();
  S.outage?.disconnect();
  S.watch = S.outage = undefined;
  clearInterval(S.timer);
  S.timer = undefined;
}
/** @param {Component} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const S = setUp(parentElement);
  if (S.data && S.data.briefing !== data.briefing) sendLast(S);
  S.drawn = data;
  S.trigger = setTriggerValue;
  const commands = JSON.stringify(data.commands);
  if (S.commandsText !== commands) {
    S.commandsText = commands;
    S.commands = data.commands;
    S.byKey = bindKeys(S.commands);
    buildBar(S);
  }
  listen(S);
  S.outage ??= watchOutage(S);
  S.timer ??= setInterval(() => tick(S), 1000);
  exchange(S);
  return () => setTimeout(() => tearDown(S), 0);
}
