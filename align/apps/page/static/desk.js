// @ts-check
// Table of briefings. Python filters and sorts; of many lines only those in view are drawn.
import { decisions } from "./decisions.js";
import {
  linesInView,
  nextSort,
  readQuery,
  scrollTo,
  sortOf,
  toggleLines,
  USUAL,
  writeQuery,
} from "./model/desk.js";
import { nextNumber, post } from "./unanswered.js";
import { buildChoice, buildLine, ordered } from "./view/desk_lines.js";
import { button, el, find, focused } from "./view/dom.js";
import { readKept, writeKept } from "./view/storage.js";
import { _, N_, ngettext } from "./view/texts.js";

const PATIENCE = 60_000;
const WATCH = 10_000;
const TYPED = 120; // milliseconds
const LINE = 30;
const TWO_LINES = 64;
const NARROW = 760;
const LEAST = 240;
const BELOW = 14; // pixels
const KEPT = "desk-query";
/** @type {[string, string][]} */
const PARTS = [
  ["all", N_("all")],
  ["to review", N_("to review")],
  ["reviewed", N_("reviewed")],
];
/** @type {Record<DeskColumn, string>} */
const LABELS = {
  date: N_("Date"),
  en: N_("English title"),
  zh: N_("Chinese title"),
  rows: N_("Rows"),
  done: N_("Reviewed"),
  wrong: N_("Likely wrong"),
  notes: N_("Open notes"),
  owners: N_("Assigned to"),
  changed: N_("Changed"),
};
/** @type {Record<DeskAction, string>} */
const ACTIONS = {
  export: N_("Export …"),
  describe: N_("Source and licence …"),
  assign: N_("Assign …"),
};

/**
 * @param {DeskState} state
 * @param {string} id
 */
const placeOf = (state, id) => state.places.get(id) ?? -1;
/** @param {DeskState} state */
const isNarrow = state => state.root.clientWidth < NARROW;
/** @param {DeskState} state */
const lineHeight = state => (isNarrow(state) ? TWO_LINES : LINE);
/** @param {DeskState} state */
const viewOf = state => {
  const head = find(state.root, ".columns").offsetHeight;
  return {
    top: state.grid.scrollTop,
    height: Math.max(state.grid.clientHeight - head, 0),
    line: lineHeight(state),
    count: state.ids.length,
  };
};

// -- exchange -------------------------------------------------------------------------------------
/**
 * One question at a time; the last one that comes up meanwhile is asked next.
 * @param {DeskState} state
 * @param {boolean} [watches]
 */
async function ask(state, watches = false) {
  if (state.asking) {
    state.again ||= !watches;
    return;
  }
  state.asking = true;
  state.again = false;
  const answer = await send(state, watches).catch(() => null);
  state.asking = false;
  if (answer) receive(state, answer);
  if (state.again) ask(state);
}

/**
 * @param {DeskState} state
 * @param {boolean} watches
 * @returns {Promise<DeskAnswer | null>}
 */
async function send(state, watches) {
  const message = {
    known: state.version,
    watches: watches && !!state.version,
    begins: !state.version && !state.ids.length,
    ...state.query,
  };
  const answer = await post(state.data.view, message, { signal: AbortSignal.timeout(PATIENCE) });
  return answer.ok ? answer.json() : null;
}

/**
 * @param {DeskState} state
 * @param {DeskAnswer} answer
 */
function receive(state, answer) {
  const was = state.lost;
  state.lost = answer.lost ?? "";
  const isNew = !!(answer.ids || answer.order);
  if (isNew) takeLines(state, answer);
  else if (!answer.lost && answer.version !== state.version) state.again = true;
  if (isNew || was !== state.lost) paint(state);
}

/**
 * @param {DeskState} state
 * @param {DeskAnswer} answer
 */
function takeLines(state, { version, lines, order, first, ids, words }) {
  if (lines) state.lines = lines;
  state.version = version;
  state.words = words;
  state.shown = first ?? order?.map(at => state.lines[at]) ?? [];
  state.ids = ids ?? state.shown.map(line => line.id);
  state.places = new Map(state.ids.map((id, at) => [id, at]));
  if (placeOf(state, state.cur) < 0) state.cur = state.ids[0] ?? "";
  if (first) state.again = true; // the other lines
  state.root.dataset.ready = "1";
}

/**
 * Filter or sort; the address says how, and this tab remembers it.
 * @param {DeskState} state
 * @param {Partial<DeskQuery>} changed
 */
function wish(state, changed) {
  state.query = { ...state.query, ...changed };
  state.grid.scrollTop = 0;
  keepQuery(state);
  ask(state);
  paintHead(state);
}

/** @param {DeskState} state */
function keepQuery(state) {
  writeKept("sessionStorage", KEPT, state.query);
  const { pathname, search, hash } = location;
  const written = writeQuery(search, state.query);
  if (written !== search) history.replaceState(history.state, "", pathname + written + hash);
}

/** @returns {DeskQuery} */
function firstQuery() {
  const named = readQuery(location.search);
  const usual = readQuery("");
  const isNamed = JSON.stringify(named) !== JSON.stringify(usual);
  return isNamed
    ? named
    : { ...usual, ...readKept("sessionStorage", KEPT, /** @type {Partial<DeskQuery>} */ ({})) };
}

