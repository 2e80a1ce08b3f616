// @ts-check
// Lines of a concordance: one line a hit; a click shows its two texts whole, to be accepted or mended.
const DRAFT = "hits-draft";
/** @param {[string, string][]} list @param {string} cls @param {Side} side @param {number} from */
function pieces(list, cls, side, from = 0) {
  const node = el("div", cls);
  node.lang = LANG[side];
  node.dataset.from = `${from}`;
  node.append(...list.map(([text, tag]) => (tag ? el(/** @type {"i"} */ (tag), "", text) : shown(text))));
  return node;
}
const none = cls => el("div", `${cls} none`, _("no counterpart"));
const whole = (row, side) => row[side].map(piece => piece[0]).join("");
const bothOf = row => SIDES.map(side => whole(row, side));
const itemOf = (S, id) => S.root.querySelector(`[data-id="${CSS.escape(id)}"]`);
function send(S, row, changed) {
  const seq = ++S.seq;
  S.pending.push({ seq, op: `${S.tab}-${seq}`, row: row.id, briefing: row.briefing, shown: bothOf(row), ...changed });
  S.push();
}
const accept = (S, row) => S.data.decides && row.status !== "accepted" && send(S, row, {});
const leave = (S, row) => S.set("go", { n: ++S.seq, row: row.id, briefing: row.briefing });
function toggle(S, row) {
  S.open = S.open === row.id ? "" : row.id;
  paint(S);
}
function edit(S, row) {
  if (!S.data.decides) return;
  keep(S, { id: row.id, zh: whole(row, "zh"), en: whole(row, "en") });
  S.open = row.id;
  paint(S);
  S.root.querySelector("textarea[lang=en]").focus();
}
// What is being typed outlives the page.
function keep(S, draft) {
  S.draft = draft;
  writeKept("sessionStorage", DRAFT, draft);
}
function save(S, row) {
  const changed = {};
  for (const side of SIDES) if (S.draft[side] !== whole(row, side)) changed[`${side}_text`] = S.draft[side];
  if (Object.keys(changed).length) send(S, row, changed);
  stop(S, row);
}
function stop(S, row) {
  keep(S, null);
  paint(S);
  itemOf(S, row.id)?.focus();
}
function field(S, row, side) {
  const area = el("textarea");
  area.value = S.draft[side];
  area.lang = LANG[side];
  area.rows = Math.max(2, Math.ceil(S.draft[side].length / (side === "zh" ? 38 : 75)));
  area.addEventListener("input", () => keep(S, { ...S.draft, [side]: area.value }));
  area.addEventListener("keydown", event => {
    event.stopPropagation();
    if (event.key === "Escape") stop(S, row);
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return; // an input method is at work
    event.preventDefault(); // a sentence is one line
    save(S, row);
  });
  return area;
}
function paintOpen(S, row) {
  const box = el("div", "whole"), editing = S.draft?.id === row.id;
  for (const side of SIDES) box.append(editing ? field(S, row, side) : row[side].length ? pieces(row[side], "", side) : none(""));
  const foot = el("div", "foot");
  foot.append(el("span", "", [row.note, row.date, row.speaker, row.title].filter(Boolean).join(" · ")));
  const act = (name, run) => foot.append(button(name, name, () => run(S, row)));
  if (editing) { act(_("Save (Enter)"), save); act(_("Cancel (Escape)"), stop); }
  box.append(foot);
  return box;
}
function paintRow(S, row) {
  const item = el("div", `hit ${row.status}`), [left, hit, right] = row.line, [at, otherAt] = row.from;
  item.setAttribute("role", "listitem");
  item.tabIndex = 0;
  item.dataset.id = row.id;
  const line = el("div", "line"), todo = el("div", "do");
  line.append(
    el("div", "who", [row.date, row.speaker].filter(Boolean).join(" ")),
    pieces([[left, ""]], "before", row.side, at), pieces([[hit, "mark"], [right, ""]], "after", row.side, at + left.length),
    row.other.length ? pieces(row.other, "other", other(row.side), otherAt) : none("other"),
    el("div", "p", `${MARK[row.status]} ${row.p === null ? "" : row.p.toFixed(2).replace(/^0/, "")}`), todo,
  );
  if (S.data.decides) todo.append(button("✓", _("Accept (a)"), () => accept(S, row)), button("✎", _("Edit (e)"), () => edit(S, row)));
  todo.append(button("→", _("Open in its briefing (Enter)"), () => leave(S, row)));
  line.addEventListener("click", event => { if (!itemOf(S, S.draft?.id ?? "") && !todo.contains(/** @type {Node} */ (event.target))) toggle(S, row); });
  item.append(line);
  if (S.open === row.id) item.append(paintOpen(S, row));
  if (S.data.said[row.id]) { const told = el("div", "said", S.data.said[row.id]); told.setAttribute("role", "alert"); item.append(told); }
  return item;
}
function paint(S) {
  const active = focused(S), id = /** @type {HTMLElement | null} */ (active?.closest(".hit"))?.dataset.id, area = active instanceof HTMLTextAreaElement && active;
  S.root.setAttribute("aria-label", _("Hits"));
  S.root.replaceChildren(...S.data.rows.map(row => paintRow(S, row)));
  const again = id && itemOf(S, id), typed = area && again?.querySelector(`textarea[lang=${area.lang}]`);
  (typed || again)?.focus({ preventScroll: true });
  if (typed) typed.setSelectionRange(area.selectionStart, area.selectionEnd);
}
function press(S, event) {
  const item = event.target.closest(".hit"), row = S.data.rows.find(one => one.id === item?.dataset.id);
  if (!row || event.ctrlKey || event.altKey || event.metaKey || event.target !== item) return;
  const down = () => item.nextElementSibling?.focus(), up = () => item.previousElementSibling?.focus();
  const run = { ArrowDown: down, j: down, ArrowUp: up, k: up, a: () => accept(S, row), e: () => edit(S, row), Enter: () => leave(S, row), " ": () => toggle(S, row) }[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}
// The word under the pointer is marked with its counterpart, once Python has linked the words of the hit.
function point(S, event) {
  const node = event.target.closest?.("[data-from]"), row = S.data.rows.find(one => one.id === node?.closest(".hit").dataset.id);
  const under = row ? placeUnder(S, node, event) : -1;
  S.pointed = under < 0 ? null : { row, side: node.lang === LANG.zh ? "zh" : "en", at: under + Number(node.dataset.from) };
  markPointed(S);
}
function markPointed(S) {
  const { row, side, at } = S.pointed ?? {}, links = row ? S.links.get(`${bothOf(row)}`) : [];
  clearTimeout(S.asking);
  if (!links) S.asking = setTimeout(() => S.set("look", { n: ++S.seq, row: row.id }), 300);
  markLink(linkAt(links ?? [], side, at), side, of => [...itemOf(S, row.id).querySelectorAll(`[data-from][lang=${LANG[of]}]`)].map(node => [node, Number(node.dataset.from)]));
}
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".hits");
  const S = (root.__state ??= { root, pending: [], seq: Date.now() * 1000, tab: Math.random().toString(36).slice(2, 10), links: new Map(), draft: readKept("sessionStorage", DRAFT, null) });
  S.open ??= S.draft?.id ?? "";
  S.data = data;
  S.set = setStateValue;
  S.push = () => setStateValue("ops", { n: ++S.seq, list: S.pending.slice() });
  S.pending = S.pending.filter(op => op.seq > data.done);
  for (const row of data.rows) if (data.links[row.id]) S.links.set(`${bothOf(row)}`, data.links[row.id]);
  if (!S.timer) {
    root.addEventListener("keydown", event => press(S, event));
    root.addEventListener("mousemove", event => point(S, event));
    root.addEventListener("mouseleave", event => point(S, event));
    const speak = () => paint(S);
    window.addEventListener("align-texts", speak);
    // What was sent while the server was away is sent again.
    S.timer = setInterval(() => {
      if (root.isConnected) { if (S.pending.length) S.push(); return; }
      clearInterval(S.timer);
      window.removeEventListener("align-texts", speak);
      S.timer = null;
    }, 3000);
  }
  paint(S);
  markPointed(S);
}
