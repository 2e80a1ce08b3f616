// @ts-check
// The outline to the right of the rows: one stroke a row, for doubt, status, failed checks, notes.
// Each has a place and a width of its own, so colours are not needed. A triangle marks the row of
// another reviewer.
import { visible } from "../model/cursor.js";
import { countRows, layOut, rowAt, summarise } from "../model/outline.js";
import { isDoubtful } from "../model/rows.js";
import { shown } from "../model/text.js";
import { _, numeral } from "./texts.js";

/** @typedef {Table & Cursor & Pick<State, "outline" | "outlined" | "outlining" | "root" | "data" | "checks" | "notes">} Outlined */

const PAUSE = 400; // milliseconds, so that a row accepted costs no drawing of all rows

/**
 * Draw the outline a moment later, once for all that happens until then.
 * @param {Outlined} state
 */
export function paintOutline(state) {
  if (state.outlining) return;
  state.outlining = true;
  setTimeout(() => {
    state.outlining = false;
    draw(state);
  }, PAUSE);
}

/**
 * Draw the outline if something of it changed; the place of the cursor and the theme belong to it.
 * @param {Outlined} state
 */
function draw(state) {
  const { outline, data } = state;
  const { clientWidth: width, clientHeight: height } = outline;
  const style = getComputedStyle(state.root);
  const seen = [
    state.rows,
    state.shown,
    state.cur,
    data.checks,
    data.notes,
    data.places,
    width,
    height,
    style.color,
  ];
  const ink = outline.getContext("2d");
  if (!ink || !height || seen.every((part, at) => part === state.outlined?.[at])) return;
  state.outlined = seen;
  const sharp = window.devicePixelRatio || 1;
  const rows = visible(state);
  const strokes = layOut(rows, height);
  outline.width = width * sharp;
  outline.height = height * sharp;
  ink.scale(sharp, sharp);
  const pen = { ink, width, colours: readColours(style) };
  for (const stroke of strokes) drawStroke(state, pen, stroke);
  for (const stroke of strokes) drawPeople(state, pen, stroke);
  outline.setAttribute("aria-label", describe(state, rows));
}

/**
 * Read the colours once: each time costs as much as a stroke.
 * @param {CSSStyleDeclaration} style
 */
function readColours(style) {
  const read = /** @param {string} name */ name => style.getPropertyValue(name).trim();
  const [doubt, accepted, rejected, flagged, note] = [
    "doubt",
    "accepted",
    "rejected",
    "flagged",
    "note",
  ].map(name => read(`--outline-${name}`));
  return {
    unreviewed: doubt,
    accepted,
    rejected,
    flagged,
    note,
    text: read("--st-text-color"),
    here: read("--st-primary-color"),
  };
}

/** @typedef {{ ink: CanvasRenderingContext2D, width: number, colours: ReturnType<typeof readColours> }} Pen */
/** @type {Record<Status, number>} */
const SHARES = { accepted: 0.2, rejected: 1, flagged: 0.75, unreviewed: 0.5 }; // of the width

/**
 * @param {Outlined} state
 * @param {Pen} pen
 * @param {import("../model/outline.js").Stroke} stroke
 */
function drawStroke(state, { ink, width, colours }, { top, height: tall, rows, begins }) {
  const bar =
    /** @param {string} fill @param {number} left @param {number} wide @param {number} [share] */ (
      fill,
      left,
      wide,
      share = 1,
    ) => {
      ink.globalAlpha = share;
      ink.fillStyle = fill;
      ink.fillRect(left, top, wide, Math.max(1, tall - (tall > 3 ? 1 : 0)));
    };
  const { status, doubt, failed, noted } = summarise(
    rows,
    row => state.checks(row).length > 0,
    row => state.notes(row).some(one => one.open),
  );
  if (begins) {
    ink.globalAlpha = 0.35;
    ink.fillStyle = colours.text;
    ink.fillRect(0, top, width, 1);
  }
  bar(colours[status], 0, width * SHARES[status], status === "unreviewed" ? doubt : 1);
  if (failed) bar(colours.unreviewed, width / 2 + 1, 3);
  if (noted) bar(colours.note, width - 3, 3);
}

/**
 * Frame the row at the cursor, and point at those of others.
 * @param {Outlined} state
 * @param {Pen} pen
 * @param {import("../model/outline.js").Stroke} stroke
 */
function drawPeople(state, { ink, width, colours }, { top, height: tall, rows }) {
  const has = /** @param {string} id */ id => rows.some(row => row.id === id);
  ink.globalAlpha = 1;
  if (has(state.cur)) {
    ink.strokeStyle = colours.here;
    ink.lineWidth = 2;
    ink.strokeRect(1, top, width - 2, Math.max(tall, 3));
  }
  if (!Object.values(state.data.places).some(has)) return;
  const middle = top + tall / 2;
  ink.fillStyle = colours.text;
  ink.beginPath();
  ink.moveTo(width - 8, middle);
  ink.lineTo(width, middle - 5);
  ink.lineTo(width, middle + 5);
  ink.fill();
}

/**
 * @param {Outlined} state
 * @param {Row[]} rows
 */
function describe(state, rows) {
  const count = countRows(rows, row =>
    isDoubtful(row, state.checks(row).length, state.data.limits.doubtful),
  );
  const words = _(
    "Outline: {all} rows, {reviewed} reviewed, {rejected} rejected, {flagged} flagged, {doubtful} uncertain",
    count,
  );
  return [words, ...listPlaces(state)].join("; ");
}

/**
 * Where others are, in words.
 * @param {Pick<State, "data" | "place">} state
 */
export const listPlaces = ({ data, place }) =>
  Object.entries(data.places).flatMap(([name, id]) => {
    const at = place.get(id);
    return at === undefined
      ? []
      : _("{name} (row {number})", { name: shown(name), number: numeral(at + 1) });
  });

/**
 * A click, or a drag, goes to the row there.
 * @param {Pick<State, "outline" | "go"> & Table} state
 * @param {MouseEvent} event
 */
export function pointOutline(state, event) {
  const box = state.outline.getBoundingClientRect();
  const rows = visible(state);
  if (!rows.length || event.buttons !== 1) return;
  event.preventDefault();
  state.go(rowAt(rows, box.height, event.clientY - box.top).id);
}