// -- what is done ---------------------------------------------------------------------------------
/**
 * @param {DeskState} state
 * @param {string} id
 */
const open = (state, id) =>
  state.set("go", { n: nextNumber(state.seq), id, part: state.query.part });

/**
 * @param {DeskState} state
 * @param {DeskAction} name
 */
function act(state, name) {
  if (!state.data.actions.includes(name)) return;
  const ids = state.selected.size ? [...state.selected] : [state.cur].filter(Boolean);
  if (ids.length) state.set("act", { n: nextNumber(state.seq), name, ids });
}

/**
 * @param {DeskState} state
 * @param {number} at
 * @param {boolean} [range]
 */
function select(state, at, range = false) {
  if (at < 0 || at >= state.ids.length) return;
  state.selected = toggleLines(
    state.selected,
    state.ids,
    at,
    range ? placeOf(state, state.clicked) : -1,
  );
  state.clicked = state.cur = state.ids[at];
  paint(state);
}

/**
 * @param {DeskState} state
 * @param {boolean} all
 */
function selectAll(state, all) {
  state.selected = new Set(all ? state.ids : []);
  paint(state);
}

/**
 * @param {DeskState} state
 * @param {number} at
 */
function go(state, at) {
  const place = Math.max(0, Math.min(at, state.ids.length - 1));
  if (!state.ids.length) return;
  state.cur = state.ids[place];
  const top = scrollTo(place, viewOf(state));
  if (top !== undefined) state.grid.scrollTop = top;
  state.grid.focus({ preventScroll: true });
  paint(state);
}

/**
 * @param {DeskState} state
 * @param {number} by
 */
const step = (state, by) => go(state, placeOf(state, state.cur) + by);
/** @param {DeskState} state */
const screen = state => Math.max(1, Math.floor(viewOf(state).height / lineHeight(state)) - 1);
/** @type {Record<string, (state: DeskState) => unknown>} */
const RUN = {
  next: state => step(state, 1),
  previous: state => step(state, -1),
  first: state => go(state, 0),
  last: state => go(state, state.ids.length - 1),
  "page-down": state => step(state, screen(state)),
  "page-up": state => step(state, -screen(state)),
  open: state => state.cur && open(state, state.cur),
  choose: state => select(state, placeOf(state, state.cur)),
  "choose-all": state => selectAll(state, state.selected.size < state.ids.length),
  export: state => act(state, "export"),
  describe: state => act(state, "describe"),
  assign: state => act(state, "assign"),
  search: state => {
    state.field.focus();
    state.field.select();
  },
};

/**
 * @param {DeskState} state
 * @param {string} name
 */
function run(state, name) {
  if (!RUN[name]) return false;
  RUN[name](state);
  return true;
}

// -- painting -------------------------------------------------------------------------------------
/** @param {DeskState} state */
function paintHead(state) {
  if (focused(state) !== state.field) state.field.value = state.query.find;
  state.field.placeholder = _("Title, date, site or speaker");
  state.field.setAttribute("aria-label", _("Find a briefing"));
  state.part.setAttribute("aria-label", _("Show"));
  state.part.replaceChildren(
    ...PARTS.map(([value, label]) => {
      const option = el("option", "", _(label));
      option.value = value;
      return option;
    }),
  );
  state.part.value = state.query.part;
  find(state.root, ".words").textContent = state.lost || state.words;
  find(state.root, ".words").title = state.words;
  const acts = find(state.root, ".acts");
  const count = state.selected.size;
  acts.hidden = !count;
  acts.replaceChildren(
    el("b", "", ngettext("{count} selected", "{count} selected", count)),
    ...state.data.actions.map(name => button(_(ACTIONS[name]), "", () => act(state, name))),
    button("×", _("Clear the selection"), () => selectAll(state, false)),
  );
  const columns = find(state.root, ".columns");
  columns.replaceChildren(
    buildChoice(
      state.ids.length > 0 && count >= state.ids.length,
      _("Select all briefings shown"),
      () => selectAll(state, count < state.ids.length),
    ),
    ...ordered().map(name => buildColumn(state, name)),
  );
}

/**
 * @param {DeskState} state
 * @param {DeskColumn} name
 */
function buildColumn(state, name) {
  const cell = el("div", `c-${name}`);
  const order = sortOf(state.query.sort, name);
  cell.setAttribute("role", "columnheader");
  cell.setAttribute("aria-sort", order);
  const sign = { ascending: " ↑", descending: " ↓", none: "" }[order];
  cell.append(
    button(_(LABELS[name]) + sign, "", () =>
      wish(state, { sort: nextSort(state.query.sort, name) }),
    ),
  );
  return cell;
}

/**
 * @param {DeskState} state
 * @param {DeskLine} line
 * @param {number} at
 */
const drawLine = (state, line, at) =>
  buildLine(line, at, {
    top: at * lineHeight(state),
    isChosen: state.selected.has(line.id),
    isCurrent: line.id === state.cur,
    open: () => open(state, line.id),
    choose: range => select(state, at, range),
  });

