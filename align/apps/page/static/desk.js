// @ts-check
// Table of briefings. Python filters and sorts; of many lines only those in view are drawn.
import { decisions } from "./decisions.js";
import { ageOf, COLUMNS, columnsFor, linesInView, nextSort, readQuery, scrollTo, sortOf, toggleLines, USUAL, writeQuery } from "./model/desk.js";
import { nextNumber, post } from "./unanswered.js";
import { button, el, find, focused } from "./view/dom.js";
import { readKept, writeKept } from "./view/storage.js";
import { _, LANG, N_, ngettext, numeral, texts } from "./view/texts.js";

const PATIENCE = 60_000, WATCH = 10_000, TYPED = 120; // milliseconds
const LINE = 30, TWO_LINES = 64, NARROW = 760, LEAST = 240, BELOW = 14; // pixels
const KEPT = "desk-query";
/** @type {[string, string][]} */
const PARTS = [["all", N_("all")], ["to review", N_("to review")], ["reviewed", N_("reviewed")]];
/** @type {Record<DeskColumn, string>} */
const LABELS = {
  date: N_("Date"), en: N_("English title"), zh: N_("Chinese title"), rows: N_("Rows"), done: N_("Reviewed"), wrong: N_("Likely wrong"),
  notes: N_("Open notes"), owners: N_("Assigned to"), changed: N_("Changed"),
};
/** @type {Record<DeskAction, string>} */
const ACTIONS = { export: N_("Export …"), describe: N_("Source and licence …"), assign: N_("Assign …") };

/** @param {DeskState} S @param {string} id */
const placeOf = (S, id) => S.places.get(id) ?? -1;
/** @param {DeskState} S */
const isNarrow = S => S.root.clientWidth < NARROW;
/** @param {DeskState} S */
const lineHeight = S => (isNarrow(S) ? TWO_LINES : LINE);
/** @param {DeskState} S */
const viewOf = S => {
  const head = find(S.root, ".columns").offsetHeight;
  return { top: S.grid.scrollTop, height: Math.max(S.grid.clientHeight - head, 0), line: lineHeight(S), count: S.ids.length };
};

// -- exchange -------------------------------------------------------------------------------------
// One question at a time; the last one that comes up meanwhile is asked next.
/** @param {DeskState} S @param {boolean} [watches] */
async function ask(S, watches = false) {
  if (S.asking) { S.again ||= !watches; return; }
  S.asking = true;
  S.again = false;
  const answer = await send(S, watches).catch(() => null);
  S.asking = false;
  if (answer) receive(S, answer);
  if (S.again) ask(S);
}
/** @param {DeskState} S @param {boolean} watches @returns {Promise<DeskAnswer | null>} */
async function send(S, watches) {
  const message = { known: S.version, watches: watches && !!S.version, ...S.query };
  const answer = await post(S.data.view, message, { signal: AbortSignal.timeout(PATIENCE) });
  return answer.ok ? answer.json() : null;
}
/** @param {DeskState} S @param {DeskAnswer} answer */
function receive(S, { version, lines, order, words, lost }) {
  const was = S.lost;
  S.lost = lost ?? "";
  if (lines) S.lines = lines;
  if (order) {
    S.version = version;
    S.words = words;
    S.ids = order.map(at => S.lines[at].id);
    S.shown = order.map(at => S.lines[at]);
    S.places = new Map(S.ids.map((id, at) => [id, at]));
    if (placeOf(S, S.cur) < 0) S.cur = S.ids[0] ?? "";
    S.root.dataset.ready = "1";
  } else if (!lost && version !== S.version) S.again = true;
  if (order || was !== S.lost) paint(S);
}
// Filter or sort; the address says how, and this tab remembers it.
/** @param {DeskState} S @param {Partial<DeskQuery>} changed */
function wish(S, changed) {
  S.query = { ...S.query, ...changed };
  S.grid.scrollTop = 0;
  keepQuery(S);
  ask(S);
  paintHead(S);
}
/** @param {DeskState} S */
function keepQuery(S) {
  writeKept("sessionStorage", KEPT, S.query);
  const { pathname, search, hash } = location, written = writeQuery(search, S.query);
  if (written !== search) history.replaceState(history.state, "", pathname + written + hash);
}
/** @returns {DeskQuery} */
function firstQuery() {
  const named = readQuery(location.search), usual = readQuery("");
  const isNamed = JSON.stringify(named) !== JSON.stringify(usual);
  return isNamed ? named : { ...usual, ...readKept("sessionStorage", KEPT, /** @type {Partial<DeskQuery>} */ ({})) };
}

