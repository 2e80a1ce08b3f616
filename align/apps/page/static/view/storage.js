// @ts-check
// Values that this browser keeps between two loads of the page. The page works without them if the
// browser forbids storage, has no room, or has a damaged value.
/** @typedef {"localStorage" | "sessionStorage"} Keeper */

/** @type {<T>(keeper: Keeper, key: string, otherwise: T) => T} */
export const readKept = (keeper, key, otherwise) => {
  try {
    const value = JSON.parse(window[keeper].getItem(key) ?? "null");
    const fits = value !== null && Array.isArray(value) === Array.isArray(otherwise);
    return fits ? value : otherwise;
  } catch {
    return otherwise;
  }
};
/**
 * @param {Keeper} keeper
 * @param {string} key
 * @param {unknown} value; null removes what is kept
 */
export const writeKept = (keeper, key, value) => {
  try {
    if (value === null) window[keeper].removeItem(key);
    else window[keeper].setItem(key, JSON.stringify(value));
  } catch {
    // The text stays on the screen until the page is left.
  }
};
/**
 * The keys under which something is kept, and that begin so.
 * @param {Keeper} keeper
 * @param {string} start
 * @returns {string[]}
 */
export const keysKept = (keeper, start) => {
  try {
    return Object.keys(window[keeper]).filter(key => key.startsWith(start));
  } catch {
    return [];
  }
};
