// @ts-check
// The bar of moves, and the words about the last one.
/** @type {([string, string, string] | null)[]} */
const BAR = [
  ["accept", "✓", N_("Accept")], ["reject", "✗", N_("Reject")], ["flag", "⚑", N_("Flag")], null,
  ["merge-up", "⤴", N_("Merge up")], ["merge-down", "⤵", N_("Merge down")], ["split", "÷", N_("Split")], ["split-inside", "✂", N_("Cut")],
  ["shift-up", "↟", N_("First up")], ["shift-down", "↡", N_("Last down")], ["alone", "∅", N_("One-sided")], null,
  ["edit", "✎", N_("Edit")], ["resolve", "⟳", N_("Realign")], null,
  ["undo", "↶", "Undo"], ["redo", "↷", ""], null,
  ["mode", "¶", N_("Text")], ["details", "ⓘ", N_("Details")], ["menu", "⋯", N_("More")], ["keys", "?", ""],
];
/** @param {State} S */
function buildBar(S) {
  S.bar.replaceChildren(...BAR.map(entry => {
    if (!entry) return el("span", "gap");
    const [name, sign, english] = entry, label = english && _(english);
    const command = S.commands.find(one => one.name === name);
    const keys = command.keys.map(pretty).join(", ");
    const node = button("", `${command.label} (${keys})`, () => S.run(name));
    node.setAttribute("aria-label", `${label && !command.label.startsWith(label) ? `${label}: ` : ""}${command.label}`);
    if (keys) node.setAttribute("aria-keyshortcuts", command.keys.join(" "));
    node.dataset.command = name;
    node.append(el("span", "sign", sign));
    node.firstElementChild.setAttribute("aria-hidden", "true");
    if (label) node.append(el("span", "label", label));
    node.tabIndex = -1;
    return node;
  }));
  S.bar.querySelector("button").tabIndex = 0;
}
// The bar is one stop of the Tab key; the arrows go within.
/** @param {State} S @param {KeyboardEvent} event */
function barKey(S, event) {
  const items = [...S.bar.querySelectorAll("button")].filter(one => one.offsetParent), at = items.findIndex(one => one === focused(S));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (at < 0 || to === undefined) return false;
  items[at].tabIndex = -1;
  const next = items.at(to % items.length);
  next.tabIndex = 0;
  next.focus();
  return true;
}
// What was just done, and the key that takes it back; Python says what was undone.
const DONE = {
  accept: N_("accepted"), "accept-many": N_("accepted"), reject: N_("rejected"), flag: N_("flagged"), reopen: N_("opened again"),
  annotate: N_("note written"), reply: N_("reply written"), "close-note": N_("note resolved"),
  alone: N_("stands alone"), edit: N_("changed"), merge: N_("merged"), split: N_("was split"), shift: N_("sentence moved"),
  send: N_("text moved"), cut: N_("sentence ended here"), join: N_("sentences joined"), link: N_("linked across"),
  unlink: N_("link taken back"), resolve: N_("realigned"), choose: N_("alternative taken"), restore: N_("restored"),
};
/** @param {State} S @param {string} action @param {string[]} [rows] */
function describeMove(S, action, rows = []) {
  const place = S.place.get(rows[0]), key = S.commands.find(one => one.name === "undo")?.keys[0];
  if (!DONE[action] || place === undefined) return "";
  const many = rows.length > 1 && !/^(merge|send)$/.test(action), done = _(DONE[action]);
  const what = many ? ngettext("{count} row", "{count} rows", rows.length) : _("row {number}", { number: place + 1 });
  return _("{what} {done}", { what, done }) + (key ? _("; {key} undoes", { key: pretty(key) }) : "");
}