/** @param {DeskState} state */
function paintLines(state) {
  // The height of the grid depends on it.
  state.space.style.height = `${state.ids.length * lineHeight(state)}px`;
  const view = viewOf(state);
  const [first, last] = linesInView(view);
  state.space.replaceChildren(
    ...state.shown.slice(first, last).map((line, at) => drawLine(state, line, first + at)),
  );
  state.grid.setAttribute("aria-rowcount", `${view.count + 1}`);
  const place = placeOf(state, state.cur);
  if (place >= first && place < last)
    state.grid.setAttribute("aria-activedescendant", `desk-line-${place}`);
  else state.grid.removeAttribute("aria-activedescendant");
}

/** @param {DeskState} state */
function paint(state) {
  state.root.classList.toggle("narrow", isNarrow(state));
  state.grid.setAttribute("aria-label", _("Briefings"));
  paintHead(state);
  fit(state);
  paintLines(state);
}

/**
 * The table ends where the window ends.
 * @param {DeskState} state
 */
function fit(state) {
  const host = /** @type {ShadowRoot} */ (state.root.getRootNode()).host;
  const pane = host?.closest('[data-testid="stMain"]');
  if (!pane) return;
  const above =
    state.grid.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  state.grid.style.maxHeight = `${Math.max(pane.clientHeight - above - BELOW, LEAST)}px`;
}

// -- keys and pointer -----------------------------------------------------------------------------
/**
 * @param {DeskState} state
 * @param {KeyboardEvent} event
 */
function fieldKey(state, event) {
  if (event.isComposing) return;
  if (event.key === "Enter" || event.key === "ArrowDown") {
    event.preventDefault();
    go(state, 0);
  } else if (event.key === "Escape") {
    state.field.value = "";
    state.grid.focus();
    wish(state, { find: "" });
  } else return;
  event.stopPropagation();
}

/** @param {DeskState} state */
function type(state) {
  clearTimeout(state.typing);
  state.typing = setTimeout(() => wish(state, { find: state.field.value.trim() }), TYPED);
}

/** @param {DeskState} state */
function listen(state) {
  const speak = () => paint(state);
  const look = () => {
    if (!document.hidden) ask(state, true);
  };
  state.field.addEventListener("input", event => {
    if (!(/** @type {InputEvent} */ (event).isComposing)) type(state);
  });
  state.field.addEventListener("compositionend", () => type(state));
  state.field.addEventListener("keydown", event => fieldKey(state, event));
  state.part.addEventListener("change", () =>
    wish(state, {
      part: state.part.value,
      sort:
        state.part.value === "to review" && state.query.sort === USUAL
          ? "-wrong"
          : state.query.sort,
    }),
  );
  state.grid.addEventListener("scroll", () => {
    cancelAnimationFrame(state.scrolling);
    state.scrolling = requestAnimationFrame(() => paintLines(state));
  });
  state.space.addEventListener("click", event => {
    const line = event.target?.closest?.(".line");
    const at = placeOf(state, line?.dataset.id ?? "");
    if (at < 0 || event.defaultPrevented) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) select(state, at, event.shiftKey);
    else go(state, at);
  });
  window.addEventListener("align-texts", speak);
  document.addEventListener("visibilitychange", look);
  const resized = new ResizeObserver(() => paint(state));
  const timer = setInterval(look, WATCH);
  resized.observe(document.documentElement);
  state.off = () => {
    window.removeEventListener("align-texts", speak);
    document.removeEventListener("visibilitychange", look);
    resized.disconnect();
    clearInterval(timer);
    state.off = undefined;
  };
}

/**
 * @param {HTMLElement} root
 * @param {DeskComponent} component
 * @returns {DeskState}
 */
const setUp = (root, { data, setStateValue }) => ({
  root,
  data,
  set: setStateValue,
  seq: 0,
  field: /** @type {HTMLInputElement} */ (find(root, ".find")),
  part: /** @type {HTMLSelectElement} */ (find(root, ".part")),
  grid: find(root, ".grid"),
  space: find(root, ".space"),
  query: firstQuery(),
  version: "",
  lines: [],
  ids: [],
  shown: [],
  places: new Map(),
  words: "",
  lost: "",
  cur: "",
  clicked: "",
  selected: new Set(),
  asking: false,
  again: false,
  typing: 0,
  scrolling: 0,
});

/** @param {DeskComponent} component */
export default function (component) {
  const { data, parentElement } = component;
  const root = /** @type {HTMLElement & { __state?: DeskState }} */ (find(parentElement, ".desk"));
  const state = (root.__state ??= setUp(root, component));
  if (state.data.view !== data.view) state.version = "";
  state.data = data;
  state.set = component.setStateValue;
  if (!state.off) {
    listen(state);
    keepQuery(state);
  }
  decisions.runHit = name => root.isConnected && run(state, name);
  decisions.focusHit = () => state.grid.focus({ preventScroll: true });
  ask(state);
  paint(state);
  return () =>
    setTimeout(() => {
      if (!root.isConnected) state.off?.();
    }, 0);
}
