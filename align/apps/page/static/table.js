// @ts-check
// The table: its state, and the events that change it. Streamlit calls the function at the end
// again whenever it draws the page, so all state lives on the root element.
import { go, putBack, RUN, step, take } from "./commands.js";
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
import { leaveLetters } from "./view/letters.js";
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

// What was refused outlives the table, which Streamlit may build again before its owner has seen
// it.
const REFUSED = (window.__reviewRefused ??= { texts: readRefused(), conflicts: new Set() });

/**
 * @param {HTMLElement} root
 * @returns {Regions}
 */
const findParts = root => ({
  root,
  grid: find(root, ".grid"),
  box: find(root, ".rows"),
  info: find(root, ".info"),
  bar: find(root, ".bar"),
  panel: find(root, ".panel"),
  outline: /** @type {HTMLCanvasElement} */ (find(root, ".outline")),
  prose: find(root, ".prose"),
  body: find(root, ".body"),
  tip: find(root, ".tip"),
  columns: { zh: find(root, ".column.zh"), en: find(root, ".column.en") },
});

/** @param {Component["parentElement"]} parent */
function setUp(parent) {
  const root = /** @type {Root} */ (find(parent, ".review"));
  if (root.__state) return root.__state;
  // What is not here comes with the first answer of Python, and nothing is painted before.
  const state = (root.__state = /** @type {State} */ (
    /** @type {Partial<State>} */ ({
      ...findParts(root),
      rows: new Map(),
      order: [],
      place: new Map(),
      shown: null,
      revealed: new Set(),
      cur: "",
      side: "en",
      sentence: 0,
      anchor: null,
      clicked: null,
      els: new Map(),
      parts: [],
      headings: new Map(),
      painted: new Map(),
      marked: new Set(),
      synced: {},
      pend: [],
      seq: 0,
      queue: "",
      keysWaiting: [],
      help: new Map(),
      look: null,
      foreseeing: null,
      asksErrors: false,
      reopened: null,
      tooMany: null,
      pointed: null,
      picked: null,
      asked: 0,
      opened: 0,
      byChord: false,
      refused: REFUSED.texts,
      conflicts: REFUSED.conflicts,
      drag: null,
      handles: null,
      under: "",
      isTouched: false,
      previewed: "",
      placing: false,
      layer: null,
      editing: null,
      cutting: null,
      splitting: null,
      letters: null,
      words: "",
      note: "",
      commands: [],
      ui: {
        panel: false,
        pinyin: false,
        prose: false,
        mending: false,
        realigning: true,
        ...readKept("localStorage", "review-ui", {}),
        original: false,
      },
    })
  ));
  state.checks = row => state.data.checks[row.id] ?? [];
  state.notes = row => state.data.notes[row.id] ?? [];
  state.selection = () =>
    parent.getSelection?.() ??
    /** @type {ShadowRoot} */ (root.getRootNode()).getSelection?.() ??
    document.getSelection();
  state.say = words => {
    state.words = words;
    state.paintInfo();
  };
  state.run = name => run(state, name);
  state.toggle = name => {
    state.ui[name] = !state.ui[name];
    writeKept("localStorage", "review-ui", state.ui);
    state.paint();
    state.mark(true);
    if (name === "prose") state.home();
  };
  state.edit = () =>
    startEdit(
      state,
      state.clicked?.id === state.cur && state.clicked.side === state.side && state.clicked.at >= 0
        ? { caret: state.clicked.at }
        : {},
    );
  state.draft = (id, side, text) => {
    state.side = side;
    if (state.go(id)) startEdit(state, { text });
  };
  state.home = () => home(state);
  state.paint = () => paint(state);
  state.paintInfo = () => paintInfo(state, modeOf(state));
  state.show = () => show(state);
  state.begin = () => beginRows(state);
  state.mark = scroll => mark(state, scroll);
  state.go = id => go(state, id);
  state.step = by => step(state, by);
  state.take = number => take(state, number);
  state.act = (action, fields, guess, sketch) => act(state, action, fields, guess, sketch);
  state.foresee = (action, fields) => foresee(state, action, fields, state.byChord);
  state.actNear = (action, fields, sketch) =>
    act(state, action, { ...fields, near: true, chord: state.byChord }, null, sketch);
  state.showForeseen = (wanted, foreseen) => showPreview(state, wanted, foreseen);
  state.putBack = id => putBack(state, id);
  state.askErrors = () => askErrors(state);
  state.showErrors = errors => showErrors(state, errors);
  state.askHelp = (row, whole) => askHelp(state, row, whole);
  state.reply = (row, thread) => writeNote(state, row, thread);
  state.grab = (grip, event) => grab(state, grip, event);
  state.closeNote = (row, thread) => closeNote(state, row, thread);
  return state;
}