// -- what is done ---------------------------------------------------------------------------------
/** @param {DeskState} S @param {string} id */
const open = (S, id) => S.set("go", { n: nextNumber(S.seq), id, part: S.query.part });
/** @param {DeskState} S @param {DeskAction} name */
function act(S, name) {
  if (!S.data.actions.includes(name)) return;
  const ids = S.selected.size ? [...S.selected] : [S.cur].filter(Boolean);
  if (ids.length) S.set("act", { n: nextNumber(S.seq), name, ids });
}
/** @param {DeskState} S @param {number} at @param {boolean} [range] */
function select(S, at, range = false) {
  if (at < 0 || at >= S.ids.length) return;
  S.selected = toggleLines(S.selected, S.ids, at, range ? placeOf(S, S.clicked) : -1);
  S.clicked = S.cur = S.ids[at];
  paint(S);
}
/** @param {DeskState} S @param {boolean} all */
function selectAll(S, all) {
  S.selected = new Set(all ? S.ids : []);
  paint(S);
}
/** @param {DeskState} S @param {number} at */
function go(S, at) {
  const place = Math.max(0, Math.min(at, S.ids.length - 1));
  if (!S.ids.length) return;
  S.cur = S.ids[place];
  const top = scrollTo(place, viewOf(S));
  if (top !== undefined) S.grid.scrollTop = top;
  S.grid.focus({ preventScroll: true });
  paint(S);
}
/** @param {DeskState} S @param {number} by */
const step = (S, by) => go(S, placeOf(S, S.cur) + by);
/** @param {DeskState} S */
const screen = S => Math.max(1, Math.floor(viewOf(S).height / lineHeight(S)) - 1);
/** @type {Record<string, (S: DeskState) => unknown>} */
const RUN = {
  "next": S => step(S, 1),
  "previous": S => step(S, -1),
  "first": S => go(S, 0),
  "last": S => go(S, S.ids.length - 1),
  "page-down": S => step(S, screen(S)),
  "page-up": S => step(S, -screen(S)),
  "open": S => S.cur && open(S, S.cur),
  "choose": S => select(S, placeOf(S, S.cur)),
  "choose-all": S => selectAll(S, S.selected.size < S.ids.length),
  "export": S => act(S, "export"),
  "describe": S => act(S, "describe"),
  "assign": S => act(S, "assign"),
  "search": S => { S.field.focus(); S.field.select(); },
};
/** @param {DeskState} S @param {string} name */
function run(S, name) {
  if (!RUN[name]) return false;
  RUN[name](S);
  return true;
}

