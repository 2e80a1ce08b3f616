// @ts-check
// What opens over the table, at most one at a time: menu, list of keys, small questions.
import { selected } from "../model/cursor.js";
import { isPossible } from "../model/moves.js";
import { fitsWords, groupCommands, nextFocus, pretty } from "../model/keys.js";
import { button, el, focused, textOf } from "./dom.js";
import { _, N_ } from "./texts.js";

/** @typedef {Pick<State, "root" | "layer" | "home">} Layered */

/** @param {Layered} state */
export function closeLayer(state) {
  if (!state.layer) return;
  state.layer.dispatchEvent(new Event("close"));
  state.layer.remove();
  state.layer = null;
  state.home();
}

/**
 * @param {Layered} state
 * @param {HTMLElement} node
 * @param {string} label
 */
export function openLayer(state, node, label) {
  closeLayer(state);
  node.classList.add("layer");
  if (!node.hasAttribute("role")) {
    node.setAttribute("role", "dialog");
    node.setAttribute("aria-modal", "true");
  }
  node.setAttribute("aria-label", label);
  state.layer = node;
  state.root.append(node);
  const first = node.querySelector("select,input,button") ?? node;
  first.focus({ preventScroll: true });
  first.select?.(); // typing replaces the proposed value
}

/**
 * @param {string} title
 * @param {...(Node | string)} children
 */
export function section(title, ...children) {
  const node = el("section");
  node.append(el("h2", "", title), ...children);
  return node;
}

const EDITING = [
  ["Enter, F2", N_("Save")],
  ["Tab", N_("Save and edit the next row")],
  ["Alt+Enter", N_("Split the sentence at the cursor")],
  ["Escape", N_("Discard changes")],
];
export const MOUSE = [
  [N_("Drag the dots before a sentence"), N_("Move it to the row above or below")],
  [N_("Click the dots between two sentences"), N_("Split the row in two")],
  [N_("Drag the line between two rows"), N_("Move the sentences that it passes")],
  [N_("Drag the dots before a row number"), N_("Merge with the row above or below")],
];

/**
 * @param {Layered & { commands: Command[] }} state
 * @param {string[][]} [whileEditing] the keys of an open text, and what they do
 * @param {string[][]} [mouse] moves of the mouse, likewise
 */
export function showKeys(state, whileEditing = EDITING, mouse = []) {
  const box = el("div", "keys-list");
  const head = el("header");
  const columns = el("div", "columns");
  head.append(
    el("h2", "", _("Keyboard shortcuts")),
    button("×", _("Close"), () => closeLayer(state)),
  );
  box.append(head, columns);
  for (const [group, commands] of groupCommands(state.commands)) {
    const list = el("dl");
    commands.forEach(command => {
      const keys = el("dt");
      command.keys.forEach(key => keys.append(el("kbd", "", pretty(key)), " "));
      list.append(keys, el("dd", "", command.label));
    });
    columns.append(section(group, list));
  }
  for (const [title, lines] of /** @type {[string, string[][]][]} */ ([
    [_("While editing"), whileEditing],
    [_("Mouse"), mouse],
  ])) {
    const list = el("dl", lines === mouse ? "mouse" : "");
    lines.forEach(([keys, label]) => list.append(el("dt", "", _(keys)), el("dd", "", _(label))));
    if (lines.length) columns.append(section(title, list));
  }
  columns.append(el("p", "quiet", _("Change shortcuts in Settings. Press Esc to close.")));
  openLayer(state, box, _("Keyboard shortcuts"));
}

const MENU = [
  "accept",
  "accept-many",
  "reject",
  "flag",
  "annotate",
  "reply",
  "close-note",
  "reopen",
  "alone",
  "edit",
  "merge-up",
  "merge-down",
  "split",
  "split-choose",
  "split-inside",
  "shift-up",
  "shift-down",
  "text-up",
  "text-down",
  "send",
  "join",
  "link",
  "unlink",
  "resolve",
  "words",
  "put-back",
  "undo",
  "redo",
  "details",
  "next-briefing",
];

/**
 * @param {Layered & Pick<State, "run">} state
 * @param {Command} command
 */
function menuItem(state, command) {
  const item = button("", "", () => {
    closeLayer(state);
    state.run(command.name);
  });
  item.append(el("span", "", command.label), el("kbd", "", command.keys.map(pretty).join(" ")));
  return item;
}

/**
 * The moves that do something on the row at the cursor.
 * @param {Table & Cursor & Pick<State, "notes" | "data">} state
 */
function listMoves(state) {
  const row = state.rows.get(state.cur);
  if (!row) return [];
  const at = {
    row,
    side: state.side,
    sentence: state.sentence,
    place: state.place.get(state.cur) ?? 0,
    count: state.order.length,
    notes: state.notes(row),
    isRealigned: row.id in state.data.realigned,
    several: selected(state, state).length > 1,
  };
  return MENU.filter(name => isPossible(name, at) && (name !== "undo" || state.data.undo !== null));
}

/**
 * @param {Layered & Table & Cursor & Pick<State, "run" | "commands" | "notes" | "data">} state
 * @param {number} x
 * @param {number} y
 */
