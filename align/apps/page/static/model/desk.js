// @ts-check
// The list of briefings: which lines are drawn, how it is sorted and filtered, what is selected.

/** @type {DeskColumn[]} */
export const COLUMNS = ["date", "en", "zh", "rows", "done", "wrong", "notes", "owners", "changed"];
/** @type {DeskColumn[]} */
const CHINESE_FIRST = ["date", "zh", "en", ...COLUMNS.slice(3)];
/**
 * The columns in the order of a reader: the title in the reader's own language comes first.
 * @param {string} lang
 */
export const columnsFor = lang => (lang.startsWith("zh") ? CHINESE_FIRST : COLUMNS);
const DESCENDING_FIRST = new Set(["date", "rows", "wrong", "notes", "changed"]);
export const USUAL = "-date";

/**
 * The order after a click on a column: the more interesting end first, then the other one.
 * @param {string} sort
 * @param {DeskColumn} column
 */
export function nextSort(sort, column) {
  const first = DESCENDING_FIRST.has(column) ? `-${column}` : column;
  if (sort !== first) return first;
  return first.startsWith("-") ? column : `-${column}`;
}

/**
 * What a column says to screen readers of the order.
 * @param {string} sort
 * @param {DeskColumn} column
 */
export function sortOf(sort, column) {
  if (sort === column) return "ascending";
  return sort === `-${column}` ? "descending" : "none";
}

// The numbers of the lines that are drawn: those in view, and some around them.
const AROUND = 12;

/** @param {{ top: number, height: number, line: number, count: number }} view */
export function linesInView({ top, height, line, count }) {
  const first = Math.max(0, Math.floor(top / line) - AROUND);
  return [first, Math.min(count, Math.ceil((top + height) / line) + AROUND)];
}

/**
 * Where the list must be scrolled to so that a line is in view; undefined if it is.
 * @param {number} at
 * @param {{ top: number, height: number, line: number }} view
 */
export function scrollTo(at, { top, height, line }) {
  if (at * line < top) return at * line;
  if ((at + 1) * line > top + height) return (at + 1) * line - height;
  return undefined;
}

/**
 * @param {string} search
 * @returns {DeskQuery}
 */
export function readQuery(search) {
  const query = new URLSearchParams(search);
  return {
    find: query.get("find") ?? "",
    part: query.get("part") ?? "all",
    sort: query.get("sort") ?? USUAL,
  };
}

/**
 * The query of the page with the filter and the order of the list, without their defaults.
 * @param {string} search
 * @param {DeskQuery} wanted
 */
export function writeQuery(search, { find, part, sort }) {
  const query = new URLSearchParams(search);
  for (const [name, value, usual] of [
    ["find", find, ""],
    ["part", part, "all"],
    ["sort", sort, USUAL],
  ]) {
    query.delete(name); // the order of the names is always the same
    if (value !== usual) query.append(name, value);
  }
  const words = query.toString();
  return words ? `?${words}` : "";
}

/**
 * Select a line, or deselect it; with ``from``, all lines from there as well.
 * @param {Set<string>} selected
 * @param {string[]} ids
 * @param {number} at
 * @param {number} from -1: only one line
 */
export function toggleLines(selected, ids, at, from) {
  const next = new Set(selected);
  const wanted = !selected.has(ids[at]);
  const start = from < 0 ? at : from;
  for (const id of ids.slice(Math.min(start, at), Math.max(start, at) + 1)) {
    if (wanted) next.add(id);
    else next.delete(id);
  }
  return next;
}

// How long ago a time was, as number and unit.
const UNITS = /** @type {const} */ ([
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
]);

/**
 * @param {number} seconds
 * @returns {[number, "year" | "month" | "day" | "hour" | "minute"]}
 */
export function ageOf(seconds) {
  for (const [unit, size] of UNITS) if (seconds >= size) return [Math.floor(seconds / size), unit];
  return [0, "minute"];
}