// -- painting -------------------------------------------------------------------------------------
/** @param {DeskState} S */
function paintHead(S) {
  if (focused(S) !== S.field) S.field.value = S.query.find;
  S.field.placeholder = _("Title, date, site or speaker");
  S.field.setAttribute("aria-label", _("Find a briefing"));
  S.part.setAttribute("aria-label", _("Show"));
  S.part.replaceChildren(...PARTS.map(([value, label]) => {
    const option = el("option", "", _(label));
    option.value = value;
    return option;
  }));
  S.part.value = S.query.part;
  find(S.root, ".words").textContent = S.lost || S.words;
  find(S.root, ".words").title = S.words;
  const acts = find(S.root, ".acts"), count = S.selected.size;
  acts.hidden = !count;
  acts.replaceChildren(
    el("b", "", ngettext("{count} selected", "{count} selected", count)),
    ...S.data.actions.map(name => button(_(ACTIONS[name]), "", () => act(S, name))),
    button("×", _("Clear the selection"), () => selectAll(S, false)),
  );
  const columns = find(S.root, ".columns");
  columns.replaceChildren(buildChoice(S.ids.length > 0 && count >= S.ids.length, _("Select all briefings shown"), () => selectAll(S, count < S.ids.length)), ...ordered().map(name => buildColumn(S, name)));
}
const ordered = () => columnsFor(texts().lang);
/** @param {DeskState} S @param {DeskColumn} name */
function buildColumn(S, name) {
  const cell = el("div", `c-${name}`), order = sortOf(S.query.sort, name);
  cell.setAttribute("role", "columnheader");
  cell.setAttribute("aria-sort", order);
  const sign = { ascending: " ↑", descending: " ↓", none: "" }[order];
  cell.append(button(_(LABELS[name]) + sign, "", () => wish(S, { sort: nextSort(S.query.sort, name) })));
  return cell;
}
/** @param {boolean} on @param {string} label @param {(event: MouseEvent) => void} done */
function buildChoice(on, label, done) {
  const cell = el("div", "choice"), box = el("input");
  cell.setAttribute("role", "gridcell");
  box.type = "checkbox";
  box.checked = on;
  box.tabIndex = -1;
  box.setAttribute("aria-label", label);
  box.addEventListener("mousedown", event => event.preventDefault());
  box.addEventListener("click", event => { event.preventDefault(); done(event); });
  cell.append(box);
  return cell;
}
/** @param {DeskState} S @param {DeskLine} line @param {Side} side */
function buildTitle(S, line, side) {
  const cell = el("div", `c-${side} title`), link = el("a", "", line[side] || (side === "en" ? line.zh || line.id : ""));
  link.href = `?briefing=${encodeURIComponent(line.id)}`;
  link.tabIndex = -1;
  link.lang = LANG[line[side] || side === "zh" ? side : "zh"];
  link.title = [line[side], line.site].filter(Boolean).join(" · ");
  link.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return; // a new tab or window
    event.preventDefault();
    open(S, line.id);
  });
  if (link.textContent) cell.append(link);
  return cell;
}
/** @param {DeskLine} line */
function buildDone({ done, rows, flagged }) {
  const cell = el("div", "c-done"), share = rows ? done / rows : 1, bar = el("span", "share");
  bar.style.setProperty("--share", `${share * 100}%`);
  cell.title = _("{done} of {all} reviewed", { done: numeral(done), all: numeral(rows) }) + (flagged ? ` · ${_("{number} flagged", { number: numeral(flagged) })}` : "");
  cell.append(bar, el("span", "", `${Math.floor(share * 100)}%`), flagged ? el("span", "flag", ` ⚑${flagged}`) : "");
  return cell;
}
/** @param {string} changed */
function sayAge(changed) {
  const [count, unit] = ageOf((Date.now() - Date.parse(changed)) / 1000);
  return count ? new Intl.RelativeTimeFormat(texts().lang, { style: "narrow" }).format(-count, unit) : _("just now");
}
/** @param {DeskColumn} name @param {string} text */
const cell = (name, text) => el("div", `c-${name}`, text);
/** @param {number} wrong */
const sayWrong = wrong => (wrong < 0.05 ? "" : wrong < 10 ? wrong.toFixed(1) : numeral(Math.round(wrong)));
/** @param {DeskState} S @param {DeskLine} line @param {number} at */
function buildLine(S, line, at) {
  const node = el("div", "line"), chosen = S.selected.has(line.id);
  node.id = `desk-line-${at}`;
  node.dataset.id = line.id;
  node.setAttribute("role", "row");
  node.setAttribute("aria-rowindex", `${at + 2}`);
  node.setAttribute("aria-selected", `${chosen}`);
  node.style.top = `${at * lineHeight(S)}px`;
  node.classList.toggle("cur", line.id === S.cur);
  const wrong = sayWrong(line.wrong);
  /** @type {Record<DeskColumn, HTMLElement>} */
  const cells = {
    date: cell("date", line.date || "—"), en: buildTitle(S, line, "en"), zh: buildTitle(S, line, "zh"), rows: cell("rows", numeral(line.rows)),
    done: buildDone(line), wrong: cell("wrong", wrong), notes: cell("notes", line.notes ? numeral(line.notes) : ""),
    owners: cell("owners", line.owners.join(", ")), changed: cell("changed", sayAge(line.changed)),
  };
  for (const name of COLUMNS) cells[name].setAttribute("role", "gridcell");
  cells.owners.title = line.owners.join(", ");
  cells.wrong.title = wrong && _("Likely wrong");
  cells.notes.title = line.notes ? _("Open notes") : "";
  node.append(buildChoice(chosen, _("Select “{title}”", { title: line.en || line.zh || line.id }), event => select(S, at, event.shiftKey)), ...ordered().map(name => cells[name]));
  return node;
}
/** @param {DeskState} S */
function paintLines(S) {
  S.space.style.height = `${S.ids.length * lineHeight(S)}px`; // the height of the grid depends on it
  const view = viewOf(S), [first, last] = linesInView(view);
  S.space.replaceChildren(...S.shown.slice(first, last).map((line, at) => buildLine(S, line, first + at)));
  S.grid.setAttribute("aria-rowcount", `${view.count + 1}`);
  const place = placeOf(S, S.cur);
  if (place >= first && place < last) S.grid.setAttribute("aria-activedescendant", `desk-line-${place}`);
  else S.grid.removeAttribute("aria-activedescendant");
}
/** @param {DeskState} S */
function paint(S) {
  S.root.classList.toggle("narrow", isNarrow(S));
  S.grid.setAttribute("aria-label", _("Briefings"));
  paintHead(S);
  fit(S);
  paintLines(S);
}
// The table ends where the window ends.
/** @param {DeskState} S */
function fit(S) {
  const host = /** @type {ShadowRoot} */ (S.root.getRootNode()).host, pane = host?.closest('[data-testid="stMain"]');
  if (!pane) return;
  const above = S.grid.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  S.grid.style.maxHeight = `${Math.max(pane.clientHeight - above - BELOW, LEAST)}px`;
}

