// @ts-check
// Keys: who answers them, and which wait.
import { clearSearch, isLastSentence, onPage, step } from "../commands.js";
import { selectedInSight } from "../model/cursor.js";
import { comesTooSoon, isChord, isNoKey, isSafeWhileTyping, keyName, opensText, typesInto, worksControl } from "../model/keys.js";
import { isUncertain } from "../model/queue.js";
import { asLines } from "../model/text.js";
import { barKey } from "./bar.js";
import { putCaret } from "./caret.js";
import { cutKey } from "./cutting.js";
import { cancelDrag } from "./dragging.js";
import { focused } from "./dom.js";
import { editKey } from "./editing.js";
import { layerKey } from "./layers.js";
import { closeOutage } from "./outage.js";
import { splitKey } from "./splitting.js";
import { _, ngettext } from "./texts.js";

// A text is edited, or a row is divided: what Enter does then, and who answers the keys.
/** @param {State} S @returns {Mode | null} */
export function modeOf(S) {
  if (S.editing) return { label: _("Save"), press: event => editKey(S, event), types: true };
  if (S.splitting) return { label: _("Split"), press: event => splitKey(S, event), types: false };
  if (S.cutting) return { label: _("Split in text"), press: event => cutKey(S, event), types: false };
  return null;
}
/** @param {State} S @param {KeyboardEvent} event */
export function onKey(S, event) {
  if (isNoKey(event) || !S.root.isConnected) return;
  const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
  if (S.drag) { if (event.key === "Escape") cancelDrag(S); stop(); return; }
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  if (S.editing && (S.editing.cell === target || !typesInto(target))) {
    if (focused(S) !== S.editing.cell) putCaret(S, S.editing); // a click next to it took the focus
    if (editKey(S, event)) stop(); else event.stopImmediatePropagation();
    return;
  }
  if (S.layer) { layerKey(S, S.layer, event, target, stop); return; }
  if (!closeOutage() && document.querySelector("[role=dialog]")) return; // a dialog of the page is open
  const key = keyName(event);
  S.seeking = key === "Enter" && target === onPage("q");
  if (S.seeking) { S.home(); seek(S); return; } // Streamlit takes what was typed
  if (key === "Escape" && target === onPage("q")) { clearSearch(); S.home(); stop(); return; }
  if (barKey(S, event)) { stop(); return; }
  if (isForControl(key, target)) return;
  if (event.repeat && key === "Enter") { stop(); return; } // it saved an edit, and is still held down
  if (/^(Enter|Space|Tab|Shift\+Tab)$/.test(key) && !S.root.contains(target) && target !== document.body) return;
  if (S.splitting || S.cutting) { modeOf(S)?.press(event); stop(); return; }
  if (key === "Escape" && S.anchor) { S.anchor = null; S.mark(); stop(); return; }
  if (key === "Escape" && S.data.q && clearSearch()) { stop(); return; } // the row stays among those around it
  const name = S.byKey.get(key);
  if (!name || !S.cur) return;
  if (comesTooSoon(name, key, performance.now() - S.opened)) { stop(); return; }
  if (key === "Tab" && name === "sentence-next" && isLastSentence(S)) return; // on to the next control
  stop();
  if (isUncertain(S.pend)) { wait(S, name); return; }
  S.byChord = isChord(key);
  S.run(name);
  S.byChord = false;
}
// A key that needs the rows after a move waits for them. What opens a text is the last that waits: the
// letters typed after it would be commands.
/** @param {Pick<State, "keysWaiting" | "say">} S @param {string} name */
function wait(S, name) {
  if (opensText(S.keysWaiting.at(-1))) S.say(_("the server has not answered yet; type once the text is open"));
  else S.keysWaiting.push(name);
}
// Ctrl+C without marked text copies the texts of the selected rows.
/** @param {State} S @param {ClipboardEvent} event */
export function onCopy(S, event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  if (S.editing || S.layer || S.ui.prose || !event.clipboardData || `${S.selection() ?? ""}`) return;
  if (!S.root.contains(target) && target !== document.body) return;
  const rows = selectedInSight(S, S).flatMap(id => S.rows.get(id) ?? []);
  if (!rows.length) return;
  event.clipboardData.setData("text/plain", asLines(rows));
  event.preventDefault();
  S.say(ngettext("{count} row copied", "{count} rows copied", rows.length));
}
// Whether a key is for the field, button or link that has the focus.
/** @param {string} key @param {HTMLElement} target */
const isForControl = (key, target) =>
  (typesInto(target) && !isSafeWhileTyping(key)) || worksControl(target.closest?.("a, button, input")?.tagName, key);

// From the search to a row that it found, as soon as it is known which.
/** @param {import("../commands.js").Going & Pick<State, "seeking">} S */
export function seek(S) {
  if (S.seeking && S.shown && !S.shown.has(S.cur)) step(S, 1);
}
// Carry out the keys that waited for an answer, until one needs an answer itself.
/** @param {Pick<State, "keysWaiting" | "pend" | "editing" | "layer" | "run">} S */
export function replay(S) {
  while (!isUncertain(S.pend) && !S.editing && !S.layer) {
    const name = S.keysWaiting.shift();
    if (!name) return;
    S.run(name);
  }
}
