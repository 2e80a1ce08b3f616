// @ts-check
// The outline beside the rows: one stroke a row, for its doubt, status, failed checks and notes. Each
// has a place and a width of its own, so that nobody needs the colours.
import { visible } from "../model/cursor.js";
import { countRows, layOut, rowAt } from "../model/outline.js";
import { isDoubtful } from "../model/rows.js";
import { _ } from "./texts.js";

/** @typedef {Table & Cursor & Pick<State, "outline" | "outlined" | "outlining" | "root" | "data" | "checks" | "notes">} Outlined */

const PAUSE = 400; // milliseconds, so that a row accepted costs no drawing of all rows

// Draw the outline a moment later, once for all that happens until then.
/** @param {Outlined} S */
export function paintOutline(S) {
  if (S.outlining) return;
  S.outlining = true;
  setTimeout(() => { S.outlining = false; draw(S); }, PAUSE);
}
// Draw the outline if something of it changed; the place of the cursor and the theme belong to it.
/** @param {Outlined} S */
function draw(S) {
  const { outline, data } = S, { clientWidth: width, clientHeight: height } = outline, style = getComputedStyle(S.root);
  const seen = [S.rows, S.shown, S.cur, data.checks, data.notes, width, height, style.color];
  const ink = outline.getContext("2d");
  if (!ink || !height || seen.every((part, at) => part === S.outlined?.[at])) return;
  S.outlined = seen;
  const sharp = window.devicePixelRatio || 1;
  outline.width = width * sharp;
  outline.height = height * sharp;
  ink.scale(sharp, sharp);
  const colour = /** @param {string} name */ name => style.getPropertyValue(name).trim();
  const [doubt, accepted, rejected, flagged, text, here, note] =
    ["--outline-doubt", "--outline-accepted", "--outline-rejected", "--outline-flagged", "--st-text-color", "--st-primary-color", "--outline-note"].map(colour);
  const rows = visible(S), half = width / 2;
  for (const { top, height: tall, row, begins } of layOut(rows, height)) {
    const bar = /** @param {string} fill @param {number} left @param {number} wide @param {number} [share] */ (fill, left, wide, share = 1) => {
      ink.globalAlpha = share;
      ink.fillStyle = fill;
      ink.fillRect(left, top, wide, Math.max(1, tall - (tall > 3 ? 1 : 0)));
    };
    if (begins) { ink.globalAlpha = 0.35; ink.fillStyle = text; ink.fillRect(0, top, width, 1); }
    if (row.s === "accepted") bar(accepted, 0, 3, 0.8);
    else if (row.s === "rejected") bar(rejected, 0, width);
    else if (row.s === "flagged") bar(flagged, 0, half);
    else bar(doubt, 0, half, 1 - (row.p ?? 0.5));
    if (S.checks(row).length) bar(doubt, half + 1, 3);
    if (S.notes(row).some(one => one.open)) bar(note, width - 3, 3);
    if (row.id === S.cur) { ink.globalAlpha = 1; ink.strokeStyle = here; ink.lineWidth = 2; ink.strokeRect(1, top, width - 2, Math.max(tall, 3)); }
  }
  const count = countRows(rows, row => isDoubtful(row, S.checks(row).length, S.data.limits.doubtful));
  outline.setAttribute("aria-label", _("Outline: {all} rows, {reviewed} reviewed, {flagged} flagged, {doubtful} uncertain", count));
}
// A click, or a drag, goes to the row there.
/** @param {Pick<State, "outline" | "go"> & Table} S @param {MouseEvent} event */
export function pointOutline(S, event) {
  const box = S.outline.getBoundingClientRect(), rows = visible(S);
  if (!rows.length || event.buttons !== 1) return;
  event.preventDefault();
  S.go(rowAt(rows, box.height, event.clientY - box.top).id);
}