export function showMenu(state, x, y) {
  const box = el("div", "menu");
  box.setAttribute("role", "menu");
  for (const command of listMoves(state).flatMap(
    name => state.commands.find(one => one.name === name) ?? [],
  )) {
    const item = menuItem(state, command);
    item.setAttribute("role", "menuitem");
    box.append(item);
  }
  openLayer(state, box, _("All actions"));
  const area = state.root.getBoundingClientRect();
  box.style.left = `${Math.max(0, Math.min(x - area.left, area.width - box.offsetWidth - 4))}px`;
  box.style.top = `${Math.max(0, Math.min(y - area.top, area.height - box.offsetHeight - 4))}px`;
}

/**
 * All commands by any part of their names.
 * @param {Layered & Pick<State, "run" | "commands">} state
 */
export function showPalette(state) {
  const box = el("div", "menu palette");
  const input = el("input");
  const items = state.commands.map(command => menuItem(state, command));
  input.setAttribute("aria-label", _("Find a command"));
  input.placeholder = _("Find a command");
  input.oninput = () => {
    for (const item of items) item.hidden = !fitsWords(textOf(item), input.value);
  };
  box.append(input, ...items);
  openLayer(state, box, _("Find a command"));
}

/**
 * @param {Pick<State, "root">} state
 * @param {HTMLElement} layer
 * @param {KeyboardEvent} event
 */
function menuKey(state, layer, event) {
  /** @type {HTMLElement[]} */
  const items = [...layer.querySelectorAll("button:not([hidden])")];
  const at = items.findIndex(item => item === focused(state));
  if (event.key === "Enter" && at < 0) {
    items[0]?.click();
    return true;
  }
  if (at < 0 && /^(Home|End)$/.test(event.key)) return false; // they belong to the field above
  const to = nextFocus(event.key, event.key === "ArrowUp" ? Math.max(at, 0) : at, items.length, {
    ahead: "ArrowDown",
    back: "ArrowUp",
  });
  if (to !== undefined) items.at(to)?.focus();
  return to !== undefined;
}

/**
 * Tab goes round within what is open.
 * @param {Pick<State, "root">} state
 * @param {HTMLElement} layer
 * @param {boolean} back
 */
function cycleFocus(state, layer, back) {
  /** @type {HTMLElement[]} */
  const items = [...layer.querySelectorAll("button, input, select")];
  const at = items.findIndex(item => item === focused(state));
  items.at((at + (back ? -1 : 1)) % items.length)?.focus();
}

/**
 * A key while a layer is open.
 * @param {Layered} state
 * @param {HTMLElement} layer
 * @param {KeyboardEvent} event
 * @param {HTMLElement} target
 * @param {() => void} stop
 */
export function layerKey(state, layer, event, target, stop) {
  if (event.key === "Escape") {
    closeLayer(state);
    stop();
  } else if (event.key === "Tab") {
    cycleFocus(state, layer, event.shiftKey);
    stop();
  } else if (event.key === "Enter" && target instanceof HTMLSelectElement) {
    target.form?.requestSubmit();
    stop();
  } // as in a field
  else if (layer.classList.contains("menu") && menuKey(state, layer, event)) stop();
  else event.stopImmediatePropagation();
}

/**
 * Ask before something is done; after a plain key the focus is on Cancel.
 * @param {Layered} state
 * @param {string} label
 * @param {string} words
 * @param {boolean} chord
 * @param {() => void} done
 */
export function confirm(state, label, words, chord, done) {
  const box = el("div", "ask");
  const ok = button(_("OK"), "", () => {
    closeLayer(state);
    done();
  });
  const cancel = button(_("Cancel"), "", () => closeLayer(state));
  box.append(el("h2", "", label), el("p", "", words), ok, " ", cancel);
  openLayer(state, box, label);
  (chord ? ok : cancel).focus({ preventScroll: true });
}

/**
 * Ask for some values. ``foresee`` returns in words what they will do; ``keep`` gets the values at
 * each change, and null at the end.
 * @param {Layered} state
 * @param {Question} question
 */
export function ask(state, { label, fields, done, foresee, keep }) {
  const box = el("div", "ask");
  const form = el("form");
  box.append(form);
  form.append(el("h2", "", label), ...fields.map(buildField));
  const values = () =>
    /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  if (foresee) {
    const words = el("p", "quiet");
    words.setAttribute("role", "status");
    form.append(words);
    const say = () => {
      words.textContent = foresee(values());
    };
    form.oninput = say;
    say();
  }
  if (keep) {
    form.oninput = () => keep(values());
    box.addEventListener("close", () => keep(null));
  }
  const ok = el("button", "primary", _("OK"));
  ok.type = "submit";
  form.append(
    ok,
    button(_("Cancel"), "", () => closeLayer(state)),
  );
  form.addEventListener("submit", event => {
    event.preventDefault();
    const given = values();
    closeLayer(state);
    done(given);
  });
  openLayer(state, box, label);
}

/** @param {Field} field */
function buildField({ name, label, value = "", options, type, step = "1", required = false }) {
  const line = el("label", "", label);
  if (options) {
    const list = el("select");
    list.name = name;
    for (const one of options) {
      const option = el("option", "", _(one));
      option.value = one;
      list.append(option);
    }
    if (value) list.value = String(value);
    line.append(list);
    return line;
  }
  const input = el("input");
  input.name = name;
  input.value = String(value);
  if (required) {
    input.required = true;
    input.pattern = ".*\\S.*";
  }
  if (type) {
    input.type = type;
    input.required = true;
    input.step = step;
  }
  line.append(input);
  return line;
}
