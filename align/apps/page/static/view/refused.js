// @ts-check
// Texts that Python refused: kept in this browser until their owner has saved or discarded them,
// also when the tab is closed. Conflicts, which ask what to do, last as long as the page.
import { readKept, writeKept } from "./storage.js";

const KEY = "review-refused";
/** @typedef {Record<string, string>} Texts */

/**
 * Other tabs of this browser keep texts, too.
 * @param {(texts: Texts) => void} edit
 */
function change(edit) {
  const texts = readKept("localStorage", KEY, /** @type {Texts} */ ({}));
  edit(texts);
  writeKept("localStorage", KEY, Object.keys(texts).length ? texts : null);
}

/** @extends {Map<string, string>} */
class RefusedTexts extends Map {
  /**
   * @param {string} cell
   * @param {string} text
   */
  set(cell, text) {
    change(texts => {
      texts[cell] = text;
    });
    return super.set(cell, text);
  }
  /** @param {string} cell */
  delete(cell) {
    change(texts => {
      delete texts[cell];
    });
    return super.delete(cell);
  }
}

/** @returns {Map<string, string>} */
export function readRefused() {
  const texts = new RefusedTexts();
  for (const [cell, text] of Object.entries(
    readKept("localStorage", KEY, /** @type {Texts} */ ({})),
  )) {
    Map.prototype.set.call(texts, cell, text);
  }
  return texts;
}
