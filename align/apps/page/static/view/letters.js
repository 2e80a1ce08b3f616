// @ts-check
// Letters on the rows in view: a letter typed then goes to its row.
import { inView } from "./fit_window.js";
import { _ } from "./texts.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** @typedef {Pick<State, "letters" | "els" | "say">} Lettered */

/**
 * The rows that begin in view, from the top. A part of the rows that is out of view is passed over:
 * asking for the place of its rows would lay them out.
 * @param {Pick<State, "grid" | "box">} state
 */
function rowsInView(state) {
  const area = state.grid.getBoundingClientRect();
  /** @type {HTMLElement[]} */
  const found = [];
  for (const part of state.box.children) {
    const { top, bottom } = part.getBoundingClientRect();
    if (bottom < area.top || top > area.bottom) continue;
    /** @type {NodeListOf<HTMLElement>} */
    const rows = part.querySelectorAll(".row:not([hidden])");
    found.push(...[...rows].filter(row => inView(state, row)));
  }
  return found;
}

/**
 * Put a letter on each row that begins in view.
 * @param {Lettered & Pick<State, "grid" | "box" | "ui" | "toggle">} state
 */
export function showLetters(state) {
  if (state.ui.prose) state.toggle("prose");
  state.letters = new Map();
  const rows = rowsInView(state).slice(0, LETTERS.length);
  for (const [at, row] of rows.entries()) {
    row.dataset.letter = LETTERS[at];
    state.letters.set(LETTERS[at], row.dataset.id ?? "");
  }
  state.say(_("type the letter of a row to go there · Esc: cancel"));
}

/** @param {Lettered} state */
export function leaveLetters(state) {
  for (const id of state.letters?.values() ?? []) delete state.els.get(id)?.dataset.letter;
  state.letters = null;
  state.say("");
}

/**
 * Go to the row of a letter. Any other key ends the choice and is no command.
 * @param {Lettered & Pick<State, "rows" | "go">} state
 * @param {KeyboardEvent} event
 */
export function letterKey(state, event) {
  const isChord = event.ctrlKey || event.metaKey || event.altKey;
  const id = isChord ? undefined : state.letters?.get(event.key.toLowerCase());
  leaveLetters(state);
  if (id === undefined) return;
  if (!state.go(id)) state.say(_("This row no longer exists: it was merged, split or moved."));
}
