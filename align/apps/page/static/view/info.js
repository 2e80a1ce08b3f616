// @ts-check
// The line above the rows: how far the review is, what waits, what was just said.
import { keyOf, pretty } from "../model/keys.js";
import { isLate } from "../model/queue.js";
import { countStatuses } from "../model/rows.js";
import { shown } from "../model/text.js";
import { button, el, find } from "./dom.js";
import { listPlaces } from "./outline.js";
import { sayAtRow } from "./said.js";
import { _, local, ngettext, numeral } from "./texts.js";

/** @typedef {{ label: string, open: () => void }} Plot */
/** @typedef {{ parts: string[], words: string, refused: boolean, rest?: string[], mode?: Mode | null, plot?: Plot }} Line */
/** @typedef {Pick<State, "unreachable" | "loggedOut" | "firstPending"> & { pend: { length: number } }} Waiting */
/** @typedef {Pick<State, "order" | "shown" | "pend" | "firstPending" | "unreachable" | "loggedOut" | "commands" | "data" | "words" | "note" | "place" | "askErrors" | "ui">} Said */

/**
 * Edited rows look as if no edit had been saved, so this stays as long as they do.
 * @param {Command[]} commands
 */
function sayOriginal(commands) {
  const key = commands.find(one => one.name === "original")?.keys[0];
  if (!key) return _("original text shown, without edits");
  return _("original text shown, without edits; press {key} to return", { key: pretty(key) });
}

/**
 * What is counted; in a mode there is no room for most of it.
 * @param {Said} state
 * @param {boolean} brief
 * @param {Record<Status, number>} counts
 */
function sayCounts({ order, shown: sought, commands, ui }, brief, counts) {
  const all = order.length;
  const done = all - counts.unreviewed;
  const parts = [];
  if (sought) parts.push(_("{number} shown", { number: numeral(sought.size) }));
  if (brief) return parts;
  if (ui.original) parts.push(sayOriginal(commands));
  parts.push(_("{done} of {all} reviewed", { done: numeral(done), all: numeral(all) }));
  if (counts.rejected) parts.push(_("{number} rejected", { number: numeral(counts.rejected) }));
  if (counts.flagged) parts.push(_("{number} flagged", { number: numeral(counts.flagged) }));
  const next = commands.find(one => one.name === "next-briefing");
  if (done && done === all && next?.keys.length)
    parts.push(`${pretty(next.keys[0])}: ${next.label}`);
  return parts;
}

/**
 * The counts, with the decisions that wait to be sent or why they cannot be sent.
 * @param {Waiting} state
 * @param {string[]} counted
 */
export function sayWaiting({ unreachable, loggedOut, pend, firstPending }, counted) {
  if (unreachable && loggedOut)
    return [
      _(
        "Access expired: in another tab, log in or open the URL printed by align view; nothing is lost",
      ),
      ...counted,
    ];
  if (unreachable)
    return [
      ngettext(
        "Offline: {count} decision saved in this browser",
        "Offline: {count} decisions saved in this browser",
        pend.length,
      ),
      ...counted,
    ];
  if (!pend.length || !isLate(firstPending, performance.now())) return counted;
  return [
    ...counted,
    _("{number} unsaved, waiting for the server; nothing is lost", { number: pend.length }),
  ];
}

/**
 * Who else has the briefing open, and at which rows.
 * @param {Pick<State, "data" | "place">} state
 */
function sayOthers(state) {
  const names = [
    ...state.data.people.filter(name => !(name in state.data.places)),
    ...listPlaces(state),
  ];
  return names.length ? _("also here: {names}", { names: names.join(", ") }) : "";
}

/**
 * What the aligner realigned after the last decision, and the key that puts it back.
 * @param {Pick<State, "data" | "commands">} state
 */
function sayRealigned({ data, commands }) {
  const key = keyOf(commands, "put-back");
  if (!data.realigned_msg || !key) return data.realigned_msg;
  return data.realigned_msg + _("; press {key} to put back", { key: pretty(key) });
}

/**
 * @param {Said & Pick<State, "root" | "info" | "infoSignature" | "letters"> & import("./said.js").Saying} state
 * @param {Mode | null} mode
 */
export function paintInfo(state, mode) {
  const counts = countStatuses(state.order);
  const { data } = state;
  const all = state.order.length;
  state.firstPending = state.pend.length ? (state.firstPending ?? performance.now()) : undefined;
  const parts = sayWaiting(state, sayCounts(state, !!mode, counts));
  const rest = [data.promise, sayOthers(state), shown(data.news.words)];
  const told = local(data.msg) || sayRealigned(state);
  const words = state.words || told || state.note;
  const refused = data.refused.length > 0 && !state.words;
  find(state.root, ".progress").style.setProperty(
    "--done",
    `${all ? (all - counts.unreviewed) / all : 1}`,
  );
  const chooses = (mode && !mode.types) || state.letters; // nothing covers the rows to choose from
  if (!chooses) sayAtRow(state, state.words || told, refused, data.ack);
  showLine(state, {
    parts,
    words,
    refused,
    rest,
    mode,
    plot: { label: data.promise, open: state.askErrors },
  });
}

/**
 * Show a line. New messages come first, because the end is cut off where there is no room.
 * @param {Pick<State, "info" | "infoSignature">} state
 * @param {Line} line
 */
export function showLine(state, { parts, words, refused, rest = [], mode = null, plot }) {
  const said = [...parts, words, ...rest].filter(Boolean);
  const signature = JSON.stringify([mode?.label, said, refused]);
  if (signature === state.infoSignature) return; // a button on which the pointer is held down stays
  state.infoSignature = signature;
  const piece = /** @param {string} one */ one =>
    plot && one === plot.label
      ? buildPlot(plot)
      : el("span", one === words ? `words${refused ? " refused" : ""}` : "", one);
  const pieces = said.flatMap((one, at) => [at ? " · " : "", piece(one)]);
  state.info.classList.toggle("mode", !!mode && !mode.types);
  state.info.replaceChildren(...(mode ? buildAnswers(mode) : []), ...pieces);
  state.info.title = said.join(" · "); // where it is longer than there is room for
}

/**
 * The errors that are left, and behind them the plot of those expected and found.
 * @param {Plot} plot
 */
function buildPlot({ label, open }) {
  const node = button(label, "", open);
  node.className = "plot";
  return node;
}

/** @param {Mode} mode */
function buildAnswers({ label, press }) {
  const answer = /** @param {string} name @param {string} key */ (name, key) =>
    button(name, "", () => press(new KeyboardEvent("keydown", { key })));
  return [answer(label, "Enter"), " ", answer(_("Cancel"), "Escape"), " "];
}
