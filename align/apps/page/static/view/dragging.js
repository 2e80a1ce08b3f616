// @ts-check
// Dragging a handle with the mouse, or after a long press with a finger: what would move is shown, and
// a drop sends the operation of the key that does the same. Escape, or a drop elsewhere, changes nothing.
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

const START = 4, SLACK = 10; // pixels that a mouse moves before it drags, and a finger before it scrolls
const HOLD = 350; // milliseconds of a long press

/** @param {State} S @param {Grip} grip @param {PointerEvent} event */
export function grab(S, grip, event) {
  if (S.drag || event.button || !event.isPrimary || S.layer) return;
  if (S.editing) saveEdit(S);
  const isTouch = event.pointerType === "touch";
  S.drag = { grip, seen: S.data.seq, was: readAround(S, grip), x: event.clientX, y: event.clientY, isTouch, isHeld: false, drop: null, marked: [], timer: 0, scrolling: 0 };
  if (isTouch) S.drag.timer = setTimeout(() => hold(S), HOLD);
}
// The texts that a drag can change: when they change meanwhile, it ends.
/** @param {Table} S @param {Grip} grip */
function readAround(S, { id }) {
  const ids = [neighbourOf(S, id, true), id, neighbourOf(S, id, false)];
  return ids.map(one => { const row = S.rows.get(one ?? ""); return row ? bothTexts(row) : ""; }).join("\n");
}
/** @param {Dragging} S */
function hold(S) {
  if (!S.drag) return;
  S.drag.isHeld = true;
  endPreview(S);
  S.root.classList.add("dragging");
  paintDrag(S);
}
/** @param {Dragging} S @param {PointerEvent} event */
export function moveDrag(S, event) {
  const { drag } = S;
  if (!drag) return;
  if (!event.buttons) { cancelDrag(S); return; } // released outside the window
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
  if (!drag.isHeld && far <= (drag.isTouch ? SLACK : START)) return;
  if (!drag.isHeld && drag.isTouch) { endDrag(S); return; } // the finger scrolls
  if (!drag.isHeld) hold(S);
  pointDrag(S, event);
  cancelAnimationFrame(drag.scrolling);
  scrollAtEdge(S, event);
}
/** @param {Dragging} S @param {Point} point */
function pointDrag(S, point) {
  if (!S.drag) return;
  S.drag.drop = planDrop(S, S.drag.grip, findSpot(S, S.drag.grip, point));
  paintDrag(S);
  moveTip(S, point);
}
// Scroll the rows while the pointer rests at their upper or lower edge: other rows come under it.
/** @param {Dragging} S @param {Point} point */
function scrollAtEdge(S, point) {
  const { drag, grid } = S, was = grid.scrollTop;
  if (!drag) return;
  const step = edgeStep(point.clientY, grid.getBoundingClientRect());
  if (!step) return;
  grid.scrollTop += step;
  if (grid.scrollTop === was) return;
  pointDrag(S, point);
  drag.scrolling = requestAnimationFrame(() => { if (S.drag === drag) scrollAtEdge(S, point); });
}
/** @param {Dragging} S @param {Grip} grip @param {Point} event @returns {Spot} */
function findSpot(S, { kind, side }, event) {
  const under = /** @type {ShadowRoot} */ (S.root.getRootNode()).elementFromPoint(event.clientX, event.clientY);
  const node = S.grid.contains(under) ? under?.closest("[data-id]") : null, id = node?.dataset.id ?? "", row = S.rows.get(id);
  if (!node || !row || kind !== "border") return { id, at: 0 };
  const cell = cellOf(node, side), place = spotUnder(S, cell, event), box = cell.getBoundingClientRect();
  if (place >= 0) return { id, at: nearestBorder(row, side, place) };
  return { id, at: event.clientY < (box.top + box.bottom) / 2 ? 0 : row[side].length };
}

