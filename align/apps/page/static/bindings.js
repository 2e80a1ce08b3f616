// @ts-check
// Shortcuts of a reviewer in the settings: click, press the key. A key of another command moves here
// only when asked; the keys of a command, or of all, can be put back.
import { giveKeys, isUsual, ownersOf } from "./model/bindings.js";
import { groupCommands, isNoKey, keyName, pretty } from "./model/keys.js";
import { nextNumber } from "./unanswered.js";
import { button, byId, el, find, focused } from "./view/dom.js";
import { _ } from "./view/texts.js";

/** @param {BindingsState} S @param {Record<string, string[]>} keys */
function save(S, keys) {
  S.data = { ...S.data, commands: S.data.commands.map(one => ({ ...one, keys: keys[one.name] ?? one.keys })) };
  S.waiting = "";
  S.clash = null;
  S.set("keys", { n: nextNumber(0), keys });
  paint(S);
}
// Give a command these keys, or ask first where other commands have some of them.
/** @param {BindingsState} S @param {string} name @param {string[]} keys */
function propose(S, name, keys) {
  S.waiting = "";
  S.words = "";
  S.clash = ownersOf(S.data.commands, name, keys).length ? { name, keys } : null;
  if (S.clash) paint(S);
  else save(S, giveKeys(S.data.commands, name, keys));
}
/** @param {BindingsState} S @param {Binding} command */
function startWaiting(S, command) {
  S.waiting = command.name;
  S.clash = null;
  S.words = "";
  paint(S);
}
// The key that is pressed while one is awaited; Escape leaves the shortcuts as they are.
/** @param {BindingsState} S @param {KeyboardEvent} event */
function onKey(S, event) {
  const command = S.data.commands.find(one => one.name === S.waiting);
  if (!command || !S.root.isConnected || isNoKey(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const key = keyName(event), reason = S.data.reserved[key];
  if (key === "Escape") {
    S.waiting = "";
    paint(S);
  } else if (reason) {
    S.words = _("{key}: {reason}", { key: pretty(key), reason });
    paint(S);
  } else propose(S, command.name, [...command.keys, key]);
}
/** @param {BindingsState} S @param {Binding} command @param {string} key */
function buildKey(S, command, key) {
  const node = el("kbd", "", pretty(key)), name = _("Remove {key} from “{command}”", { key: pretty(key), command: command.label });
  node.append(button("×", name, () => propose(S, command.name, command.keys.filter(one => one !== key))));
  return node;
}
// What is asked about keys that other commands have.
/** @param {BindingsState} S @param {{ name: string, keys: string[] }} clash */
function buildClash(S, { name, keys }) {
  const box = el("p", "clash"), { commands } = S.data;
  box.setAttribute("role", "alert");
  for (const owner of ownersOf(commands, name, keys)) {
    const taken = owner.keys.filter(key => keys.includes(key)).map(pretty).join(", ");
    box.append(_("{key} belongs to “{command}”.", { key: taken, command: owner.label }), " ");
  }
  box.append(button(_("Use it here"), "", () => save(S, giveKeys(commands, name, keys))), " ");
  box.append(button(_("Cancel"), "", () => { S.clash = null; paint(S); }));
  return box;
}
/** @param {BindingsState} S @param {Binding} command */
function buildCommand(S, command) {
  const line = el("div", "command"), keys = el("span", "keys"), waits = S.waiting === command.name;
  line.dataset.id = command.name;
  keys.append(...command.keys.map(key => buildKey(S, command, key)));
  const label = waits ? _("Press a key, or Esc") : "+", name = _("Add a shortcut for “{command}”", { command: command.label });
  const add = button(label, waits ? "" : name, () => startWaiting(S, command));
  add.classList.add("add");
  keys.append(add);
  if (!isUsual(command)) keys.append(button("↺", _("Reset “{command}” to {keys}", { command: command.label, keys: command.usual.map(pretty).join(", ") || "—" }), () => propose(S, command.name, command.usual)));
  line.append(el("span", "name", command.label), keys);
  if (S.clash?.name === command.name) line.append(buildClash(S, S.clash));
  if (waits && S.words) {
    const told = el("p", "clash", S.words);
    told.setAttribute("role", "alert");
    line.append(told);
  }
  return line;
}
/** @param {BindingsState} S */
function paint(S) {
  const { commands, problem } = S.data, at = focused(S)?.closest(".command")?.dataset.id ?? S.waiting;
  const parts = [...groupCommands(commands)].map(([group, members]) => {
    const part = el("section");
    part.append(el("h3", "", group), ...members.map(command => buildCommand(S, command)));
    return part;
  });
  const all = button(_("Reset all to defaults"), "", () => save(S, Object.fromEntries(commands.map(one => [one.name, one.usual]))));
  all.disabled = commands.every(isUsual);
  const told = el("p", "clash", problem);
  told.setAttribute("role", "alert");
  S.root.replaceChildren(...(problem ? [told] : []), ...parts, all);
  const line = at ? S.root.querySelector(byId(at)) : null;
  (line?.querySelector(".clash button") ?? line?.querySelector(".add"))?.focus({ preventScroll: true });
}
/** @param {BindingsState} S */
function listen(S) {
  const key = /** @param {KeyboardEvent} event */ event => onKey(S, event), show = () => paint(S);
  // A click elsewhere ends the wait: the next key would surprise.
  const leave = /** @param {MouseEvent} event */ event => {
    if (!S.waiting || S.root.contains(/** @type {Node} */ (event.composedPath()[0]))) return;
    S.waiting = "";
    paint(S);
  };
  document.addEventListener("keydown", key, true);
  document.addEventListener("mousedown", leave, true);
  window.addEventListener("align-texts", show);
  S.off = () => {
    document.removeEventListener("keydown", key, true);
    document.removeEventListener("mousedown", leave, true);
    window.removeEventListener("align-texts", show);
    S.off = undefined;
  };
}
/** @param {BindingsComponent} component */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement & { __state?: BindingsState }} */ (find(parentElement, ".bindings"));
  const S = (root.__state ??= { root, data, set: setStateValue, waiting: "", clash: null, words: "" });
  S.data = data;
  S.set = setStateValue;
  if (!S.off) listen(S);
  paint(S);
  return () => setTimeout(() => { if (!root.isConnected) S.off?.(); }, 0);
}
