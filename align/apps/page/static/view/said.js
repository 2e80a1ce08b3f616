// @ts-check
// What was said about a row, above the row too: the line above all rows may be far from the eye.
// The row before is read already; the row at the cursor and those after it stay free.
import { el } from "./dom.js";

/** @typedef {Pick<State, "root" | "grid" | "els" | "cur" | "said" | "saying" | "saidLast">} Saying */

const FOR = 5000; // milliseconds

/**
 * Show words above the row at the cursor, once for each ``time`` that they are said.
 * @param {Saying} state
 * @param {string} words
 * @param {boolean} refused
 * @param {number} time the last operation that was answered
 */
export function sayAtRow(state, words, refused, time) {
  const last = words && `${time} ${words}`;
  if (last === state.saidLast) return;
  state.saidLast = last;
  hush(state);
  if (!words) return;
  const node = (state.said = el("div", refused ? "said refused" : "said"));
  node.setAttribute("aria-hidden", "true"); // the line above the rows is read out
  node.dataset.words = words;
  state.saying = setTimeout(() => hush(state), FOR);
  state.root.append(node);
  // Where its row comes to lie.
  requestAnimationFrame(() => requestAnimationFrame(() => placeSaid(state)));
}

/** @param {Saying} state */
export function hush(state) {
  clearTimeout(state.saying);
  state.said?.remove();
  state.said = null;
}

/** @param {Saying} state */
export function placeSaid({ root, grid, els, cur, said }) {
  const row = els.get(cur)?.getBoundingClientRect();
  const area = root.getBoundingClientRect();
  const seen = grid.getBoundingClientRect();
  if (!said) return;
  said.hidden = !row || row.bottom < seen.top || row.top > seen.bottom;
  if (!row || said.hidden) return;
  const above = Math.max(row.top - said.offsetHeight, seen.top);
  said.style.left = `${Math.max(seen.left, row.left + 48) - area.left}px`;
  said.style.top = `${above - area.top}px`;
}