/**
 * @param {State} state
 * @param {string} name
 */
function run(state, name) {
  // It came from the bar.
  if (state.editing) {
    saveEdit(state);
    if (name === "edit") return;
  }
  if (state.cutting) leaveCut(state);
  if (state.splitting) leaveSplit(state);
  if (state.letters) leaveLetters(state);
  RUN[name]?.(state);
}

// Everything in the language of the reader, at first and when it is switched.
const PARTS = {
  ".bar": N_("Actions"),
  ".grid": N_("Rows: Chinese and English side by side"),
  ".panel": N_("Row details"),
  ".column.zh": N_("Chinese text"),
  ".column.en": N_("English text"),
};

/**
 * @param {Pick<State, "lang" | "root" | "painted" | "panelSignature" | "words" | "note" | "bar" | "commands" | "run">} state
 */
function speak(state) {
  state.lang = texts().lang;
  for (const [part, name] of Object.entries(PARTS))
    find(state.root, part).setAttribute("aria-label", _(name));
  find(state.root, ".head :last-child").textContent = _("probability");
  state.painted.clear();
  state.panelSignature = state.words = state.note = "";
  buildBar(state);
}

/**
 * All rows were sent: at first, of another briefing, or when a double review was opened.
 * @param {Beginning} state
 */
function beginRows(state) {
  state.fresh = true;
  state.headings.clear();
  state.painted.clear();
  state.help.clear();
  // The page above the table shows the earlier rows.
  if (state.briefing === state.data.briefing) {
    state.trigger("again", true);
    return;
  }
  state.opened = performance.now();
  state.els.clear(); // else they stay: one of them may hold the open editor
  state.editing = null;
  state.letters = null;
  state.briefing = state.data.briefing;
  state.cur = "";
  state.anchor = null;
  state.words = state.note = "";
  state.side = "en";
}

const LONG = 500; // rows: fewer are painted within a frame or two

/**
 * Whether all rows are new, and so many that those around the cursor are to be seen first.
 * @param {State} state
 */
const isLong = ({ fresh, els, known, ui, data }) =>
  fresh && !els.size && known.size > LONG && !ui.prose && !data.show;

/**
 * Show the rows around the cursor, and all others after the next frame. Nothing acts before.
 * @param {State} state
 */
function showNear(state) {
  paint(state, true);
  watch(state);
  requestAnimationFrame(() => setTimeout(() => showRest(state)));
}

/** @param {State} state */
const showRest = state => {
  if (state.fresh && state.els.size) show(state);
};

/**
 * Paint the answer of Python; if all rows are new, also reopen the text or note that was open.
 * @param {State} state
 */
function show(state) {
  if (!state.known || !window.__alignTexts) return;
  if (state.lang !== texts().lang) speak(state);
  if (isLong(state)) {
    showNear(state);
    return;
  }
  const first = state.fresh;
  state.fresh = false;
  if (!state.pend.length) state.firstPending = undefined;
  const turned = state.data.queue && state.queued === false;
  state.queued = state.data.queue;
  state.paint();
  seek(state);
  if (first) {
    resumeEdit(state);
    resumeNote(state);
    if (!state.editing && !state.layer && document.activeElement === document.body)
      state.grid.focus({ preventScroll: true });
  }
  state.root.dataset.ready = `${state.order.length}`;
  if (turned) RUN.worst(state); // switched on: begin with the worst
  watch(state);
  // A link to a row shows it on a telephone too.
  if (first && state.data.row && state.data.row === state.cur) intoView(state);
  reopenCut(state);
  showConflict(state);
  markAgain(state);
  replay(state);
}

/**
 * @param {State} state
 * @returns {Listener[]}
 */
