// @ts-check
// Shortcuts of a reviewer in the settings: click, press the key. A key of another command moves
// here only when asked; the keys of a command, or of all, can be put back.
import { giveKeys, isUsual, ownersOf } from "./model/bindings.js";
import { groupCommands, isNoKey, keyName, pretty } from "./model/keys.js";
import { nextNumber } from "./unanswered.js";
import { button, byId, el, find, focused } from "./view/dom.js";
import { _ } from "./view/texts.js";

/**
 * @param {BindingsState} state
 * @param {Record<string, string[]>} keys
 */
function save(state, keys) {
  state.data = {
    ...state.data,
    commands: state.data.commands.map(one => ({ ...one, keys: keys[one.name] ?? one.keys })),
  };
  state.waiting = "";
  state.clash = null;
  state.set("keys", { n: nextNumber(0), keys });
  paint(state);
}

/**
 * Give a command these keys, or ask first where other commands have some of them.
 * @param {BindingsState} state
 * @param {string} name
 * @param {string[]} keys
 */
function propose(state, name, keys) {
  state.waiting = "";
  state.words = "";
  state.clash = ownersOf(state.data.commands, name, keys).length ? { name, keys } : null;
  if (state.clash) paint(state);
  else save(state, giveKeys(state.data.commands, name, keys));
}

/**
 * @param {BindingsState} state
 * @param {Binding} command
 */
function startWaiting(state, command) {
  state.waiting = command.name;
  state.clash = null;
  state.words = "";
  paint(state);
}

/**
 * The key that is pressed while one is awaited; Escape leaves the shortcuts as they are.
 * @param {BindingsState} state
 * @param {KeyboardEvent} event
 */
function onKey(state, event) {
  const command = state.data.commands.find(one => one.name === state.waiting);
  if (!command || !state.root.isConnected || isNoKey(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const key = keyName(event);
  const reason = state.data.reserved[key];
  if (key === "Escape") {
    state.waiting = "";
    paint(state);
  } else if (reason) {
    state.words = _("{key}: {reason}", { key: pretty(key), reason });
    paint(state);
  } else propose(state, command.name, [...command.keys, key]);
}

/**
 * @param {BindingsState} state
 * @param {Binding} command
 * @param {string} key
 */
function buildKey(state, command, key) {
  const node = el("kbd", "", pretty(key));
  const name = _("Remove {key} from “{command}”", { key: pretty(key), command: command.label });
  node.append(
    button("×", name, () =>
      propose(
        state,
        command.name,
        command.keys.filter(one => one !== key),
      ),
    ),
  );
  return node;
}

/**
 * What is asked about keys that other commands have.
 * @param {BindingsState} state
 * @param {{ name: string, keys: string[] }} clash
 */
function buildClash(state, { name, keys }) {
  const box = el("p", "clash");
  const { commands } = state.data;
  box.setAttribute("role", "alert");
  for (const owner of ownersOf(commands, name, keys)) {
    const taken = owner.keys
      .filter(key => keys.includes(key))
      .map(pretty)
      .join(", ");
    box.append(_("{key} belongs to “{command}”.", { key: taken, command: owner.label }), " ");
  }
  box.append(
    button(_("Use it here"), "", () => save(state, giveKeys(commands, name, keys))),
    " ",
  );
  box.append(
    button(_("Cancel"), "", () => {
      state.clash = null;
      paint(state);
    }),
  );
  return box;
}

/**
 * @param {BindingsState} state
 * @param {Binding} command
 */
function buildCommand(state, command) {
  const line = el("div", "command");
  const keys = el("span", "keys");
  const waits = state.waiting === command.name;
  line.dataset.id = command.name;
  keys.append(...command.keys.map(key => buildKey(state, command, key)));
  const label = waits ? _("Press a key, or Esc") : "+";
  const name = _("Add a shortcut for “{command}”", { command: command.label });
  const add = button(label, waits ? "" : name, () => startWaiting(state, command));
  add.classList.add("add");
  keys.append(add);
  if (!isUsual(command))
    keys.append(
      button(
        "↺",
        _("Reset “{command}” to {keys}", {
          command: command.label,
          keys: command.usual.map(pretty).join(", ") || "—",
        }),
        () => propose(state, command.name, command.usual),
      ),
    );
  line.append(el("span", "name", command.label), keys);
  if (state.clash?.name === command.name) line.append(buildClash(state, state.clash));
  if (waits && state.words) {
    const told = el("p", "clash", state.words);
    told.setAttribute("role", "alert");
    line.append(told);
  }
  return line;
}

/** @param {BindingsState} state */
function paint(state) {
  const { commands, problem } = state.data;
  const at = focused(state)?.closest(".command")?.dataset.id ?? state.waiting;
  const parts = [...groupCommands(commands)].map(([group, members]) => {
    const part = el("section");
    part.append(el("h3", "", group), ...members.map(command => buildCommand(state, command)));
    return part;
  });
  const all = button(_("Reset all to defaults"), "", () =>
    save(state, Object.fromEntries(commands.map(one => [one.name, one.usual]))),
  );
  all.disabled = commands.every(isUsual);
  const told = el("p", "clash", problem);
  told.setAttribute("role", "alert");
  state.root.replaceChildren(...(problem ? [told] : []), ...parts, all);
  const line = at ? state.root.querySelector(byId(at)) : null;
  (line?.querySelector(".clash button") ?? line?.querySelector(".add"))?.focus({
    preventScroll: true,
  });
}

/** @param {BindingsState} state */
function listen(state) {
  const key = /** @param {KeyboardEvent} event */ event => onKey(state, event);
  const show = () => paint(state);
  // A click elsewhere ends the wait: the next key would surprise.
  const leave = /** @param {MouseEvent} event */ event => {
    if (!state.waiting || state.root.contains(/** @type {Node} */ (event.composedPath()[0])))
      return;
    state.waiting = "";
    paint(state);
  };
  document.addEventListener("keydown", key, true);
  document.addEventListener("mousedown", leave, true);
  window.addEventListener("align-texts", show);
  state.off = () => {
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("mousedown", leave, true);
    window.removeEventListener("align-texts", show);
    state.off = undefined;
  };
}

/** @param {BindingsComponent} component */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement & { __state?: BindingsState }} */ (
    find(parentElement, ".bindings")
  );
  const state = (root.__state ??= {
    root,
    data,
    set: setStateValue,
    waiting: "",
    clash: null,
    words: "",
  });
  state.data = data;
  state.set = setStateValue;
  if (!state.off) listen(state);
  paint(state);
  return () =>
    setTimeout(() => {
      if (!root.isConnected) state.off?.();
    }, 0);
}
