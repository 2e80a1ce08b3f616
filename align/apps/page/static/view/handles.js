// @ts-check
// The handles of one row: of the row under the mouse, or on a touch screen of the row at the
// cursor. They lie over the row and take no room, so that its text can be selected as before.
import { listGrips, planSplit } from "../model/dragging.js";
import { button, el } from "./dom.js";
import { cellOf } from "./rows.js";
import { paintSplit } from "./splitting.js";
import { _, N_, texts } from "./texts.js";

/** @typedef {Table & Pick<State, "els" | "cur" | "under" | "isTouched" | "handles" | "placing" | "previewed" | "drag" | "editing" | "splitting" | "cutting" | "layer" | "ui" | "grab">} Handled */

const NAMES = {
  row: N_("Drag onto the row above or below: merge"),
  sentence: N_("Drag to the row above or below: move the sentence"),
  cut: N_("Click: split the row here; drag: move the sentence"),
  border: N_("Drag: move sentences across the border of the rows"),
};
const LOW = 8;
const BAR = 40;
const GAP = 11; // pixels: half of a handle, a border, and from a cell to the handle before it

/**
 * Show the handles a moment later, once for all that happens until then.
 * @param {Handled} state
 */
export function showHandles(state) {
  if (state.placing) return;
  state.placing = true;
  requestAnimationFrame(() => {
    state.placing = false;
    placeHandles(state);
  });
}

/**
 * @param {Handled} state
 * @param {PointerEvent} event
 */
export function handleRow(state, event) {
  const id = event.target?.closest?.("[data-id]")?.dataset.id ?? "";
  const isTouch = event.pointerType === "touch";
  if (state.under === id && state.isTouched === isTouch) return;
  state.isTouched = isTouch;
  state.under = id;
  showHandles(state);
}

/**
 * Those that would be the same stay: one of them may be under the mouse.
 * @param {Handled} state
 */
function placeHandles(state) {
  if (state.drag) return; // the handle that is held stays
  const id = state.isTouched ? state.cur : state.under;
  const node = state.els.get(id);
  const isFree =
    !state.ui.prose &&
    state.editing?.id !== id &&
    !state.splitting &&
    !state.cutting &&
    !state.layer;
  const grips = node && isFree && !node.hidden ? listGrips(state, id) : [];
  const places = node ? grips.map(grip => findPlace(node, grip, grip.id === id)) : [];
  const signature = JSON.stringify([texts().lang, grips, places]);
  if (state.handles?.isConnected && state.handles.dataset.of === signature) return;
  endPreview(state);
  state.handles?.remove();
  state.handles = null;
  if (!node || !grips.length) return;
  const box = (state.handles = el("div", "handles"));
  box.dataset.of = signature;
  grips.forEach((grip, at) => {
    const handle = buildHandle(state, grip);
    handle.style.left = `${places[at].left}px`;
    handle.style.top = `${places[at].top}px`;
    box.append(handle);
  });
  node.children[0].append(box); // the cell of the number: no text that is copied or searched
}

/**
 * @param {Handled} state
 * @param {Grip} grip
 */
function buildHandle(state, grip) {
  const cuts = grip.kind === "sentence" && grip.at > 0;
  const kind = cuts ? "cut" : grip.kind;
  const node = button("", _(NAMES[kind]), () => {});
  node.dataset.kind = kind;
  node.tabIndex = -1; // the keys of the moves do the same
  node.dataset.side = grip.side;
  node.dataset.at = `${grip.at}`;
  node.addEventListener("pointerdown", event => state.grab(grip, event));
  if (cuts) {
    node.addEventListener("mouseenter", () => previewSplit(state, grip));
    node.addEventListener("mouseleave", () => endPreview(state));
  }
  return node;
}

/**
 * Where a handle lies in its row; ``isOwn`` is false for the border to the row above.
 * @param {HTMLElement} node
 * @param {Grip} grip
 * @param {boolean} isOwn
 */
function findPlace(node, { kind, side, at }, isOwn) {
  const area = node.getBoundingClientRect();
  if (kind === "row") return { left: 4, top: (area.height - 2 * LOW) / 2 };
  const cell = cellOf(node, side);
  const box = cell.getBoundingClientRect();
  if (kind === "border")
    return { left: box.right - area.left - BAR, top: isOwn ? area.height - LOW : 0 };
  const line = cell.querySelectorAll(".s")[at]?.getClientRects()[0] ?? box;
  return {
    left: (at ? line.left : box.left - GAP) - area.left,
    top: line.top - area.top + Math.max(0, line.height / 2 - LOW),
  };
}

/**
 * Show what a click on a handle would split off.
 * @param {Handled} state
 * @param {Grip} grip
 */
function previewSplit(state, { id, side, at }) {
  const row = state.rows.get(id);
  if (!row || state.drag) return;
  state.previewed = id;
  paintSplit({ splitting: { id, seen: 0, ...planSplit(row, side, at) }, els: state.els, cur: id });
}

/** @param {Handled} state */
export function endPreview(state) {
  if (state.previewed && !state.splitting)
    paintSplit({ splitting: null, els: state.els, cur: state.previewed });
  state.previewed = "";
}
