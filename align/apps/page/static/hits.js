// @ts-check
// Lines of a concordance, one a hit; a click shows both texts in full, to be accepted or edited.
import { decide, decisions, keepDraft, tell, waitingFor } from "./decisions.js";
import { linkAt } from "./model/columns.js";
import { isNoKey, keyName } from "./model/keys.js";
import { other, shown, SIDES } from "./model/text.js";
import { nextNumber } from "./unanswered.js";
import { describeDone } from "./view/bar.js";
import { button, byId, el, find, focused } from "./view/dom.js";
import { markLink, placeUnder } from "./view/links.js";
import { _, LANG, MARK, ngettext } from "./view/texts.js";

/**
 * @param {HitPiece[]} list
 * @param {string} cls
 * @param {Side} side
 * @param {number} from
 */
function pieces(list, cls, side, from = 0) {
  const node = el("div", cls);
  node.lang = LANG[side];
  node.dataset.from = `${from}`;
  node.append(
    ...list.map(([text, tag]) => (tag ? el(/** @type {"i"} */ (tag), "", text) : shown(text))),
  );
  return node;
}

/** @param {string} cls */
const none = cls => el("div", `${cls} none`, _("no translation"));
/**
 * @param {Hit} row
 * @param {Side} side
 */
const whole = (row, side) => row[side].map(piece => piece[0]).join("");
/** @param {Hit} row */
const bothOf = row => SIDES.map(side => whole(row, side));
/**
 * @param {HTMLElement} root
 * @param {string} id
 */
const itemOf = (root, id) => root.querySelector(byId(id));

// -- what is decided ------------------------------------------------------------------------------
/**
 * The text of a row as it is when everything that waits is done.
 * @param {Hit} row
 * @param {Side} side
 */
const textOf = (row, side) =>
  waitingFor(row.id).reduce((text, op) => op[`${side}_text`] ?? text, whole(row, side));

/**
 * @param {Hit} row
 * @param {{ zh_text?: string, en_text?: string }} changed
 */
function act(row, changed) {
  const action = Object.keys(changed).length ? "edit" : "accept";
  const done = describeDone(decisions.commands, action, ngettext("{count} row", "{count} rows", 1));
  decide(
    {
      action,
      rows: [row.id],
      briefing: row.briefing,
      shown: SIDES.map(side => textOf(row, side)),
      title: row.title,
      ...changed,
    },
    done,
  );
}

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function accept(state, row) {
  if (!state.data.decides) return;
  state.cur = row.id;
  if (row.status !== "accepted" && !waitingFor(row.id).some(op => op.action === "accept"))
    act(row, {});
  step(state, 1);
}

/**
 * @param {Pick<HitsState, "set" | "seq">} state
 * @param {Hit} row
 */
const leave = (state, row) =>
  state.set("go", { n: nextNumber(state.seq), row: row.id, briefing: row.briefing });

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function toggle(state, row) {
  state.open = state.open === row.id ? "" : row.id;
  paint(state);
}

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function edit(state, row) {
  if (!state.data.decides) return;
  keepDraft(row.id, decisions.drafts[row.id] ?? {});
  state.open = row.id;
  paint(state);
  itemOf(state.root, row.id)?.querySelector("textarea[lang=en]")?.focus();
}

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function save(state, row) {
  const draft = decisions.drafts[row.id] ?? {};
  /** @type {{ zh_text?: string, en_text?: string }} */
  const changed = {};
  if (draft.zh !== undefined && draft.zh !== textOf(row, "zh")) changed.zh_text = draft.zh;
  if (draft.en !== undefined && draft.en !== textOf(row, "en")) changed.en_text = draft.en;
  if (Object.keys(changed).length) act(row, changed);
  stop(state, row);
}

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function stop(state, row) {
  state.warned = false;
  keepDraft(row.id, null);
  paint(state);
  itemOf(state.root, row.id)?.focus();
}

/**
 * Discard the draft; if its text was changed, only at the second request.
 * @param {HitsState} state
 * @param {Hit} row
 */
function discard(state, row) {
  const draft = decisions.drafts[row.id] ?? {};
  const isChanged = SIDES.some(
    side => draft[side] !== undefined && draft[side] !== textOf(row, side),
  );
  if (!isChanged || state.warned) {
    stop(state, row);
    return;
  }
  state.warned = true;
  decisions.told = _("unsaved changes; press Esc again to discard them");
  decisions.isRefused = false;
  tell();
}

// -- painting -------------------------------------------------------------------------------------
/**
 * @param {HitsState} state
 * @param {Hit} row
 * @param {HitDraft} draft
 * @param {Side} side
 */
function field(state, row, draft, side) {
  const area = el("textarea");
  area.value = draft[side] ?? textOf(row, side);
  area.lang = LANG[side];
  area.rows = Math.max(2, Math.ceil(area.value.length / (side === "zh" ? 38 : 75)));
  area.addEventListener("input", () => {
    state.warned = false;
    keepDraft(row.id, { ...(decisions.drafts[row.id] ?? draft), [side]: area.value });
  });
  area.addEventListener("keydown", event => {
    event.stopPropagation();
    if (!isNoKey(event) && fieldKey(state, row, side, keyName(event))) event.preventDefault();
  });
  return area;
}