const listListeners = state => [
  [window, "keydown", () => showRest(state), true],
  [window, "pointerdown", () => showRest(state), true],
  [document, "keydown", event => onKey(state, event), true],
  [document, "copy", event => onCopy(state, event), false],
  [window, "align-texts", () => show(state), false],
  [window, "pagehide", () => sendLast(state), false],
  [
    window,
    "beforeunload",
    event => {
      // The browser asks before it leaves the page.
      if (state.unreachable && state.pend.length) event.preventDefault();
    },
    false,
  ],
  [
    state.root,
    "mousedown",
    event => {
      if (event.target.closest(".rows, .prose") && !event.target.closest("a, button"))
        onPoint(state, event);
    },
    false,
  ],
  [
    state.root,
    "dblclick",
    event => {
      if (event.target.closest(".cell") && !state.editing) state.edit();
    },
    false,
  ],
  [
    state.root,
    "contextmenu",
    event => {
      if (state.drag) event.preventDefault();
      else if (event.target.closest(".rows") && !state.editing) {
        event.preventDefault();
        onPoint(state, event);
        showMenu(state, event.clientX, event.clientY);
      }
    },
    false,
  ],
  [state.root, "mouseup", event => pickWords(state, event), false],
  [state.outline, "mousedown", event => pointOutline(state, event), false],
  [state.outline, "mousemove", event => pointOutline(state, event), false],
  [state.prose, "mouseover", event => onHover(state.columns, event), false],
  [state.box, "pointerover", event => handleRow(state, event), false],
  [
    state.box,
    "pointerleave",
    () => {
      state.under = "";
      showHandles(state);
    },
    false,
  ],
  [document, "pointermove", event => moveDrag(state, event), false],
  [document, "pointerup", () => releaseDrag(state), false],
  [document, "pointercancel", () => endDrag(state), false],
  [window, "blur", () => cancelDrag(state), false],
  [
    window,
    "resize",
    () => {
      showHandles(state);
      placeSaid(state);
    },
    false,
  ],
  [state.grid, "scroll", () => placeSaid(state), false],
  [state.root, "pointerdown", () => hush(state), false],
  [
    state.root,
    "touchmove",
    event => {
      // The rows must not scroll.
      if (state.drag?.isHeld && event.cancelable) event.preventDefault();
    },
    false,
  ],
  [state.body, "mousemove", event => onMove(state, event), false],
  [state.body, "mouseleave", event => onMove(state, event), false],
  [
    state.root,
    "mousedown",
    event => {
      if (state.layer && !state.layer.contains(event.target)) closeLayer(state);
    },
    false,
  ],
  .../** @type {Listener[]} */ (
    SIDES.map(side => [
      state.columns[side],
      "scroll",
      () => requestAnimationFrame(() => syncProse(state, side)),
      false,
    ])
  ),
];

/**
 * The cleanup of an earlier run is not always called, and sometimes too early: take the old
 * listeners off here, and in ``tearDown`` only when the element has really gone.
 * @param {State} state
 */
function listen(state) {
  state.off?.();
  const listeners = listListeners(state);
  for (const [node, name, answer, capture] of listeners)
    node.addEventListener(name, answer, capture);
  state.off = () => {
    for (const [node, name, answer, capture] of listeners)
      node.removeEventListener(name, answer, capture);
  };
}

/** @param {Exchanging} state */
function tick(state) {
  closeOutage();
  if (!state.asking && performance.now() - state.asked > pause(!!state.look, state.pend.length))
    exchange(state);
  if (state.known && state.pend.length) state.paintInfo(); // for how long they wait
}

/** @param {Pick<State, "root" | "pend" | "data" | "off" | "watch" | "outage" | "timer">} state */
function tearDown(state) {
  if (state.root.isConnected) return;
  sendLast(state);
  state.off?.();
  state.watch?.disconnect();
  state.outage?.disconnect();
  state.watch = state.outage = undefined;
  clearInterval(state.timer);
  state.timer = undefined;
}

/** @param {Component} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const state = setUp(parentElement);
  if (state.data && state.data.briefing !== data.briefing) sendLast(state);
  state.drawn = data;
  state.trigger = setTriggerValue;
  const commands = JSON.stringify(data.commands);
  if (state.commandsText !== commands) {
    state.commandsText = commands;
    state.commands = data.commands;
    state.byKey = bindKeys(state.commands);
    buildBar(state);
  }
  listen(state);
  state.outage ??= watchOutage(state);
  state.timer ??= setInterval(() => tick(state), 1000);
  exchange(state);
  return () => setTimeout(() => tearDown(state), 0);
}
