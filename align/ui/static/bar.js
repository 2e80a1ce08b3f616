// The bar of moves, and the words about the last one.
const BAR = [
  ["accept", "✓", "Accept"], ["reject", "✗", "Reject"], ["flag", "⚑", "Flag"], null,
  ["merge-up", "⤴", "Merge up"], ["merge-down", "⤵", "Merge down"], ["split", "÷", "Split"],
  ["shift-up", "↟", "First up"], ["shift-down", "↡", "Last down"], ["alone", "∅", "One-sided"], null,
  ["edit", "✎", "Edit"], ["resolve", "⟳", "Align anew"], null,
  ["undo", "↶", "Undo"], ["redo", "↷", ""], null,
  ["mode", "¶", "Text"], ["details", "ⓘ", "Details"], ["menu", "⋯", "More"], ["keys", "?", ""],
];
function buildBar(S) {
  S.bar.replaceChildren(...BAR.map(entry => {
    if (!entry) return el("span", "gap");
    const [name, sign, label] = entry;
    const command = S.commands.find(one => one.name === name);
    const keys = command.keys.map(pretty).join(", ");
    const node = button("", `${command.label} (${keys})`, () => S.run(name));
    node.setAttribute("aria-label", `${label && !command.label.startsWith(label) ? `${label}: ` : ""}${command.label}`);
    if (keys) node.setAttribute("aria-keyshortcuts", command.keys.join(" "));
    node.dataset.command = name;
    node.append(el("span", "sign", sign));
    node.firstChild.setAttribute("aria-hidden", "true");
    if (label) node.append(el("span", "label", label));
    node.tabIndex = -1;
    return node;
  }));
  S.bar.querySelector("button").tabIndex = 0;
}
// The bar is one stop of the Tab key; the arrows go within.
function barKey(S, event) {
  const items = [...S.bar.querySelectorAll("button")].filter(one => one.offsetParent), at = items.indexOf(focused(S));
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
  accept: "accepted", "accept-many": "accepted", reject: "rejected", flag: "flagged", reopen: "opened again", alone: "stands alone", edit: "changed",
  merge: "merged", split: "split", shift: "sentence moved", send: "text moved", cut: "sentence ended here", join: "sentences joined",
  link: "linked across", unlink: "link taken back", resolve: "aligned anew", choose: "alternative taken", restore: "restored",
};
function describeMove(S, action, rows = []) {
  const done = DONE[action], place = S.place.get(rows[0]);
  const key = S.commands.find(one => one.name === "undo")?.keys[0];
  if (!done || place === undefined) return "";
  const what = rows.length > 1 && action !== "merge" ? plural(rows.length, "row", "rows") : `row ${place + 1}`;
  return `${what} ${done}` + (key ? `; ${pretty(key)} undoes` : "");
}
