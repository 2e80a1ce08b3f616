// @ts-check
// Lines of a concordance: one line a hit; a click shows its two texts whole, to be accepted or mended.
import { linkAt } from "./model/columns.js";
import { other, shown, SIDES } from "./model/text.js";
import { button, byId, el, find, focused } from "./view/dom.js";
import { markLink, placeUnder } from "./view/links.js";
import { readKept, writeKept } from "./view/storage.js";
import { _, LANG, MARK } from "./view/texts.js";

const DRAFT = "hits-draft";
/** @param {HitPiece[]} list @param {string} cls @param {Side} side @param {number} from */
function pieces(list, cls, side, from = 0) {
  const node = el("div", cls);
  node.lang = LANG[side];
  node.dataset.from = `${from}`;
  node.append(...list.map(([text, tag]) => (tag ? el(/** @type {"i"} */ (tag), "", text) : shown(text))));
  return node;
}
/** @param {string} cls */
const none = cls => el("div", `${cls} none`, _("no translation"));
/** @param {Hit} row @param {Side} side */
const whole = (row, side) => row[side].map(piece => piece[0]).join("");
/** @param {Hit} row */
const bothOf = row => SIDES.map(side => whole(row, side));
/** @param {HTMLElement} root @param {string} id */
const itemOf = (root, id) => root.querySelector(byId(id));

// -- what is decided ------------------------------------------------------------------------------
/** @param {HitsState} S @param {Hit} row @param {{ zh_text?: string, en_text?: string }} changed */
function send(S, row, changed) {
  const seq = ++S.seq;
  S.pending.push({ seq, op: `${S.tab}-${seq}`, row: row.id, briefing: row.briefing, shown: bothOf(row), ...changed });
  S.push();
}
/** @param {HitsState} S @param {Hit} row */
function accept(S, row) {
  if (S.data.decides && row.status !== "accepted") send(S, row, {});
}
/** @param {Pick<HitsState, "set" | "seq">} S @param {Hit} row */
const leave = (S, row) => S.set("go", { n: ++S.seq, row: row.id, briefing: row.briefing });
/** @param {HitsState} S @param {Hit} row */
function toggle(S, row) {
  S.open = S.open === row.id ? "" : row.id;
  paint(S);
}
/** @param {HitsState} S @param {Hit} row */
function edit(S, row) {
  if (!S.data.decides) return;
  keep(S, { id: row.id, zh: whole(row, "zh"), en: whole(row, "en") });
  S.open = row.id;
  paint(S);
  find(S.root, "textarea[lang=en]").focus();
}
// What is being typed outlives the page.
/** @param {Pick<HitsState, "draft">} S @param {HitDraft | null} draft */
function keep(S, draft) {
  S.draft = draft;
  writeKept("sessionStorage", DRAFT, draft);
}
/** @param {HitsState} S @param {Hit} row */
function save(S, row) {
  const { draft } = S;
  /** @type {{ zh_text?: string, en_text?: string }} */
  const changed = {};
  if (draft && draft.zh !== whole(row, "zh")) changed.zh_text = draft.zh;
  if (draft && draft.en !== whole(row, "en")) changed.en_text = draft.en;
  if (Object.keys(changed).length) send(S, row, changed);
  stop(S, row);
}
/** @param {HitsState} S @param {Hit} row */
function stop(S, row) {
  keep(S, null);
  paint(S);
  itemOf(S.root, row.id)?.focus();
}

// -- painting -------------------------------------------------------------------------------------
/** @param {HitsState} S @param {Hit} row @param {HitDraft} draft @param {Side} side */
function field(S, row, draft, side) {
  const area = el("textarea");
  area.value = draft[side];
  area.lang = LANG[side];
  area.rows = Math.max(2, Math.ceil(draft[side].length / (side === "zh" ? 38 : 75)));
  area.addEventListener("input", () => keep(S, { ...(S.draft ?? draft), [side]: area.value }));
  area.addEventListener("keydown", event => {
    event.stopPropagation();
    if (event.key === "Escape") stop(S, row);
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return; // an input method is at work
    event.preventDefault(); // a sentence is one line
    save(S, row);
  });
  return area;
}
/** @param {HitsState} S @param {Hit} row */
function paintOpen(S, row) {
  const box = el("div", "whole"), draft = S.draft?.id === row.id ? S.draft : null;
  for (const side of SIDES) {
    if (draft) box.append(field(S, row, draft, side));
    else box.append(row[side].length ? pieces(row[side], "", side) : none(""));
  }
  const foot = el("div", "foot");
  foot.append(el("span", "", [row.note, row.date, row.speaker, row.title].filter(Boolean).join(" · ")));
  if (draft) {
    const saving = _("Save (Enter)"), leaving = _("Cancel (Escape)");
    foot.append(button(saving, saving, () => save(S, row)), button(leaving, leaving, () => stop(S, row)));
  }
  box.append(foot);
  return box;
}
/** @param {HitsState} S @param {Hit} row */
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
  line.addEventListener("click", event => { if (!itemOf(S.root, S.draft?.id ?? "") && !todo.contains(/** @type {Node} */ (event.target))) toggle(S, row); });
  item.append(line);
  if (S.open === row.id) item.append(paintOpen(S, row));
  if (S.data.said[row.id]) {
    const told = el("div", "said", S.data.said[row.id]);
    told.setAttribute("role", "alert");
    item.append(told);
  }
  return item;
}
/** @param {HitsState} S */
function paint(S) {
  const active = focused(S), id = active?.closest(".hit")?.dataset.id, area = active instanceof HTMLTextAreaElement ? active : null;
  S.root.setAttribute("aria-label", _("Hits"));
  S.root.replaceChildren(...S.data.rows.map(row => paintRow(S, row)));
  const again = id ? itemOf(S.root, id) : null;
  const typed = area && /** @type {HTMLTextAreaElement | null} */ (again?.querySelector(`textarea[lang=${area.lang}]`));
  (typed || again)?.focus({ preventScroll: true });
  if (typed) typed.setSelectionRange(area.selectionStart, area.selectionEnd);
}

