// @ts-check
// Lines of a concordance: one line a hit; a click shows its two texts whole, to be accepted or mended.
const LANG = { zh: "zh-Hans", en: "en" };
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
function el(tag, cls, text, lang) {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = String(text).replace(BIDI, "\ufffd");
  if (lang) node.lang = LANG[lang];
  return node;
}
function pieces(list, cls, lang) {
  const node = el("div", cls, undefined, lang);
  node.append(...list.map(([text, kind]) => (kind ? el(kind, "", text) : text.replace(BIDI, "\ufffd"))));
  return node;
}
const whole = (row, side) => row[side].map(piece => piece[0]).join("");
function button(sign, title, run) {
  const node = el("button", "", sign);
  node.type = "button";
  node.title = title;
  node.setAttribute("aria-label", title);
  node.addEventListener("click", event => { event.stopPropagation(); run(); });
  return node;
}
function send(S, row, texts) {
  const seq = ++S.seq;
  S.pending.push({ seq, op: `${S.tab}-${seq}`, row: row.id, briefing: row.briefing, shown: [whole(row, "zh"), whole(row, "en")], ...texts });
  S.push();
}
const accept = (S, row) => S.data.decides && row.status !== "accepted" && send(S, row, {});
const leave = (S, row) => S.set("go", { n: ++S.seq, row: row.id, briefing: row.briefing });
function edit(S, row) {
  if (!S.data.decides) return;
  S.draft = { id: row.id, zh: whole(row, "zh"), en: whole(row, "en") };
  S.open = row.id;
  paint(S);
  S.root.querySelector("textarea[lang=en]").focus();
}
function save(S, row) {
  const texts = {};
  for (const side of ["zh", "en"]) if (S.draft[side] !== whole(row, side)) texts[`${side}_text`] = S.draft[side];
  if (Object.keys(texts).length) send(S, row, texts);
  stop(S, row);
}
function stop(S, row) {
  S.draft = null;
  paint(S);
  S.root.querySelector(`[data-id="${CSS.escape(row.id)}"]`)?.focus();
}
function field(S, row, side) {
  const area = el("textarea", "", S.draft[side], side);
  area.rows = Math.max(2, Math.ceil(S.draft[side].length / (side === "zh" ? 38 : 75)));
  area.addEventListener("input", () => { S.draft[side] = area.value; });
  area.addEventListener("keydown", event => {
    event.stopPropagation();
    if (event.key === "Escape") stop(S, row);
    if (event.key === "Enter" && event.ctrlKey) save(S, row);
  });
  return area;
}
function paintOpen(S, row) {
  const box = el("div", "whole"), words = S.data.words, editing = S.draft?.id === row.id;
  for (const side of ["zh", "en"])
    box.append(editing ? field(S, row, side) : row[side].length ? pieces(row[side], "", side) : el("div", "none", words.none));
  const foot = el("div", "foot");
  foot.append(el("span", "", [row.note, row.date, row.speaker, row.title].filter(Boolean).join(" · ")));
  if (editing) foot.append(button(words.save, words.save, () => save(S, row)), button(words.cancel, words.cancel, () => stop(S, row)));
  box.append(foot);
  return box;
}
function paintRow(S, row) {
  const item = el("div", `hit ${row.status}`), words = S.data.words, [left, hit, right] = row.line;
  item.setAttribute("role", "listitem");
  item.tabIndex = 0;
  item.dataset.id = row.id;
  const line = el("div", "line"), after = el("div", "after", undefined, row.side);
  after.append(el("mark", "", hit), right.replace(BIDI, "\ufffd"));
  const mark = { accepted: "✓", rejected: "✗", flagged: "⚑" }[row.status] ?? "";
  line.append(el("div", "who", [row.date, row.speaker].filter(Boolean).join(" ")), pieces([[left, ""]], "before", row.side), after,
    row.other.length ? pieces(row.other, "other", row.side === "zh" ? "en" : "zh") : el("div", "other none", words.none),
    el("div", "p", `${mark} ${row.p === null ? "" : row.p.toFixed(2).replace(/^0/, "")}`));
  const todo = el("div", "do");
  if (S.data.decides) todo.append(button("✓", words.accept, () => accept(S, row)), button("✎", words.edit, () => edit(S, row)));
  todo.append(button("→", words.open, () => leave(S, row)));
  line.append(todo);
  line.addEventListener("click", () => { if (S.draft) return; S.open = S.open === row.id ? "" : row.id; paint(S); });
  item.append(line);
  if (S.open === row.id) item.append(paintOpen(S, row));
  if (S.data.said[row.id]) { const told = el("div", "said", S.data.said[row.id]); told.setAttribute("role", "alert"); item.append(told); }
  return item;
}
function paint(S) {
  const active = S.root.getRootNode().activeElement, id = active?.closest?.(".hit")?.dataset.id, side = active?.tagName === "TEXTAREA" && active.lang, at = active?.selectionStart;
  S.root.setAttribute("aria-label", S.data.words.hits);
  S.root.replaceChildren(...S.data.rows.map(row => paintRow(S, row)));
  const again = id && S.root.querySelector(`[data-id="${CSS.escape(id)}"]`);
  const area = side && again?.querySelector(`textarea[lang=${side}]`);
  (area || again)?.focus?.({ preventScroll: true });
  if (area) area.setSelectionRange(at, at);
}
function press(S, event) {
  const item = event.target.closest(".hit"), row = S.data.rows.find(one => one.id === item?.dataset.id);
  if (!row || event.ctrlKey || event.altKey || event.metaKey || event.target !== item) return;
  const run = {
    ArrowDown: () => item.nextElementSibling?.focus(), j: () => item.nextElementSibling?.focus(),
    ArrowUp: () => item.previousElementSibling?.focus(), k: () => item.previousElementSibling?.focus(),
    a: () => accept(S, row), e: () => edit(S, row), Enter: () => leave(S, row),
    " ": () => { S.open = S.open === row.id ? "" : row.id; paint(S); },
  }[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".hits");
  const S = (root.__state ??= { root, pending: [], seq: Date.now() * 1000, tab: Math.random().toString(36).slice(2, 10), open: "", draft: null });
  S.data = data;
  S.set = setStateValue;
  S.push = () => setStateValue("ops", { n: ++S.seq, list: S.pending.slice() });
  S.pending = S.pending.filter(op => op.seq > data.done);
  if (!S.listens) root.addEventListener("keydown", event => press(S, event));
  S.listens = true;
  // What was sent while the server was away is sent again.
  S.timer ??= setInterval(() => { if (!root.isConnected) { clearInterval(S.timer); S.timer = null; } else if (S.pending.length) S.push(); }, 3000);
  paint(S);
}