/**
 * Keys of an open text, as in the rows of a briefing; a sentence is one line.
 * @param {HitsState} state
 * @param {Hit} row
 * @param {Side} side
 * @param {string} key
 */
function fieldKey(state, row, side, key) {
  if (key === "Escape") discard(state, row);
  else if (/^(F2|Enter|Control\+Enter)$/.test(key)) save(state, row);
  else if (key === (side === "en" ? "Tab" : "Shift+Tab"))
    itemOf(state.root, row.id)
      ?.querySelector(`textarea[lang=${LANG[other(side)]}]`)
      ?.focus();
  else return false;
  return true;
}

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function paintOpen(state, row) {
  const box = el("div", "whole");
  const draft = decisions.drafts[row.id];
  for (const side of SIDES) {
    if (!draft || draft.why) box.append(row[side].length ? pieces(row[side], "", side) : none(""));
    if (draft) box.append(field(state, row, draft, side));
  }
  const foot = el("div", "foot");
  foot.append(
    el("span", "", [row.note, row.date, row.speaker, row.title].filter(Boolean).join(" · ")),
  );
  if (draft) {
    const saving = _("Save (Enter)");
    const leaving = _("Cancel (Escape)");
    foot.append(
      button(saving, saving, () => save(state, row)),
      button(leaving, leaving, () => stop(state, row)),
    );
  }
  box.append(foot);
  return box;
}

/**
 * @param {HitsState} state
 * @param {Hit} row
 */
function paintRow(state, row) {
  const item = el("div", `hit ${row.status}${row.id === state.cur ? " cur" : ""}`);
  const [left, hit, right] = row.line;
  const [at, otherAt] = row.from;
  item.setAttribute("role", "listitem");
  item.tabIndex = 0;
  item.dataset.id = row.id;
  const line = el("div", "line");
  const todo = el("div", "do");
  line.append(
    el("div", "who", [row.date, row.speaker].filter(Boolean).join(" ")),
    pieces([[left, ""]], "before", row.side, at),
    pieces(
      [
        [hit, "mark"],
        [right, ""],
      ],
      "after",
      row.side,
      at + left.length,
    ),
    row.other.length ? pieces(row.other, "other", other(row.side), otherAt) : none("other"),
    el(
      "div",
      "p",
      `${MARK[row.status]} ${row.probability === null ? "" : row.probability.toFixed(2).replace(/^0/, "")}`,
    ),
    todo,
  );
  if (state.data.decides)
    todo.append(
      button("✓", _("Accept (a)"), () => accept(state, row)),
      button("✎", _("Edit (e)"), () => edit(state, row)),
    );
  todo.append(button("→", _("Open in its briefing (Enter)"), () => leave(state, row)));
  line.addEventListener("click", event => {
    if (!todo.contains(/** @type {Node} */ (event.target))) toggle(state, row);
  });
  item.append(line);
  if (state.open === row.id || decisions.drafts[row.id]) item.append(paintOpen(state, row));
  const why = decisions.said.get(row.id) || decisions.drafts[row.id]?.why;
  if (why) item.append(alarm(why));
  if (waitingFor(row.id).length) item.append(el("div", "said", _("Not saved yet")));
  return item;
}

/** @param {string} words */
function alarm(words) {
  const told = el("div", "said", words);
  told.setAttribute("role", "alert");
  return told;
}

/**
 * Texts that were refused and whose row is not among the hits.
 * @param {HitsState} state
 */
function paintNotices(state) {
  const notices = [];
  for (const [id, { why, title, ...texts }] of Object.entries(decisions.drafts)) {
    if (!why || state.data.rows.some(row => row.id === id)) continue;
    const box = el("div", "whole");
    box.append(
      el("b", "", _("Your edit was not saved")),
      el("div", "foot", [title, why].filter(Boolean).join(" · ")),
      ...Object.values(texts).map(text => el("div", "", text)),
    );
    box.append(
      button(_("Close"), "", () => {
        keepDraft(id, null);
        paint(state);
      }),
    );
    notices.push(box);
  }
  return notices;
}

/** @param {HitsState} state */
function paint(state) {
  if (state.composing) return; // an input method would lose what it composes
  const active = focused(state);
  const id = active?.closest(".hit")?.dataset.id;
  const area = active instanceof HTMLTextAreaElement ? active : null;
  state.root.setAttribute("aria-label", _("Hits"));
  state.root.replaceChildren(
    ...paintNotices(state),
    ...state.data.rows.map(row => paintRow(state, row)),
  );
  const again = id ? itemOf(state.root, id) : null;
  const typed =
    area &&
    /** @type {HTMLTextAreaElement | null} */ (again?.querySelector(`textarea[lang=${area.lang}]`));
  (typed || again)?.focus({ preventScroll: true });
  if (typed) typed.setSelectionRange(area.selectionStart, area.selectionEnd);
}

