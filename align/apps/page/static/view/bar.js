// @ts-check
// The bar of moves, and the words about the last one.
import { keyOf, nextFocus, pretty } from "../model/keys.js";
import { button, el, focused } from "./dom.js";
import { readKept, writeKept } from "./storage.js";
import { _, N_, ngettext } from "./texts.js";

const HINTS = "keys-on-buttons";

/** @type {([string, string, string] | null)[]} */
const BAR = [
  ["accept", "✓", N_("Accept")],
  ["reject", "✗", N_("Reject")],
  ["flag", "⚑", N_("Flag")],
  null,
  ["merge-up", "⤴", N_("Merge up")],
  ["merge-down", "⤵", N_("Merge down")],
  ["split", "÷", N_("Split")],
  ["split-inside", "✂", N_("Split in text")],
  ["shift-up", "↟", N_("First up")],
  ["shift-down", "↡", N_("Last down")],
  ["alone", "∅", N_("No translation")],
  null,
  ["edit", "✎", N_("Edit")],
  ["resolve", "⟳", N_("Realign")],
  ["open", "→", N_("Open")],
  null,
  ["undo", "↶", "Undo"],
  ["redo", "↷", ""],
  null,
  ["mode", "¶", N_("Reading view")],
  ["details", "ⓘ", N_("Details")],
  ["menu", "⋯", N_("More")],
  ["keys", "?", ""],
];
/** @param {HTMLElement} node */
const isGap = node => node.className === "gap";

/** @param {Pick<State, "root" | "bar" | "commands" | "run">} state */
export function buildBar({ root, bar, commands, run }) {
  showHints({ root });
  const nodes = BAR.flatMap(entry => {
    if (!entry) return el("span", "gap");
    const [name, sign, english] = entry;
    const command = commands.find(one => one.name === name);
    return command ? buildMove(command, sign, english && _(english), () => run(name)) : [];
  });
  // A page without the moves of a group needs no gap around it.
  bar.replaceChildren(
    ...nodes.filter((node, at) => !isGap(node) || (at > 0 && !isGap(nodes[at - 1]))),
  );
  const first = bar.querySelector("button");
  if (first) first.tabIndex = 0;
}

/**
 * @param {Command} command
 * @param {string} sign
 * @param {string} label
 * @param {() => void} run
 */
function buildMove(command, sign, label, run) {
  const keys = command.keys.map(pretty).join(", ");
  const node = button("", `${command.label} (${keys})`, run);
  node.setAttribute(
    "aria-label",
    `${label && !command.label.startsWith(label) ? `${label}: ` : ""}${command.label}`,
  );
  if (keys) node.setAttribute("aria-keyshortcuts", command.keys.join(" "));
  node.dataset.command = command.name;
  const icon = el("span", "sign", sign);
  icon.setAttribute("aria-hidden", "true");
  node.append(icon);
  if (label) node.append(el("span", "label", label));
  const [key] = command.keys;
  if (key && key !== sign) node.append(buildHint(key));
  node.tabIndex = -1;
  return node;
}

/**
 * The key on a button, until the reviewer turns keys off.
 * @param {string} key
 */
function buildHint(key) {
  const hint = el("kbd", "hint", pretty(key));
  hint.setAttribute("aria-hidden", "true");
  return hint;
}

/** @param {{ root: HTMLElement }} screen */
const showHints = ({ root }) =>
  root.classList.toggle("no-hints", readKept("localStorage", HINTS, [1]).length === 0);

/** @param {{ root: HTMLElement }} screen */
export function toggleHints(screen) {
  const shown = readKept("localStorage", HINTS, [1]).length > 0;
  writeKept("localStorage", HINTS, shown ? [] : [1]);
  showHints(screen);
}

/**
 * The bar is one stop of the Tab key; the arrows go within.
 * @param {Pick<State, "root" | "bar">} state
 * @param {KeyboardEvent} event
 */
export function barKey(state, event) {
  const items = [...state.bar.querySelectorAll("button")].filter(one => one.offsetParent);
  const at = items.findIndex(one => one === focused(state));
  const to = nextFocus(event.key, at, items.length, { ahead: "ArrowRight", back: "ArrowLeft" });
  if (at < 0 || to === undefined) return false;
  items[at].tabIndex = -1;
  items[to].tabIndex = 0;
  items[to].focus();
  return true;
}

// The names of finished actions, shown with the key that undoes them; Python names what was undone.
/** @type {Record<string, string>} */
const DONE = {
  accept: N_("accepted"),
  "accept-many": N_("accepted"),
  reject: N_("rejected"),
  flag: N_("flagged"),
  reopen: N_("reopened"),
  annotate: N_("note added"),
  reply: N_("reply added"),
  "close-note": N_("note resolved"),
  teach: N_("words noted"),
  alone: N_("marked untranslated"),
  edit: N_("edited"),
  merge: N_("merged"),
  split: N_("split"),
  shift: N_("sentence moved"),
  send: N_("text moved"),
  cut: N_("sentence split"),
  join: N_("sentences joined"),
  link: N_("cross-linked"),
  unlink: N_("cross-link removed"),
  resolve: N_("realigned"),
  choose: N_("alternative applied"),
  restore: N_("restored"),
  "put-back": N_("put back"),
};

/**
 * @param {Pick<State, "place" | "commands">} state
 * @param {string} action
 * @param {string[]} [rows]
 */
export function describeMove({ place, commands }, action, rows = []) {
  const at = place.get(rows[0]);
  if (at === undefined) return "";
  const many = rows.length > 1 && !/^(merge|send)$/.test(action);
  return describeDone(
    commands,
    action,
    many
      ? ngettext("{count} row", "{count} rows", rows.length)
      : _("row {number}", { number: at + 1 }),
  );
}

/**
 * @param {Command[]} commands
 * @param {string} action
 * @param {string} what the rows, in words
 */
export function describeDone(commands, action, what) {
  return DONE[action]
    ? _("{what} {done}", { what, done: _(DONE[action]) }) + tellUndo(commands)
    : "";
}

/** @param {Command[]} commands */
export function tellUndo(commands) {
  const key = keyOf(commands, "undo");
  return key ? _("; press {key} to undo", { key: pretty(key) }) : "";
}
