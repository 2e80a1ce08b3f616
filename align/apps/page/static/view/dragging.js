// @ts-check
// Dragging a handle with the mouse, or after a long press with a finger: what would move is shown,
// and a drop sends the operation of the key that does the same. Escape, or a drop elsewhere,
// changes nothing.
import { reveals } from "../commands.js";
import { neighbourOf } from "../model/cursor.js";
import { edgeStep, nearestBorder, planDrop, planSplit } from "../model/dragging.js";
import { isUncertain } from "../model/queue.js";
import { joinRows, passSentences } from "../model/rows.js";
import { bothTexts } from "../model/text.js";
import { saveEdit } from "./editing.js";
import { endPreview, showHandles } from "./handles.js";
import { spotUnder } from "./links.js";
import { cellOf } from "./rows.js";
import { chooseSplit } from "./splitting.js";
import { _, ngettext, numeral } from "./texts.js";

/** @typedef {import("./handles.js").Handled & import("../commands.js").Moving & Pick<State, "root" | "grid" | "tip" | "pend" | "data" | "mark" | "toggle">} Dragging */

const START = 4;
const SLACK = 10; // pixels that a mouse moves before it drags, and a finger before it scrolls
const HOLD = 350; // milliseconds of a long press

/**
 * @param {State} state
 * @param {Grip} grip
 * @param {PointerEvent} event
 */
export function grab(state, grip, event) {
  if (state.drag || event.button || !event.isPrimary || state.layer) return;
  if (state.editing) saveEdit(state);
  const isTouch = event.pointerType === "touch";
  state.drag = {
    grip,
    seen: state.data.seq,
    was: readAround(state, grip),
    x: event.clientX,
    y: event.clientY,
    isTouch,
    isHeld: false,
    drop: null,
    marked: [],
    timer: 0,
    scrolling: 0,
  };
  if (isTouch) state.drag.timer = setTimeout(() => hold(state), HOLD);
}

/**
 * The texts that a drag can change: when they change meanwhile, it ends.
 * @param {Table} state
 * @param {Grip} grip
 */
function readAround(state, { id }) {
  const ids = [neighbourOf(state, id, true), id, neighbourOf(state, id, false)];
  return ids
    .map(one => {
      const row = state.rows.get(one ?? "");
      return row ? bothTexts(row) : "";
    })
    .join("\n");
}

/** @param {Dragging} state */
function hold(state) {
  if (!state.drag) return;
  state.drag.isHeld = true;
  endPreview(state);
  state.root.classList.add("dragging");
  paintDrag(state);
}

/**
 * @param {Dragging} state
 * @param {PointerEvent} event
 */
export function moveDrag(state, event) {
  const { drag } = state;
  if (!drag) return;
  // The mouse was released outside the window.
  if (!event.buttons) {
    cancelDrag(state);
    return;
  }
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
  if (!drag.isHeld && far <= (drag.isTouch ? SLACK : START)) return;
  // The finger scrolls.
  if (!drag.isHeld && drag.isTouch) {
    endDrag(state);
    return;
  }
  if (!drag.isHeld) hold(state);
  pointDrag(state, event);
  cancelAnimationFrame(drag.scrolling);
  scrollAtEdge(state, event);
}

/**
 * @param {Dragging} state
 * @param {Point} point
 */
function pointDrag(state, point) {
  if (!state.drag) return;
  state.drag.drop = planDrop(state, state.drag.grip, findSpot(state, state.drag.grip, point));
  paintDrag(state);
  moveTip(state, point);
}

/**
 * Scroll the rows while the pointer rests at their upper or lower edge: other rows come under it.
 * @param {Dragging} state
 * @param {Point} point
 */
function scrollAtEdge(state, point) {
  const { drag, grid } = state;
  const was = grid.scrollTop;
  if (!drag) return;
  const step = edgeStep(point.clientY, grid.getBoundingClientRect());
  if (!step) return;
  grid.scrollTop += step;
  if (grid.scrollTop === was) return;
  pointDrag(state, point);
  drag.scrolling = requestAnimationFrame(() => {
    if (state.drag === drag) scrollAtEdge(state, point);
  });
}

/**
 * @param {Dragging} state
 * @param {Grip} grip
 * @param {Point} event
 * @returns {Spot}
 */
function findSpot(state, { kind, side }, event) {
  const under = /** @type {ShadowRoot} */ (state.root.getRootNode()).elementFromPoint(
    event.clientX,
    event.clientY,
  );
  const node = state.grid.contains(under) ? under?.closest("[data-id]") : null;
  const id = node?.dataset.id ?? "";
  const row = state.rows.get(id);
  if (!node || !row || kind !== "border") return { id, at: 0 };
  const cell = cellOf(node, side);
  const place = spotUnder(state, cell, event);
  const box = cell.getBoundingClientRect();
  if (place >= 0) return { id, at: nearestBorder(row, side, place) };
  return { id, at: event.clientY < (box.top + box.bottom) / 2 ? 0 : row[side].length };
}