// -- keys and pointer -----------------------------------------------------------------------------
/** @param {DeskState} S @param {KeyboardEvent} event */
function fieldKey(S, event) {
  if (event.isComposing) return;
  if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); go(S, 0); }
  else if (event.key === "Escape") {
    S.field.value = "";
    S.grid.focus();
    wish(S, { find: "" });
  } else return;
  event.stopPropagation();
}
/** @param {DeskState} S */
function type(S) {
  clearTimeout(S.typing);
  S.typing = setTimeout(() => wish(S, { find: S.field.value.trim() }), TYPED);
}
/** @param {DeskState} S */
function listen(S) {
  const speak = () => paint(S), look = () => { if (!document.hidden) ask(S, true); };
  S.field.addEventListener("input", event => { if (!(/** @type {InputEvent} */ (event).isComposing)) type(S); });
  S.field.addEventListener("compositionend", () => type(S));
  S.field.addEventListener("keydown", event => fieldKey(S, event));
  S.part.addEventListener("change", () => wish(S, { part: S.part.value, sort: S.part.value === "to review" && S.query.sort === USUAL ? "-wrong" : S.query.sort }));
  S.grid.addEventListener("scroll", () => { cancelAnimationFrame(S.scrolling); S.scrolling = requestAnimationFrame(() => paintLines(S)); });
  S.space.addEventListener("click", event => {
    const line = event.target?.closest?.(".line"), at = placeOf(S, line?.dataset.id ?? "");
    if (at < 0 || event.defaultPrevented) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) select(S, at, event.shiftKey);
    else go(S, at);
  });
  window.addEventListener("align-texts", speak);
  document.addEventListener("visibilitychange", look);
  const resized = new ResizeObserver(() => paint(S)), timer = setInterval(look, WATCH);
  resized.observe(document.documentElement);
  S.off = () => {
    window.removeEventListener("align-texts", speak);
    document.removeEventListener("visibilitychange", look);
    resized.disconnect();
    clearInterval(timer);
    S.off = undefined;
  };
}
/** @param {HTMLElement} root @param {DeskComponent} component @returns {DeskState} */
const setUp = (root, { data, setStateValue }) => ({
  root, data, set: setStateValue, seq: 0, field: /** @type {HTMLInputElement} */ (find(root, ".find")), part: /** @type {HTMLSelectElement} */ (find(root, ".part")),
  grid: find(root, ".grid"), space: find(root, ".space"), query: firstQuery(), version: "", lines: [], ids: [], shown: [], places: new Map(), words: "",
  lost: "", cur: "", clicked: "", selected: new Set(), asking: false, again: false, typing: 0, scrolling: 0,
});
/** @param {DeskComponent} component */
export default function (component) {
  const { data, parentElement } = component;
  const root = /** @type {HTMLElement & { __state?: DeskState }} */ (find(parentElement, ".desk"));
  const S = (root.__state ??= setUp(root, component));
  if (S.data.view !== data.view) S.version = "";
  S.data = data;
  S.set = component.setStateValue;
  if (!S.off) { listen(S); keepQuery(S); }
  decisions.runHit = name => root.isConnected && run(S, name);
  decisions.focusHit = () => S.grid.focus({ preventScroll: true });
  ask(S);
  paint(S);
  return () => setTimeout(() => { if (!root.isConnected) S.off?.(); }, 0);
}
