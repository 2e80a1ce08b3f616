// @ts-check
// What can change many rows: Python says which, the reader sees it, and only then it is done.
import { button, el } from "./dom.js";
import { closeLayer, openLayer } from "./layers.js";
import { LANG, N_, ngettext, numeral, _ } from "./texts.js";
import { SIDES } from "../model/text.js";

/** @typedef {Pick<State, "root" | "layer" | "home" | "act" | "say" | "revealed" | "els" | "paint" | "byChord" | "rows">} Previewing */

/** @type {Record<string, string>} */
const TITLES = {
  send: N_("Move text: what will change"),
  resolve: N_("Realign: what will change"),
  choose: N_("Use alternative: what will change"),
  undo: N_("Undo “{action}”: what will change"),
  redo: N_("Redo “{action}”: what will change"),
  restore: N_("Restore: what will change"),
};

/** @param {Way} way */
function describeWay({ rows, first, last, turns, after }) {
  const which = ngettext(
    "{count} row changes: row {first}",
    "{count} rows change: rows {first} to {last}",
    rows.length,
    { first: numeral(first), last: numeral(last) },
  );
  if (!after.length) return _("{rows}; all texts stay where they are", { rows: which });
  if (!turns) return _("{rows}, within one turn", { rows: which });
  return ngettext(
    "{rows}, across the start of {count} turn",
    "{rows}, across the starts of {count} turns",
    turns,
    { rows: which },
  );
}

/** @param {Way} way */
function buildAfter({ after, left_off: leftOff }) {
  const list = el("ol", "after");
  after.forEach((pair, at) => {
    const line = el("li");
    SIDES.forEach((side, n) => {
      const text = el("span", side, pair[n] || "—");
      text.lang = LANG[side];
      line.append(text);
    });
    if (leftOff && at === after.length - 1)
      list.append(el("li", "quiet", ngettext("{count} more row", "{count} more rows", leftOff)));
    list.append(line);
  });
  return list;
}

/**
 * @param {Previewing} state
 * @param {string[][]} marked
 */
const markRows = (state, marked) => {
  for (const node of state.root.querySelectorAll(".row.foreseen"))
    node.classList.remove("foreseen");
  for (const id of marked.flat()) state.els.get(id)?.classList.add("foreseen");
};

/**
 * Show what Python foresees. A plain key that is pressed twice confirms nothing: the focus is then
 * on Cancel.
 * @param {Previewing} state
 * @param {Foreseeing} wanted
 * @param {Foreseen} foreseen
 */
export function showPreview(state, { action, fields, chord }, { ways, refusal, seen, undone }) {
  if (!ways.length) {
    state.say(refusal || _("nothing to change"));
    return;
  }
  for (const id of ways.flatMap(way => way.rows)) state.revealed.add(id);
  state.paint();
  const box = el("div", "ask preview");
  const title = _(TITLES[action], { action: undone ?? "" });
  box.append(el("h2", "", title));
  const cancel = button(_("Cancel"), "", () => closeLayer(state));
  const moves = ways.map(way => {
    const move = () => {
      closeLayer(state);
      state.act(action, { ...fields, seen, across: way.across, target: way.target });
    };
    const label = ngettext("Change {count} row", "Change {count} rows", way.rows.length);
    const node = button(label, "", move);
    box.append(el("p", "", describeWay(way)), buildAfter(way), node);
    return node;
  });
  box.append(cancel);
  box.addEventListener("close", () => markRows(state, []));
  openLayer(state, box, title);
  markRows(state, [ways[0].rows]);
  // A move across turns is never the first answer; what is undone or restored was there before.
  const only = ways[0].turns && /^(send|resolve)$/.test(action) ? cancel : moves[0];
  (chord ? only : cancel).focus({ preventScroll: true });
}
