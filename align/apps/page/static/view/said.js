// @ts-check
// What was said about a row, below the row too: the line above all rows may be far from the eye.
import { el } from "./dom.js";

/** @typedef {Pick<State, "root" | "grid" | "els" | "cur" | "said" | "saying" | "saidLast">} Saying */

const FOR = 5000; // milliseconds

// Show words below the row at the cursor, once for each ``time`` that they are said.
/** @param {Saying} S @param {string} words @param {boolean} refused @param {number} time the last operation that was answered */
export function sayAtRow(S, words, refused, time) {
  const last = words && `${time} ${words}`;
  if (last === S.saidLast) return;
  S.saidLast = last;
  hush(S);
  if (!words) return;
  const node = (S.said = el("div", refused ? "said refused" : "said"));
  node.setAttribute("aria-hidden", "true"); // the line above the rows is read out
  node.dataset.words = words;
  S.saying = setTimeout(() => hush(S), FOR);
  S.root.append(node);
  requestAnimationFrame(() => requestAnimationFrame(() => placeSaid(S))); // where its row comes to lie
}
/** @param {Saying} S */
export function hush(S) {
  clearTimeout(S.saying);
  S.said?.remove();
  S.said = null;
}
/** @param {Saying} S */
export function placeSaid({ root, grid, els, cur, said }) {
  const row = els.get(cur)?.getBoundingClientRect(), area = root.getBoundingClientRect(), seen = grid.getBoundingClientRect();
  if (!said) return;
  said.hidden = !row || row.bottom < seen.top || row.top > seen.bottom;
  if (!row || said.hidden) return;
  const below = Math.min(row.bottom, seen.bottom - said.offsetHeight);
  said.style.left = `${Math.max(seen.left, row.left + 48) - area.left}px`;
  said.style.top = `${below - area.top}px`;
}
