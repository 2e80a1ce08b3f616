// @ts-check
// Running-text mode: two columns that scroll together; a sentence marks its counterpart.
import { listParagraphs, signatureOf } from "../model/columns.js";
import { GAP, other, shown, SIDES } from "../model/text.js";
import { byId, el } from "./dom.js";

/**
 * @param {Paragraph[]} paragraphs
 * @param {Side} side
 * @param {string[]} turns
 */
function buildColumn(paragraphs, side, turns) {
  /** @type {HTMLElement[]} */
  const nodes = [];
  for (const { turn, pieces } of paragraphs) {
    const name = turn === null ? "" : turns[turn];
    if (name) {
      const heading = el("h2", "", name);
      heading.dir = "ltr";
      nodes.push(heading);
    }
    const paragraph = el("p");
    paragraph.dir = "ltr";
    for (const piece of pieces) paragraph.append(buildSentence(piece, side), GAP[side]);
    nodes.push(paragraph);
  }
  return nodes;
}

/**
 * @param {Piece} piece
 * @param {Side} side
 */
function buildSentence({ row, text, at }, side) {
  const sentence = el("span", "s", shown(text));
  sentence.dataset.id = row.id;
  sentence.dataset.at = `${at}`;
  sentence.dataset.status = row.status;
  if (!row[other(side)].length) sentence.classList.add("alone");
  return sentence;
}

/** @param {Pick<State, "order" | "shown" | "cur" | "columns" | "data" | "proseSignature">} state */
export function paintProse(state) {
  const signature = signatureOf(state.order);
  if (state.proseSignature !== signature) {
    state.proseSignature = signature;
    for (const side of SIDES)
      state.columns[side].replaceChildren(
        ...buildColumn(listParagraphs(state.order, side), side, state.data.turns[side]),
      );
  }
  markProse(state.columns, "cur", state.cur);
  for (const side of SIDES)
    for (const node of sentencesIn(state.columns[side]))
      node.classList.toggle("dim", !!state.shown && !state.shown.has(node.dataset.id ?? ""));
}

/** @param {HTMLElement} column */
const sentencesIn = column => column.querySelectorAll("[data-id]");

/**
 * @param {Columns} columns
 * @param {string} cls
 * @param {string} id
 */
export function markProse(columns, cls, id) {
  for (const side of SIDES) {
    for (const node of columns[side].querySelectorAll("." + cls)) node.classList.remove(cls);
    if (id) for (const node of columns[side].querySelectorAll(byId(id))) node.classList.add(cls);
  }
}

/**
 * @param {HTMLElement} column
 * @param {string} id
 */
const firstOf = (column, id) => column.querySelector(byId(id));

/**
 * @param {HTMLElement} column
 * @param {Element} node
 */
const topIn = (column, node) =>
  node.getBoundingClientRect().top - column.getBoundingClientRect().top;

/**
 * @param {HTMLElement} column
 * @param {Element} node
 * @param {number} top
 */
function scrollColumn(column, node, top) {
  column.scrollTop += topIn(column, node) - top;
}

/**
 * Scroll both columns to a row. The side that leads stays where it is, if one does.
 * @param {Columns} columns
 * @param {string} id
 * @param {Side} [leads]
 */
export function showProse(columns, id, leads) {
  const first = leads ?? "zh";
  const side = firstOf(columns[first], id) ? first : other(first);
  const column = columns[side];
  const node = firstOf(column, id);
  if (!node) return;
  let top = topIn(column, node);
  if (!leads && (top < 0 || top > column.clientHeight - 60)) {
    top = column.clientHeight / 3;
    scrollColumn(column, node, top);
  }
  const mate = firstOf(columns[other(side)], id);
  if (mate) scrollColumn(columns[other(side)], mate, top);
}

/**
 * The other column follows the one that was scrolled.
 * @param {Pick<State, "columns" | "synced">} state
 * @param {Side} side
 */
export function syncProse({ columns, synced }, side) {
  if (performance.now() - (synced[other(side)] ?? 0) < 120) return; // we moved it ourselves
  synced[side] = performance.now();
  const column = columns[side];
  const top = column.getBoundingClientRect().top;
  const nodes = [...sentencesIn(column)];
  let low = 0;
  let high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle].getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }
  for (const node of nodes.slice(low, low + 8)) {
    const mate = firstOf(columns[other(side)], node.dataset.id ?? "");
    if (!mate) continue;
    scrollColumn(columns[other(side)], mate, topIn(column, node));
    return;
  }
}
