// @ts-check
// Names of key presses, and what a key is for.

/**
 * Whether a press is no key of its own: a modifier, or one that an input method takes (229).
 * @param {Pick<KeyboardEvent, "isComposing" | "keyCode" | "key">} event
 */
export const isNoKey = event =>
  event.isComposing || event.keyCode === 229 || /^(Control|Shift|Alt|Meta)$/.test(event.key);

/**
 * The name of a key press as align/corpus/review/keys.py writes it.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} event
 */
export function keyName(event) {
  const key = event.key === " " ? "Space" : event.key;
  let name = "";
  if (event.ctrlKey || event.metaKey) name += "Control+";
  if (event.altKey) name += "Alt+";
  if (event.shiftKey && (key.length > 1 || /\p{L}/u.test(key))) name += "Shift+";
  return name + (name.includes("Control+") && key.length === 1 ? key.toLowerCase() : key);
}

/**
 * The name of a key as people read it.
 * @param {string} key
 */
export const pretty = key =>
  key
    .replace("Control", "Ctrl")
    .replace("ArrowUp", "↑")
    .replace("ArrowDown", "↓")
    .replace("ArrowLeft", "←")
    .replace("ArrowRight", "→");

/**
 * @param {Command[]} commands
 * @returns {Map<string, string>}
 */
export const bindKeys = commands =>
  new Map(commands.flatMap(command => command.keys.map(key => [key, command.name])));

/**
 * The first key of a command; undefined where it has none.
 * @param {Command[]} commands
 * @param {string} name
 */
export const keyOf = (commands, name) => commands.find(command => command.name === name)?.keys[0];

/**
 * Commands by their groups, both in the order in which they came.
 * @template {Command} T
 * @param {T[]} commands
 * @returns {Map<string, T[]>}
 */
export function groupCommands(commands) {
  const groups = new Map();
  for (const command of commands)
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return groups;
}

/**
 * Whether a label holds every word that was typed.
 * @param {string} label
 * @param {string} typed
 */
export const fitsWords = (label, typed) =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every(word => label.toLowerCase().includes(word));

const NO_LETTERS = /^(checkbox|radio|button|submit|reset|range)$/;
/**
 * What takes letters itself; a box to tick, a pill or a slider does not.
 * @param {{ isContentEditable?: boolean, tagName?: string, type?: string }} target
 */
export const typesInto = ({ isContentEditable = false, tagName = "", type = "" }) =>
  isContentEditable ||
  /^(TEXTAREA|SELECT)$/.test(tagName) ||
  (tagName === "INPUT" && !NO_LETTERS.test(type));

/** @type {Record<string, RegExp>} */
const ITS_OWN = {
  INPUT: /^(Enter|Space|Tab|Shift\+Tab|Home|End|Arrow\w+)$/,
  BUTTON: /^(Enter|Space|Tab|Shift\+Tab)$/,
  A: /^(Enter|Tab|Shift\+Tab)$/,
};
/**
 * Whether a key works the control that has the focus: it is never a command there.
 * @param {string | undefined} tagName
 * @param {string} key
 */
export const worksControl = (tagName, key) => ITS_OWN[tagName ?? ""]?.test(key) ?? false;

// Commands that can change many rows, and how long they wait after a briefing was opened: a key
// that was meant for the page before must not reach them.
const FAR_REACHING = new Set(["text-down", "text-up", "send", "resolve"]);
const SETTLING = 1000; // milliseconds
/**
 * @param {string | undefined} name
 * @param {string} key
 * @param {number} since milliseconds since the briefing was opened
 */
export const comesTooSoon = (name, key, since) =>
  since < SETTLING && (key === "Enter" || FAR_REACHING.has(name ?? ""));

const OPENS_TEXT = new Set([
  "edit",
  "flag",
  "annotate",
  "reply",
  "row",
  "row-in-view",
  "send",
  "link",
  "accept-many",
  "palette",
  "search",
]);
/**
 * Whether letters that follow a command are typed into something.
 * @param {string | undefined} name
 */
export const opensText = name => OPENS_TEXT.has(name ?? "");

/**
 * Whether a key is pressed together with Ctrl or Alt.
 * @param {string} key
 */
export const isChord = key => /^(Control|Alt)\+/.test(key);

const SAFE_WHILE_TYPING = /^(Control\+(Enter|ArrowUp|ArrowDown)|F\d+)$/;
/**
 * Whether a key cannot be mistaken for typing: it works in a text box too.
 * @param {string} key
 */
export const isSafeWhileTyping = key => SAFE_WHILE_TYPING.test(key);

/**
 * Where the focus goes in a list of items that goes round; undefined for a key that does not move
 * it.
 * @param {string} key
 * @param {number} at
 * @param {number} count
 * @param {{ ahead: string, back: string }} keys
 */
export function nextFocus(key, at, count, { ahead, back }) {
  const to = { [ahead]: at + 1, [back]: at - 1, Home: 0, End: -1 }[key];
  return to === undefined ? undefined : (to + count) % count;
}