// -- keys and pointer -----------------------------------------------------------------------------
/** @param {HitsState} S @param {KeyboardEvent} event */
function press(S, event) {
  const item = event.target?.closest?.(".hit"), row = S.data.rows.find(one => one.id === item?.dataset.id);
  if (!item || !row || event.ctrlKey || event.altKey || event.metaKey || event.target !== item) return;
  const down = () => item.nextElementSibling?.focus(), up = () => item.previousElementSibling?.focus();
  const run = { ArrowDown: down, j: down, ArrowUp: up, k: up, a: () => accept(S, row), e: () => edit(S, row), Enter: () => leave(S, row), " ": () => toggle(S, row) }[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}
// The word under the pointer is marked with its counterpart, once Python has linked the words of the hit.
/** @param {HitsState} S @param {MouseEvent} event */
function point(S, event) {
  const node = event.target?.closest?.("[data-from]"), row = S.data.rows.find(one => one.id === node?.closest(".hit")?.dataset.id);
  const under = node && row ? placeUnder(S, node, event) : -1;
  S.pointed = !node || !row || under < 0 ? null : { row, side: node.lang === LANG.zh ? "zh" : "en", at: under + Number(node.dataset.from) };
  markPointed(S);
}
/** @param {Pick<HitsState, "root" | "pointed" | "links" | "asking" | "set" | "seq">} S */
function markPointed(S) {
  clearTimeout(S.asking);
  if (!S.pointed) { markLink(undefined, "zh", () => []); return; }
  const { row, side, at } = S.pointed, links = S.links.get(`${bothOf(row)}`);
  if (!links) S.asking = setTimeout(() => S.set("look", { n: ++S.seq, row: row.id }), 300);
  markLink(linkAt(links ?? [], side, at), side, of => {
    const nodes = itemOf(S.root, row.id)?.querySelectorAll(`[data-from][lang=${LANG[of]}]`) ?? [];
    return [...nodes].map(node => [node, Number(node.dataset.from)]);
  });
}
// What was sent while the server was away is sent again.
/** @param {HitsState} S */
function listen(S) {
  const { root } = S, speak = () => paint(S);
  root.addEventListener("keydown", event => press(S, event));
  root.addEventListener("mousemove", event => point(S, event));
  root.addEventListener("mouseleave", event => point(S, event));
  window.addEventListener("align-texts", speak);
  S.timer = setInterval(() => {
    if (root.isConnected) { if (S.pending.length) S.push(); return; }
    clearInterval(S.timer);
    window.removeEventListener("align-texts", speak);
    S.timer = undefined;
  }, 3000);
}
/** @param {HTMLElement & { __state?: HitsState }} root @param {HitsData} data @param {HitsComponent["setStateValue"]} set @returns {HitsState} */
function setUp(root, data, set) {
  const draft = readKept("sessionStorage", DRAFT, /** @type {HitDraft | null} */ (null));
  return {
    root, data, set, draft, open: draft?.id ?? "", pending: [], seq: Date.now() * 1000, tab: Math.random().toString(36).slice(2, 10),
    links: new Map(), pointed: null, push: () => {},
  };
}
/** @param {HitsComponent} component */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement & { __state?: HitsState }} */ (find(parentElement, ".hits"));
  const S = (root.__state ??= setUp(root, data, setStateValue));
  S.data = data;
  S.set = setStateValue;
  S.push = () => setStateValue("ops", { n: ++S.seq, list: S.pending.slice() });
  S.pending = S.pending.filter(op => op.seq > data.done);
  for (const row of data.rows) if (data.links[row.id]) S.links.set(`${bothOf(row)}`, data.links[row.id]);
  if (!S.timer) listen(S);
  paint(S);
  markPointed(S);
}
