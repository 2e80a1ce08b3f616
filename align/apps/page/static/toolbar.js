// @ts-check
// Toolbar of all pages but the review: undo, help, the palette and the line of messages, as above
// the rows of a briefing. The list of the page, if there is one, carries out the commands on its
// lines.
import { begin, decide, decisions, exchange, isMany, sendLast, tell } from "./decisions.js";
import { bindKeys, isChord, isNoKey, keyName, typesInto, worksControl } from "./model/keys.js";
import { barKey, buildBar, tellUndo, toggleHints } from "./view/bar.js";
import { find } from "./view/dom.js";
import { sayWaiting, showLine } from "./view/info.js";
import { confirm, layerKey, showKeys, showPalette } from "./view/layers.js";
import { closeOutage, watchOutage } from "./view/outage.js";
import { N_, ngettext, texts, _ } from "./view/texts.js";

const AGAIN = 2000; // milliseconds
const FIELDS = ".st-key-words input, .st-key-terms_part input, .st-key-term_base_part input";
const LIST = ".hit, .desk .grid";
const EDITING = [
  ["Enter, F2", N_("Save")],
  ["Tab", N_("Edit the other language")],
  ["Escape", N_("Discard changes")],
];

/**
 * Changes that are too many for a plain key are asked about.
 * @param {ToolbarState} T
 * @param {"undo" | "redo"} action
 */
function takeBack(T, action) {
  const send = /** @param {boolean} near */ near =>
    decide({ action, rows: [], briefing: "", shown: [], title: "", near }, "");
  if (isMany(action) && !decisions.pend.length) ask(T, action, () => send(false));
  else send(true);
}

/**
 * @param {ToolbarState} T
 * @param {"undo" | "redo"} action
 * @param {() => void} done
 */
function ask(T, action, done) {
  const words = ngettext(
    "{count} entry changes",
    "{count} entries change",
    decisions.sizes[action],
  );
  confirm(
    T,
    action === "undo" ? _("Undo: what will change") : _("Redo: what will change"),
    words,
    T.byChord,
    done,
  );
}

/** @type {Record<string, (T: ToolbarState) => unknown>} */
const RUN = {
  undo: T => takeBack(T, "undo"),
  redo: T => takeBack(T, "redo"),
  keys: T => showKeys(T, T.commands.some(one => one.name === "edit") ? EDITING : []),
  palette: showPalette,
  hints: toggleHints,
  search: () =>
    decisions.runHit?.("search") ||
    /** @type {HTMLElement | null} */ (document.querySelector(FIELDS))?.focus(),
};

/**
 * Return whether the command was carried out; the hits refuse what needs a row if none has the
 * focus.
 * @param {ToolbarState} T
 * @param {string} name
 */
function run(T, name) {
  if (RUN[name]) RUN[name](T);
  else if (!decisions.runHit?.(name)) return false;
  return true;
}

/**
 * @param {ToolbarState} T
 * @param {KeyboardEvent} event
 */
function onKey(T, event) {
  if (isNoKey(event) || !T.root.isConnected) return;
  const stop = () => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  const key = keyName(event);
  if (T.layer) {
    layerKey(T, T.layer, event, target, stop);
    return;
  }
  // A dialog of the page takes the keys; the filters stay open behind a hit that has the focus.
  if (!closeOutage() && document.querySelector("[role=dialog]") && !target.closest?.(LIST)) return;
  if (barKey(T, event)) {
    stop();
    return;
  }
  // A table of Streamlit takes letters, too.
  if (
    typesInto(target) ||
    target.closest?.(".stDataFrame, canvas") ||
    worksControl(target.closest?.("a, button, input")?.tagName, key)
  )
    return;
  const name = T.byKey.get(key);
  if (!name || (/^(Enter|Space)$/.test(key) && target !== document.body && !target.closest?.(LIST)))
    return;
  T.byChord = isChord(key);
  if (run(T, name)) stop();
  T.byChord = false;
}

/** @param {ToolbarState} T */
function paint(T) {
  const waits = decisions.pend.length;
  T.firstPending = waits ? (T.firstPending ?? performance.now()) : undefined;
  const { unreachable, loggedOut, told, lost, done, isRefused } = decisions;
  showLine(T, {
    parts: sayWaiting(
      {
        unreachable: unreachable && waits > 0,
        loggedOut,
        pend: decisions.pend,
        firstPending: T.firstPending,
      },
      [],
    ),
    words: lost || told || done,
    refused: !!lost || (isRefused && !!told),
  });
  if (!decisions.tooMany) return;
  const action = decisions.tooMany.action === "redo" ? "redo" : "undo";
  decisions.tooMany = null;
  decisions.told = "";
  ask(T, action, () =>
    decide({ action, rows: [], briefing: "", shown: [], title: "", near: false }, ""),
  );
}

/** @param {ToolbarState} T */
function speak(T) {
  if (T.lang === texts().lang && T.built === T.commandsText) return;
  T.lang = texts().lang;
  T.built = T.commandsText;
  T.infoSignature = "";
  T.bar.setAttribute("aria-label", _("Actions"));
  buildBar(T);
}

/** @param {ToolbarState} T */
function listen(T) {
  const key = /** @param {KeyboardEvent} event */ event => onKey(T, event);
  const show = () => {
    speak(T);
    paint(T);
  };
  document.addEventListener("keydown", key, true);
  window.addEventListener("align-texts", show);
  window.addEventListener("pagehide", sendLast);
  decisions.listeners.add(show);
  T.outage = watchOutage(T);
  T.timer = setInterval(() => {
    if (T.root.isConnected) {
      exchange();
      paint(T);
      return;
    }
    sendLast();
    clearInterval(T.timer);
    document.removeEventListener("keydown", key, true);
    window.removeEventListener("align-texts", show);
    window.removeEventListener("pagehide", sendLast);
    decisions.listeners.delete(show);
    T.outage?.disconnect();
    T.timer = undefined;
  }, AGAIN);
}

/**
 * @param {HTMLElement} root
 * @returns {ToolbarState}
 */
function setUp(root) {
  const T = /** @type {ToolbarState} */ (
    /** @type {Partial<ToolbarState>} */ ({
      root,
      bar: find(root, ".bar"),
      info: find(root, ".info"),
      layer: null,
      commands: [],
      byKey: new Map(),
      byChord: false,
      lang: "",
      built: "",
      commandsText: "",
      infoSignature: "",
    })
  );
  T.run = name => {
    run(T, name);
  };
  T.home = () => decisions.focusHit?.();
  return T;
}

/** @param {ToolbarComponent} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement & { __state?: ToolbarState }} */ (
    find(parentElement, ".toolbar")
  );
  const T = (root.__state ??= setUp(root));
  const commandsText = JSON.stringify(data.commands);
  if (T.commandsText !== commandsText) {
    T.commandsText = commandsText;
    T.commands = decisions.commands = data.commands;
    T.byKey = bindKeys(T.commands);
  }
  if (data.news.n > decisions.news) {
    decisions.news = data.news.n;
    decisions.done = data.news.words + tellUndo(T.commands);
    decisions.told = "";
  }
  if (!T.timer) listen(T);
  begin(data, () => setTriggerValue("again", true));
  tell();
}
