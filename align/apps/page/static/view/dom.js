// @ts-check
// Small helpers. Text of the corpus only ever enters the page through textContent.
import { compareTexts, findPlaces, shown } from "../model/text.js";
import { LANG } from "./texts.js";

/** @type {<K extends keyof HTMLElementTagNameMap>(tag: K, cls?: string, text?: unknown) => HTMLElementTagNameMap[K]} */
export const el = (tag, cls, text) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = shown(String(text));
  return node;
};
/**
 * Find what is always there.
 * @param {ParentNode} root
 * @param {string} selector
 */
export const find = (root, selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
/** @param {Node} node */
export const textOf = node => node.textContent ?? "";

/**
 * A text in which what another text has otherwise is marked.
 * @param {Side} side
 * @param {string} text
 * @param {string} against
 */
export function compared(side, text, against) {
  const [before, changed, after] = compareTexts(shown(text), shown(against));
  const node = el("span", side);
  node.append(before, el("mark", "", changed), after);
  node.lang = LANG[side];
  return node;
}

/** @param {{ root: HTMLElement }} screen */
export const focused = ({ root }) => /** @type {ShadowRoot} */ (root.getRootNode()).activeElement;
/**
 * Where the keyboard rests when nothing else has it.
 * @param {Pick<State, "ui" | "columns" | "side" | "grid">} table
 */
export const home = ({ ui, columns, side, grid }) =>
  (ui.prose ? columns[side] : grid).focus({ preventScroll: true });

/**
 * @param {string} label
 * @param {string} title
 * @param {() => void} run
 */
export function button(label, title, run) {
  const node = el("button", "", label);
  node.type = "button";
  if (title) {
    node.title = title;
    node.setAttribute("aria-label", title);
  }
  node.addEventListener("click", run);
  // A button that keeps the focus would swallow the next key.
  node.addEventListener("mousedown", event => event.preventDefault());
  return node;
}

/**
 * The text nodes under an element, as a range over its whole text.
 * @param {HTMLElement} root
 * @param {number} start
 * @param {number} end
 */
export function rangeOver(root, start, end) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = new Range();
  let at = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = textOf(node);
    if (!begun && start < at + length) {
      range.setStart(node, start - at);
      begun = true;
    }
    if (begun && end <= at + length) {
      range.setEnd(node, end - at);
      return range;
    }
    at += length;
  }
  return null;
}

/**
 * @param {HTMLElement} root
 * @param {string} sought
 */
export const findText = (root, sought) =>
  findPlaces(textOf(root), sought).flatMap(([start, end]) => rangeOver(root, start, end) ?? []);

/**
 * @param {string} name
 * @param {AbstractRange[]} ranges
 */
export function highlight(name, ranges) {
  if (!window.Highlight) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

/** @param {string} id */
export const byId = id => `[data-id="${CSS.escape(id)}"]`;