// -- keys and pointer -----------------------------------------------------------------------------
/**
 * @param {HitsState} state
 * @param {number} by
 */
function step(state, by) {
  const items = [...state.root.querySelectorAll(".hit")];
  const at = items.findIndex(item => item.dataset.id === state.cur);
  items[at < 0 ? 0 : Math.max(0, Math.min(at + by, items.length - 1))]?.focus();
}

/**
 * The cursor is on the hit that had the focus last.
 * @param {HitsState} state
 * @param {FocusEvent} event
 */
function onFocus(state, event) {
  const item = event.target?.closest?.(".hit");
  if (!item) return;
  state.cur = item.dataset.id ?? "";
  for (const node of state.root.querySelectorAll(".hit.cur")) node.classList.remove("cur");
  item.classList.add("cur");
}

/** @type {Record<string, (state: HitsState) => unknown>} */
const GO = {
  next: state => step(state, 1),
  previous: state => step(state, -1),
  first: state => state.root.querySelector(".hit")?.focus(),
  last: state => [...state.root.querySelectorAll(".hit")].at(-1)?.focus(),
};
/** @type {Record<string, (state: HitsState, row: Hit) => unknown>} */
const RUN = { accept: accept, edit: edit, open: leave, whole: toggle };

/**
 * Return whether a command was carried out: one on a row needs a cursor.
 * @param {HitsState} state
 * @param {string} name
 */
function run(state, name) {
  const row = state.data.rows.find(one => one.id === state.cur);
  if (GO[name]) GO[name](state);
  else if (row && RUN[name]) RUN[name](state, row);
  else return false;
  return true;
}

/**
 * The word under the pointer is marked with its counterpart, once Python has linked the words of
 * the hit.
 * @param {HitsState} state
 * @param {MouseEvent} event
 */
function point(state, event) {
  const node = event.target?.closest?.("[data-from]");
  const row = state.data.rows.find(one => one.id === node?.closest(".hit")?.dataset.id);
  const under = node && row ? placeUnder(state, node, event) : -1;
  state.pointed =
    !node || !row || under < 0
      ? null
      : { row, side: node.lang === LANG.zh ? "zh" : "en", at: under + Number(node.dataset.from) };
  markPointed(state);
}

/** @param {Pick<HitsState, "root" | "pointed" | "links" | "looking" | "set" | "seq">} state */
function markPointed(state) {
  clearTimeout(state.looking);
  if (!state.pointed) {
    markLink(undefined, "zh", () => []);
    return;
  }
  const { row, side, at } = state.pointed;
  const links = state.links.get(`${bothOf(row)}`);
  if (!links)
    state.looking = setTimeout(
      () => state.set("look", { n: nextNumber(state.seq), row: row.id }),
      300,
    );
  markLink(linkAt(links ?? [], side, at), side, of => {
    const nodes =
      itemOf(state.root, row.id)?.querySelectorAll(`[data-from][lang=${LANG[of]}]`) ?? [];
    return [...nodes].map(node => [node, Number(node.dataset.from)]);
  });
}

/** @param {HitsState} state */
function listen(state) {
  const { root } = state;
  const speak = () => paint(state);
  root.addEventListener("mousemove", event => point(state, event));
  root.addEventListener("mouseleave", event => point(state, event));
  root.addEventListener("focusin", event => onFocus(state, event));
  root.addEventListener("compositionstart", () => {
    state.composing = true;
  });
  root.addEventListener("compositionend", () => {
    state.composing = false;
  });
  window.addEventListener("align-texts", speak);
  decisions.listeners.add(speak);
  state.off = () => {
    window.removeEventListener("align-texts", speak);
    decisions.listeners.delete(speak);
    state.off = undefined;
  };
}

/**
 * @param {HTMLElement & { __state?: HitsState }} root
 * @param {HitsComponent} component
 * @returns {HitsState}
 */
const setUp = (root, { data, setStateValue }) => ({
  root,
  data,
  set: setStateValue,
  seq: 0,
  open: "",
  cur: "",
  warned: false,
  composing: false,
  links: new Map(),
  pointed: null,
});

/** @param {HitsComponent} component */
export default function (component) {
  const { data, parentElement } = component;
  const root = /** @type {HTMLElement & { __state?: HitsState }} */ (find(parentElement, ".hits"));
  const state = (root.__state ??= setUp(root, component));
  state.data = data;
  state.set = component.setStateValue;
  for (const row of data.rows)
    if (data.links[row.id]) state.links.set(`${bothOf(row)}`, data.links[row.id]);
  if (!state.off) listen(state);
  decisions.runHit = name => root.isConnected && run(state, name);
  decisions.focusHit = () => itemOf(root, state.cur)?.focus();
  paint(state);
  markPointed(state);
  return () =>
    setTimeout(() => {
      if (!root.isConnected) state.off?.();
    }, 0);
}
