// @ts-check
// Keys: who answers them, and which wait.
import { clearSearch, isLastSentence, onPage, step } from "../commands.js";
import { selectedInSight } from "../model/cursor.js";
import {
  comesTooSoon,
  isChord,
  isNoKey,
  isSafeWhileTyping,
  keyName,
  opensText,
  typesInto,
  worksControl,
} from "../model/keys.js";
import { isUncertain } from "../model/queue.js";
import { asLines } from "../model/text.js";
import { barKey } from "./bar.js";
import { putCaret } from "./caret.js";
import { cutKey } from "./cutting.js";
import { cancelDrag } from "./dragging.js";
import { focused } from "./dom.js";
import { editKey } from "./editing.js";
import { layerKey } from "./layers.js";
import { letterKey } from "./letters.js";
import { closeOutage } from "./outage.js";
import { splitKey } from "./splitting.js";
import { _, ngettext } from "./texts.js";

/**
 * A text is edited, or a row is divided: what Enter does then, and who answers the keys.
 * @param {State} state
 * @returns {Mode | null}
 */
export function modeOf(state) {
  if (state.editing)
    return { label: _("Save"), press: event => editKey(state, event), types: true };
  if (state.splitting)
    return { label: _("Split"), press: event => splitKey(state, event), types: false };
  if (state.cutting)
    return { label: _("Split in text"), press: event => cutKey(state, event), types: false };
  return null;
}

/**
 * @param {State} state
 * @param {KeyboardEvent} event
 */
export function onKey(state, event) {
  if (isNoKey(event) || !state.root.isConnected) return;
  const stop = () => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  if (state.drag) {
    if (event.key === "Escape") cancelDrag(state);
    stop();
    return;
  }
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  if (state.editing && (state.editing.cell === target || !typesInto(target))) {
    // A click next to it took the focus.
    if (focused(state) !== state.editing.cell) putCaret(state, state.editing);
    if (editKey(state, event)) stop();
    else event.stopImmediatePropagation();
    return;
  }
  if (state.layer) {
    layerKey(state, state.layer, event, target, stop);
    return;
  }
  // A dialog of the page is open.
  if (!closeOutage() && document.querySelector("[role=dialog]")) return;
  const key = keyName(event);
  state.seeking = key === "Enter" && target === onPage("q");
  // Streamlit takes what was typed
  if (state.seeking) {
    state.home();
    seek(state);
    return;
  }
  if (key === "Escape" && target === onPage("q")) {
    clearSearch();
    state.home();
    stop();
    return;
  }
  if (barKey(state, event)) {
    stop();
    return;
  }
  if (isForControl(key, target)) return;
  // The key saved an edit, and is still held down.
  if (event.repeat && key === "Enter") {
    stop();
    return;
  }
  if (
    /^(Enter|Space|Tab|Shift\+Tab)$/.test(key) &&
    !state.root.contains(target) &&
    target !== document.body
  )
    return;
  if (state.splitting || state.cutting) {
    modeOf(state)?.press(event);
    stop();
    return;
  }
  if (state.letters) {
    letterKey(state, event);
    stop();
    return;
  }
  if (key === "Escape" && state.anchor) {
    state.anchor = null;
    state.mark();
    stop();
    return;
  }
  // The row stays among those around it.
  if (key === "Escape" && state.data.q && clearSearch()) {
    stop();
    return;
  }
  const name = state.byKey.get(key);
  if (!name || !state.cur) return;
  if (comesTooSoon(name, key, performance.now() - state.opened)) {
    stop();
    return;
  }
  // On to the next control.
  if (key === "Tab" && name === "sentence-next" && isLastSentence(state)) return;
  stop();
  if (isUncertain(state.pend)) {
    wait(state, name);
    return;
  }
  state.byChord = isChord(key);
  state.run(name);
  state.byChord = false;
}

/**
 * A key that needs the rows after a move waits for them. What opens a text is the last that waits:
 * the letters typed after it would be commands.
 * @param {Pick<State, "keysWaiting" | "say">} state
 * @param {string} name
 */
function wait(state, name) {
  if (opensText(state.keysWaiting.at(-1)))
    state.say(_("the server has not answered yet; type once the text is open"));
  else state.keysWaiting.push(name);
}

/**
 * Ctrl+C without marked text copies the texts of the selected rows.
 * @param {State} state
 * @param {ClipboardEvent} event
 */
export function onCopy(state, event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  if (
    state.editing ||
    state.layer ||
    state.ui.prose ||
    !event.clipboardData ||
    `${state.selection() ?? ""}`
  )
    return;
  if (!state.root.contains(target) && target !== document.body) return;
  const rows = selectedInSight(state, state).flatMap(id => state.rows.get(id) ?? []);
  if (!rows.length) return;
  event.clipboardData.setData("text/plain", asLines(rows));
  event.preventDefault();
  state.say(ngettext("{count} row copied", "{count} rows copied", rows.length));
}

/**
 * Whether a key is for the field, button or link that has the focus.
 * @param {string} key
 * @param {HTMLElement} target
 */
const isForControl = (key, target) =>
  (typesInto(target) && !isSafeWhileTyping(key)) ||
  worksControl(target.closest?.("a, button, input")?.tagName, key);

/**
 * From the search to a row that it found, as soon as it is known which.
 * @param {import("../commands.js").Going & Pick<State, "seeking">} state
 */
export function seek(state) {
  if (state.seeking && state.shown && !state.shown.has(state.cur)) step(state, 1);
}

/**
 * Carry out the keys that waited for an answer, until one needs an answer itself.
 * @param {Pick<State, "keysWaiting" | "pend" | "editing" | "layer" | "run">} state
 */
export function replay(state) {
  while (!isUncertain(state.pend) && !state.editing && !state.layer) {
    const name = state.keysWaiting.shift();
    if (!name) return;
    state.run(name);
  }
}