// -- the preview ----------------------------------------------------------------------------------
/** @param {Dragging} S */
function paintDrag(S) {
  const { drag } = S;
  if (!drag) return;
  unmarkDrag(drag);
  const { drop } = drag, [first, second] = (drop?.rows ?? []).map(id => S.els.get(id));
  if (!drop || !first || !second) return;
  const add = /** @param {Element} node @param {string} name */ (node, name) => { node.classList.add(name); drag.marked.push([node, name]); };
  if (drop.action === "merge") { add(first, "joining"); add(second, "joining"); return; }
  const sentences = [...cellOf(first, drop.side).querySelectorAll(".s")];
  for (const node of drop.up ? sentences.slice(0, drop.count) : sentences.slice(-drop.count)) add(node, "moving");
  add(cellOf(second, drop.side), drop.up ? "drop-end" : "drop-start");
}
/** @param {Drag} drag */
function unmarkDrag(drag) {
  for (const [node, name] of drag.marked) node.classList.remove(name);
  drag.marked = [];
}
/** @param {Dragging} S @param {Point} event */
function moveTip({ tip, root, drag, place }, event) {
  const area = root.getBoundingClientRect();
  tip.textContent = describeDrop(place, drag?.drop ?? null);
  tip.hidden = false;
  tip.style.left = `${Math.max(0, Math.min(event.clientX - area.left + 14, area.width - 200))}px`;
  tip.style.top = `${event.clientY - area.top + 18}px`;
}
/** @param {Map<string, number>} place @param {Drop | null} drop */
function describeDrop(place, drop) {
  if (!drop) return _("drop on the row directly above or below");
  const [first, second] = drop.rows.map(id => numeral((place.get(id) ?? 0) + 1));
  if (drop.action === "merge") return _("merge rows {first} and {second}", { first, second });
  return ngettext("move {count} sentence to row {number}", "move {count} sentences to row {number}", drop.count, { number: second });
}
// Rows were painted: mark again what would move, unless the rows are others now.
/** @param {Dragging} S */
export function resumeDrag(S) {
  if (!S.drag) return;
  if (S.drag.was === readAround(S, S.drag.grip)) { if (S.drag.isHeld) paintDrag(S); return; }
  endDrag(S);
  S.say(_("the row changed; nothing was moved"));
}

// -- the end --------------------------------------------------------------------------------------
/** @param {Dragging} S */
export function endDrag(S) {
  const { drag } = S;
  if (!drag) return;
  clearTimeout(drag.timer);
  cancelAnimationFrame(drag.scrolling);
  unmarkDrag(drag);
  S.root.classList.remove("dragging");
  S.tip.hidden = true;
  S.drag = null;
  showHandles(S);
}
/** @param {Dragging} S */
export function cancelDrag(S) {
  const isHeld = S.drag?.isHeld;
  endDrag(S);
  if (isHeld) S.say(_("nothing was moved"));
}
/** @param {Dragging} S */
export function releaseDrag(S) {
  const { drag } = S;
  if (!drag) return;
  if (drag.isHeld && !drag.drop) { cancelDrag(S); return; }
  endDrag(S);
  if (isUncertain(S.pend)) S.say(_("the server has not answered yet; try again"));
  else if (drag.drop) carryOut(S, drag.drop, drag.seen);
  else if (!drag.isHeld) clickHandle(S, drag);
}
/** @param {Dragging} S @param {Drop} drop @param {number} seen */
function carryOut(S, { action, rows, side, up, count }, seen) {
  if (reveals(S, rows)) return;
  S.cur = rows[0];
  S.anchor = null;
  if (action === "merge") { S.act("merge", { rows, up, seen }, null, known => joinRows(known, rows)); return; }
  const [from, to] = rows;
  S.side = side;
  S.sentence = 0;
  S.act("shift", { rows: [from], side, up, count, seen }, null, known => passSentences(known, from, to, side, up, count));
}
// A click between two sentences splits the row there; a tap, which has shown nothing before, asks first.
/** @param {Dragging} S @param {Drag} drag */
function clickHandle(S, { grip: { kind, id, side, at }, seen, isTouch }) {
  const row = S.rows.get(id);
  if (!row) return;
  S.cur = id;
  S.side = side;
  S.anchor = null;
  S.mark();
  if (kind !== "sentence" || !at) return;
  const counts = planSplit(row, side, at);
  if (isTouch) chooseSplit(S, counts); else S.act("split", { rows: [id], seen, ...counts });
}
