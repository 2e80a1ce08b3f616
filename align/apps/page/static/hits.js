// @ts-check
// Lines of a concordance: one line a hit; a click shows its two texts whole, to be accepted or mended.
import { linkAt } from "./model/columns.js";
import { highestNumber, refusedTexts } from "./model/queue.js";
import { other, shown, SIDES } from "./model/text.js";
import { nextNumber, post, saveWaiting, TAB, takeWaiting } from "./unanswered.js";
import { button, byId, el, find, focused } from "./view/dom.js";
import { markLink, placeUnder } from "./view/links.js";
import { readKept, writeKept } from "./view/storage.js";
import { _, LANG, MARK, ngettext } from "./view/texts.js";

const AGAIN = 2000, PATIENCE = 60_000; // milliseconds

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
// Queue and drafts belong to a reviewer, and outlive the page and its tab.
/** @param {string} reviewer */
const queueOf = reviewer => `hits-unanswered/${reviewer}`;
/** @param {string} reviewer */
const draftsOf = reviewer => `hits-drafts/${encodeURIComponent(reviewer)}`;
/** @param {Pick<HitsState, "pend">} S @param {string} id */
const waitingFor = (S, id) => S.pend.filter(op => op.rows[0] === id);

// The text of a row as it is when everything that waits is done.
/** @param {Pick<HitsState, "pend">} S @param {Hit} row @param {Side} side */
const textOf = (S, row, side) => waitingFor(S, row.id).reduce((text, op) => op[`${side}_text`] ?? text, whole(row, side));

/** @param {HitsState} S @param {Hit} row @param {{ zh_text?: string, en_text?: string }} changed */
function act(S, row, changed) {
  const seq = S.seq = nextNumber(S.seq), action = Object.keys(changed).length ? "edit" : "accept";
  S.pend.push({ seq, op: `${TAB}-${seq}`, action, rows: [row.id], briefing: row.briefing, shown: SIDES.map(side => textOf(S, row, side)), title: row.title, ...changed });
  S.said.delete(row.id);
  saveWaiting(S.queue, S.pend);
  exchange(S);
}
/** @param {HitsState} S @param {Hit} row */
function accept(S, row) {
  if (!S.data.decides || row.status === "accepted" || waitingFor(S, row.id).some(op => op.action === "accept")) return;
  act(S, row, {});
  paint(S);
}
// One question at a time, until nothing waits; the timer asks again after a failure.
/** @param {HitsState} S */
async function exchange(S) {
  if (S.sending || !S.pend.length) return;
  S.sending = true;
  const told = await send(S, S.data.view).catch(() => null);
  S.sending = false;
  const was = S.unreachable;
  S.unreachable = !told;
  if (told) receive(S, told);
  if (told || !was) paint(S);
  if (told && !told.msg && S.pend.length) exchange(S);
}
/** @param {HitsState} S @param {string} view @returns {Promise<HitsAnswer | null>} */
async function send(S, view) {
  const answer = await post(view, { ops: S.pend }, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 404) S.trigger("again", true); // the server has started again: its page has a new key
  return answer.ok ? answer.json() : null;
}
// Drop what was answered. A text that was refused is a draft again, and the page searches again.
/** @param {HitsState} S @param {HitsAnswer} told */
function receive(S, { ack, msg, refused, messages }) {
  const answered = S.pend.filter(op => op.seq <= ack);
  S.pend = S.pend.filter(op => op.seq > ack);
  S.seq = highestNumber(S.seq, [], ack);
  S.lost = msg;
  for (const op of answered) {
    const id = op.rows[0], why = messages[op.seq] ?? "";
    if (why) S.said.set(id, why);
    if (!refused.includes(op.seq)) continue;
    for (const { side, text } of refusedTexts(op)) keep(S, id, { [side]: text, ...S.drafts[id], why, title: op.title });
  }
  saveWaiting(S.queue, S.pend); // after the drafts: nothing is in neither of them
  if (answered.length) S.trigger("again", true);
}
/** @param {Pick<HitsState, "set" | "seq">} S @param {Hit} row */
const leave = (S, row) => S.set("go", { n: nextNumber(S.seq), row: row.id, briefing: row.briefing });
/** @param {HitsState} S @param {Hit} row */
function toggle(S, row) {
  S.open = S.open === row.id ? "" : row.id;
  paint(S);
}
/** @param {HitsState} S @param {Hit} row */
function edit(S, row) {
  if (!S.data.decides) return;
  keep(S, row.id, S.drafts[row.id] ?? {});
  S.open = row.id;
  paint(S);
  itemOf(S.root, row.id)?.querySelector("textarea[lang=en]")?.focus();
}
// Other tabs of this browser have drafts, too.
/** @param {Pick<HitsState, "drafts" | "data">} S @param {string} id @param {HitDraft | null} draft */
function keep(S, id, draft) {
  const key = draftsOf(S.data.reviewer), { [id]: _old, ...others } = readKept("localStorage", key, S.drafts);
  S.drafts = draft ? { ...others, [id]: draft } : others;
  writeKept("localStorage", key, S.drafts);
}
/** @param {HitsState} S @param {Hit} row */
function save(S, row) {
  const draft = S.drafts[row.id] ?? {};
  /** @type {{ zh_text?: string, en_text?: string }} */
  const changed = {};
  if (draft.zh !== undefined && draft.zh !== textOf(S, row, "zh")) changed.zh_text = draft.zh;
  if (draft.en !== undefined && draft.en !== textOf(S, row, "en")) changed.en_text = draft.en;
  if (Object.keys(changed).length) act(S, row, changed);
  stop(S, row);
}
/** @param {HitsState} S @param {Hit} row */
function stop(S, row) {
  keep(S, row.id, null);
  paint(S);
  itemOf(S.root, row.id)?.focus();
}

