// @ts-check
// Words that a reviewer marks in a row: their link is right or wrong, or they are a term.
import { linkAt } from "../model/columns.js";
import { currentHelp } from "../model/queue.js";
import { unchanged } from "../model/rows.js";
import { finalText, SIDES } from "../model/text.js";
import { findSelected } from "./caret.js";
import { highlight, rangeOver } from "./dom.js";
import { ask } from "./layers.js";
import { cellOf } from "./rows.js";
import { _, N_ } from "./texts.js";

// What the words can be, and what Python calls it.
const OPTIONS = {
  [N_("translations of each other")]: "right",
  [N_("not translations of each other")]: "wrong",
  [N_("as the program sees them")]: "withdrawn",
  [N_("an approved term")]: "approved",
  [N_("a forbidden rendering of a term")]: "forbidden",
  [N_("a proposed term")]: "proposed",
};
const [RIGHT, WRONG] = Object.keys(OPTIONS);

/**
 * Remember the words that were selected in a cell; those of the other side stay in the same row.
 * @param {State} state
 * @param {Event} event
 */
export function pickWords(state, event) {
  const cell = event.target?.closest?.(".cell");
  const id = cell?.closest("[data-id]")?.dataset.id;
  if (!cell || !id || state.editing || state.layer || state.ui.original) return;
  const span = findSelected(state, cell);
  if (!span) return;
  const spans = state.picked?.row === id ? state.picked.spans : {};
  const side = cell.dataset.side === "zh" ? "zh" : "en";
  state.picked = { row: id, spans: { ...spans, [side]: span } };
  paintPicked(state);
  if (state.picked.spans.zh && state.picked.spans.en)
    state.say(_("both sides are marked; choose “Words and terms”"));
}

/** @param {Pick<State, "picked" | "els">} state */
export function paintPicked({ picked, els }) {
  const node = picked && els.get(picked.row);
  /** @type {Range[]} */
  const ranges = [];
  for (const side of SIDES) {
    const span = picked?.spans[side];
    const range = node && span && rangeOver(cellOf(node, side), ...span);
    if (range) ranges.push(range);
  }
  highlight("review-picked", ranges);
}

/**
 * The words of a row that are marked, or else those of the link under the pointer.
 * @param {Pick<State, "picked" | "pointed" | "help">} state
 * @param {Row} row
 * @returns {Partial<Record<Side, [number, number]>>}
 */
function findWords({ picked, pointed, help }, row) {
  if (picked?.row === row.id) return picked.spans;
  if (pointed?.[0] !== row.id) return {};
  const link = linkAt(currentHelp(help.get(row.id), row)?.links ?? [], pointed[1], pointed[2]);
  return link ? { zh: around(link.zh), en: around(link.en) } : {};
}

/**
 * @param {[number, number][]} spans
 * @returns {[number, number]}
 */
const around = spans => [spans[0][0], spans[spans.length - 1][1]];

/**
 * @param {import("./layers.js").Layered & Pick<State, "rows" | "cur" | "picked" | "pointed" | "help" | "els" | "act" | "askHelp" | "ui">} state
 */
export function teachWords(state) {
  const row = state.rows.get(state.cur);
  if (!row) return;
  const spans = findWords(state, row);
  const isPicked = state.picked?.row === row.id;
  const wordsOf = /** @param {Side} side */ side => {
    const span = spans[side];
    return span ? finalText(row, side).slice(...span) : "";
  };
  const startOf = /** @param {Side} side */ side => spans[side]?.[0] ?? -1;
  ask(state, {
    label: _("Words and terms"),
    fields: [
      { name: "zh", label: _("Chinese words"), value: wordsOf("zh"), required: true },
      { name: "en", label: _("English words"), value: wordsOf("en"), required: true },
      {
        name: "option",
        label: _("They are"),
        options: Object.keys(OPTIONS),
        value: isPicked || !spans.zh ? RIGHT : WRONG,
      },
    ],
    done: ({ zh, en, option }) => {
      state.picked = null;
      paintPicked(state);
      const starts = { zh: startOf("zh"), en: startOf("en") };
      state.act(
        "teach",
        { rows: [row.id], words: { zh, en }, starts, option: OPTIONS[option] },
        unchanged,
      );
      state.help.delete(row.id);
      state.askHelp(row.id, state.ui.panel);
    },
  });
}