// -- the preview ----------------------------------------------------------------------------------
/** @param {Dragging} state */
function paintDrag(state) {
  const { drag } = state;
  if (!drag) return;
  unmarkDrag(drag);
  const { drop } = drag;
  const [first, second] = (drop?.rows ?? []).map(id => state.els.get(id));
  if (!drop || !first || !second) return;
  const add = /** @param {Element} node @param {string} name */ (node, name) => {
    node.classList.add(name);
    drag.marked.push([node, name]);
  };
  if (drop.action === "merge") {
    add(first, "joining");
    add(second, "joining");
    return;
  }
  const sentences = [...cellOf(first, drop.side).querySelectorAll(".s")];
  for (const node of drop.up ? sentences.slice(0, drop.count) : sentences.slice(-drop.count))
    add(node, "moving");
  add(cellOf(second, drop.side), drop.up ? "drop-end" : "drop-start");
}

/** @param {Drag} drag */
function unmarkDrag(drag) {
  for (const [node, name] of drag.marked) node.classList.remove(name);
  drag.marked = [];
}

/**
 * @param {Dragging} state
 * @param {Point} event
 */
function moveTip({ tip, root, drag, place }, event) {
  const area = root.getBoundingClientRect();
  tip.textContent = describeDrop(place, drag?.drop ?? null);
  tip.hidden = false;
  tip.style.left = `${Math.max(0, Math.min(event.clientX - area.left + 14, area.width - 200))}px`;
  tip.style.top = `${event.clientY - area.top + 18}px`;
}

/**
 * @param {Map<string, number>} place
 * @param {Drop | null} drop
 */
function describeDrop(place, drop) {
  if (!drop) return _("drop on the row directly above or below");
  const [first, second] = drop.rows.map(id => numeral((place.get(id) ?? 0) + 1));
  if (drop.action === "merge") return _("merge rows {first} and {second}", { first, second });
  return ngettext(
    "move {count} sentence to row {number}",
    "move {count} sentences to row {number}",
    drop.count,
    { number: second },
  );
}

/**
 * Rows were painted: mark again what would move, unless the rows are others now.
 * @param {Dragging} state
 */
export function resumeDrag(state) {
  if (!state.drag) return;
  if (state.drag.was === readAround(state, state.drag.grip)) {
    if (state.drag.isHeld) paintDrag(state);
    return;
  }
  endDrag(state);
  state.say(_("the row changed; nothing was moved"));
}

// -- the end --------------------------------------------------------------------------------------
/** @param {Dragging} state */
export function endDrag(state) {
  const { drag } = state;
  if (!drag) return;
  clearTimeout(drag.timer);
  cancelAnimationFrame(drag.scrolling);
  unmarkDrag(drag);
  state.root.classList.remove("dragging");
  state.tip.hidden = true;
  state.drag = null;
  showHandles(state);
}

/** @param {Dragging} state */
export function cancelDrag(state) {
  const isHeld = state.drag?.isHeld;
  endDrag(state);
  if (isHeld) state.say(_("nothing was moved"));
}

/** @param {Dragging} state */
export function releaseDrag(state) {
  const { drag } = state;
  if (!drag) return;
  if (drag.isHeld && !drag.drop) {
    cancelDrag(state);
    return;
  }
  endDrag(state);
  if (isUncertain(state.pend)) state.say(_("the server has not answered yet; try again"));
  else if (drag.drop) carryOut(state, drag.drop, drag.seen);
  else if (!drag.isHeld) clickHandle(state, drag);
}

/**
 * @param {Dragging} state
 * @param {Drop} drop
 * @param {number} seen
 */
function carryOut(state, { action, rows, side, up, count }, seen) {
  if (reveals(state, rows)) return;
  state.cur = rows[0];
  state.anchor = null;
  if (action === "merge") {
    state.act("merge", { rows, up, seen }, null, known => joinRows(known, rows));
    return;
  }
  const [from, to] = rows;
  state.side = side;
  state.sentence = 0;
  state.act("shift", { rows: [from], side, up, count, seen }, null, known =>
    passSentences(known, from, to, side, up, count),
  );
}

/**
 * A click between two sentences splits the row there; a tap, which has shown nothing before, asks
 * first.
 * @param {Dragging} state
 * @param {Drag} drag
 */
function clickHandle(state, { grip: { kind, id, side, at }, seen, isTouch }) {
  const row = state.rows.get(id);
  if (!row) return;
  state.cur = id;
  state.side = side;
  state.anchor = null;
  state.mark();
  if (kind !== "sentence" || !at) return;
  const counts = planSplit(row, side, at);
  if (isTouch) chooseSplit(state, counts);
  else state.act("split", { rows: [id], seen, ...counts });
}