// -- painting -------------------------------------------------------------------------------------
/** @param {HitsState} S @param {Hit} row @param {HitDraft} draft @param {Side} side */
function field(S, row, draft, side) {
  const area = el("textarea");
  area.value = draft[side] ?? textOf(S, row, side);
  area.lang = LANG[side];
  area.rows = Math.max(2, Math.ceil(area.value.length / (side === "zh" ? 38 : 75)));
  area.addEventListener("input", () => keep(S, row.id, { ...(S.drafts[row.id] ?? draft), [side]: area.value }));
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
  const box = el("div", "whole"), draft = S.drafts[row.id];
  for (const side of SIDES) {
    if (!draft || draft.why) box.append(row[side].length ? pieces(row[side], "", side) : none(""));
    if (draft) box.append(field(S, row, draft, side));
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
  line.addEventListener("click", event => { if (!todo.contains(/** @type {Node} */ (event.target))) toggle(S, row); });
  item.append(line);
  if (S.open === row.id || S.drafts[row.id]) item.append(paintOpen(S, row));
  const why = S.said.get(row.id) || S.drafts[row.id]?.why;
  if (why) item.append(alarm(why));
  if (waitingFor(S, row.id).length) item.append(el("div", "said", _("Not saved yet")));
  return item;
}
/** @param {string} words */
function alarm(words) {
  const told = el("div", "said", words);
  told.setAttribute("role", "alert");
  return told;
}
// What cannot be sent now, and texts that were refused and whose row is not among the hits.
/** @param {HitsState} S */
function paintNotices(S) {
  const notices = [];
  if (S.unreachable && S.pend.length) notices.push(alarm(ngettext("Offline: {count} decision saved in this browser", "Offline: {count} decisions saved in this browser", S.pend.length)));
  if (S.lost && S.pend.length) notices.push(alarm(S.lost));
  for (const [id, { why, title, ...texts }] of Object.entries(S.drafts)) {
    if (!why || S.data.rows.some(row => row.id === id)) continue;
    const box = el("div", "whole");
    box.append(el("b", "", _("Your edit was not saved")), el("div", "foot", [title, why].filter(Boolean).join(" · ")), ...Object.values(texts).map(text => el("div", "", text)));
    box.append(button(_("Close"), "", () => { keep(S, id, null); paint(S); }));
    notices.push(box);
  }
  return notices;
}
/** @param {HitsState} S */
function paint(S) {
  const active = focused(S), id = active?.closest(".hit")?.dataset.id, area = active instanceof HTMLTextAreaElement ? active : null;
  S.root.setAttribute("aria-label", _("Hits"));
  S.root.replaceChildren(...paintNotices(S), ...S.data.rows.map(row => paintRow(S, row)));
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
/** @param {Pick<HitsState, "root" | "pointed" | "links" | "looking" | "set" | "seq">} S */
function markPointed(S) {
  clearTimeout(S.looking);
  if (!S.pointed) { markLink(undefined, "zh", () => []); return; }
  const { row, side, at } = S.pointed, links = S.links.get(`${bothOf(row)}`);
  if (!links) S.looking = setTimeout(() => S.set("look", { n: nextNumber(S.seq), row: row.id }), 300);
  markLink(linkAt(links ?? [], side, at), side, of => {
    const nodes = itemOf(S.root, row.id)?.querySelectorAll(`[data-from][lang=${LANG[of]}]`) ?? [];
    return [...nodes].map(node => [node, Number(node.dataset.from)]);
  });
}
// What was sent while the server was away is sent again, and once more when the page is left.
/** @param {HitsState} S */
function listen(S) {
  const { root } = S, speak = () => paint(S);
  const last = () => { if (S.pend.length) post(S.data.view, { ops: S.pend }, { keepalive: true }).catch(() => {}); };
  root.addEventListener("keydown", event => press(S, event));
  root.addEventListener("mousemove", event => point(S, event));
  root.addEventListener("mouseleave", event => point(S, event));
  window.addEventListener("align-texts", speak);
  window.addEventListener("pagehide", last);
  S.timer = setInterval(() => {
    if (root.isConnected) { exchange(S); return; }
    last();
    clearInterval(S.timer);
    window.removeEventListener("align-texts", speak);
    window.removeEventListener("pagehide", last);
    S.timer = undefined;
  }, AGAIN);
}
/** @param {HTMLElement & { __state?: HitsState }} root @param {HitsComponent} component @returns {HitsState} */
const setUp = (root, { data, setStateValue, setTriggerValue }) => ({
  root, data, set: setStateValue, trigger: setTriggerValue, queue: "", pend: [], seq: 0, drafts: {}, said: new Map(), open: "",
  links: new Map(), pointed: null, sending: false, unreachable: false, lost: "",
});
// Take up what this reviewer left unanswered and unsaved.
/** @param {HitsState} S */
function takeUp(S) {
  S.queue = queueOf(S.data.reviewer);
  S.pend = takeWaiting(S.queue);
  S.drafts = readKept("localStorage", draftsOf(S.data.reviewer), /** @type {HitsState["drafts"]} */ ({}));
}
/** @param {HitsComponent} component */
export default function (component) {
  const { data, parentElement } = component;
  const root = /** @type {HTMLElement & { __state?: HitsState }} */ (find(parentElement, ".hits"));
  const S = (root.__state ??= setUp(root, component));
  S.data = data;
  S.set = component.setStateValue;
  S.trigger = component.setTriggerValue;
  if (S.queue !== queueOf(data.reviewer)) takeUp(S);
  for (const row of data.rows) if (data.links[row.id]) S.links.set(`${bothOf(row)}`, data.links[row.id]);
  if (!S.timer) listen(S);
  paint(S);
  markPointed(S);
  exchange(S);
}
