// @ts-check
// Small helpers. Text of the corpus only ever enters the page through textContent.
/** @type {<K extends keyof HTMLElementTagNameMap>(tag: K, cls?: string, text?: unknown) => HTMLElementTagNameMap[K]} */
const el = (tag, cls, text) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = shown(String(text));
  return node;
};
// Texts in the reader's language, as browser.js holds them; what stands in {} is filled in.
const texts = () => window.__alignTexts ?? { lang: "en", texts: {} };
/** @param {string} text @param {Record<string, unknown>} values */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
/** @param {string} text @param {Record<string, unknown>} [values] */
const _ = (text, values = {}) => fill(texts().texts[text] ?? text, values);
/** @param {string} text */
const N_ = text => text;
const formats = new Map(); // making one takes longer than using it
/** @param {number} count */
const numeral = count => {
  const { lang } = texts();
  if (!formats.has(lang)) formats.set(lang, new Intl.NumberFormat(lang));
  return formats.get(lang).format(count);
};
/** @param {string} one @param {string} many @param {number} count @param {Record<string, unknown>} [values] */
const ngettext = (one, many, count, values = {}) =>
  fill(texts().texts[one] ?? (count === 1 ? one : many), { count: numeral(count), ...values });
const LANG = { zh: "zh-Hans", en: "en" };
/** @type {Side[]} */
const SIDES = ["zh", "en"];
const GAP = { zh: "", en: " " };
// Invisible marks that turn the direction of text would let a sentence look like another one.
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** @param {string} text */
const shown = text => text.replace(BIDI, "\ufffd");
/** @param {Side} side */
const other = side => (side === "zh" ? "en" : "zh");
/** @param {Row} row @param {Side} side */
const names = (row, side) => row[side];
/** @param {Row} row @param {Side} side */
const finalText = (row, side) => row[side + "x"] ?? names(row, side).join(GAP[side]);
/** @param {Row} row @param {Side} side */
const published = (row, side) => names(row, side).join(GAP[side]);
/** @param {Row} row */
const kind = row => `${row.zh.length}-${row.en.length}`;
/** @param {number | null} p */
const percent = p => (p === null || p === undefined ? _("none") : `${Math.round(p * 100)}%`);
const STATUS = { unreviewed: N_("not reviewed"), accepted: N_("accepted"), rejected: N_("rejected"), flagged: N_("flagged") };
const MARK = { unreviewed: "", accepted: "✓", rejected: "✗", flagged: "⚑" };

// What this browser keeps between two loads of the page. A browser may forbid it, have no room for
// it, or hold a damaged value: the page then works without.
/** @typedef {"localStorage" | "sessionStorage"} Keeper */
/** @type {<T>(keeper: Keeper, key: string, otherwise: T) => T} */
const readKept = (keeper, key, otherwise) => {
  try {
    const value = JSON.parse(window[keeper].getItem(key) ?? "null");
    const fits = value !== null && Array.isArray(value) === Array.isArray(otherwise);
    return fits ? value : otherwise;
  } catch {
    return otherwise;
  }
};
/** @param {Keeper} keeper @param {string} key @param {unknown} value; null removes what is kept */
const writeKept = (keeper, key, value) => {
  try {
    if (value === null) window[keeper].removeItem(key);
    else window[keeper].setItem(key, JSON.stringify(value));
  } catch {
    // The text stays on the screen until the page is left.
  }
};

// Times of the server are UTC; people read those of their own clock.
/** @param {string} text */
const local = text => text.replace(/(\d\d):(\d\d):(\d\d) UTC/g, (_all, hour, minute, second) => new Date(new Date().setUTCHours(hour, minute, second)).toLocaleTimeString(texts().lang));
// A text in which what another text has otherwise is marked.
/** @param {Side} side @param {string} text @param {string} against */
function compared(side, text, against) {
  const [one, two] = [[...shown(text)], [...shown(against)]], node = el("span", side), least = Math.min(one.length, two.length);
  let start = 0, end = 0;
  while (start < least && one[start] === two[start]) start++;
  while (end < least - start && one.at(-1 - end) === two.at(-1 - end)) end++;
  const stop = one.length - end;
  node.append(one.slice(0, start).join(""), el("mark", "", one.slice(start, stop).join("")), one.slice(stop).join(""));
  node.lang = LANG[side];
  return node;
}
/** @param {State} S */
const focused = S => /** @type {ShadowRoot} */ (S.root.getRootNode()).activeElement;
// Where the keyboard rests when nothing else has it.
/** @param {State} S */
const home = S => (S.ui.prose ? S.columns[S.side] : S.grid).focus({ preventScroll: true });

/** @param {string} label @param {string} title @param {() => void} run */
function button(label, title, run) {
  const node = el("button", "", label);
  node.type = "button";
  if (title) { node.title = title; node.setAttribute("aria-label", title); }
  node.addEventListener("click", run);
  // A button that keeps the focus would swallow the next key.
  node.addEventListener("mousedown", event => event.preventDefault());
  return node;
}

// The name of a key press as align/corpus/review/keys.py writes it.
/** @param {KeyboardEvent} event */
function keyName(event) {
  const key = event.key === " " ? "Space" : event.key;
  let name = "";
  if (event.ctrlKey || event.metaKey) name += "Control+";
  if (event.altKey) name += "Alt+";
  if (event.shiftKey && (key.length > 1 || /\p{L}/u.test(key))) name += "Shift+";
  return name + (name.includes("Control+") && key.length === 1 ? key.toLowerCase() : key);
}
// What takes letters itself; a box to tick, a pill or a slider does not.
/** @param {HTMLElement & { type?: string }} target */
const typesInto = target =>
  target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName ?? "") ||
  (target.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset|range)$/.test(target.type));
// Keys that work the control which has the focus: they are never a command there.
const ITS_OWN = { INPUT: /^(Enter|Space|Tab|Shift\+Tab|Home|End|Arrow\w+)$/, BUTTON: /^(Enter|Space|Tab|Shift\+Tab)$/, A: /^(Enter|Tab|Shift\+Tab)$/ };
// Keys that cannot be mistaken for typing: they work in a text box too.
const SAFE_WHILE_TYPING = /^(Control\+(Enter|ArrowUp|ArrowDown)|F\d+)$/;

// The text nodes under an element, as ranges over its whole text.
/** @param {HTMLElement} root @param {number} start @param {number} end */
function rangeOver(root, start, end) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = new Range();
  let at = 0, begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node.textContent;
    if (!begun && start < at + length) { range.setStart(node, start - at); begun = true; }
    if (begun && end <= at + length) { range.setEnd(node, end - at); return range; }
    at += length;
  }
  return null;
}
/** @param {HTMLElement} root @param {string} needle */
function findText(root, needle) {
  const words = needle.trim().toLowerCase().split(/\s+/).join(" ");
  if (!words) return [];
  // Lower case may have another length than the text itself (İ); such a text is searched as it is.
  const text = root.textContent, lower = text.toLowerCase();
  const hay = lower.length === text.length ? lower : text, found = [];
  for (let at = hay.indexOf(words); at >= 0; at = hay.indexOf(words, at + words.length)) {
    const range = rangeOver(root, at, at + words.length);
    if (range) found.push(range);
  }
  return found;
}
/** @param {string} name @param {AbstractRange[]} ranges */
function highlight(name, ranges) {
  if (!window.Highlight) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}
