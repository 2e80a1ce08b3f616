// @ts-check
// What each command does. A command changes the cursor, opens something, or sends one operation.
import {
  expectedWrong,
  hiddenAmong,
  mostDoubtful,
  neighbourOf,
  nextMostDoubtful,
  nextRow,
  queueRisks,
  rowAfter,
  rowOnNextPage,
  rowsToMerge,
  selected,
  selectedInSight,
  visible,
} from "./model/cursor.js";
import { takeRows } from "./model/queue.js";
import { isDoubtful, isOpen, joinRows, judged, passSentences, reopened } from "./model/rows.js";
import { kind } from "./model/text.js";
import { startCut } from "./view/cutting.js";
import { intoView } from "./view/fit_window.js";
import { toggleHints } from "./view/bar.js";
import { ask, MOUSE, showKeys, showMenu, showPalette } from "./view/layers.js";
import { closeNote, writeFlag, writeNote } from "./view/notes.js";
import { showLetters } from "./view/letters.js";
import { helpOf } from "./view/panel.js";
import { chooseSplit } from "./view/splitting.js";
import { _, N_, ngettext } from "./view/texts.js";
import { toggleMending, toggleRealigning } from "./view/toggles.js";
import { teachWords } from "./view/words.js";

/** @typedef {Table & Cursor & Pick<State, "mark" | "root">} Going */
/** @typedef {Table & Cursor & Pick<State, "paint" | "say" | "act" | "actNear">} Moving */
/** @typedef {Table & Cursor & Pick<State, "foresee">} Foreseeable */

// -- the cursor -----------------------------------------------------------------------------------
/**
 * @param {Going} state
 * @param {string | undefined} id
 * @param {boolean} [keep] whether the selection stays
 */
export function go(state, id, keep) {
  if (!id || !state.rows.has(id)) return false;
  state.cur = id;
  state.sentence = 0;
  state.clicked = null;
  if (!keep) state.anchor = null;
  intoView(state);
  state.mark(true);
  return true;
}

/**
 * @param {Going} state
 * @param {number} by
 * @param {boolean} [keep]
 */
export const step = (state, by, keep) => go(state, rowAfter(state, state.cur, by), keep);

/**
 * @param {Going & Pick<State, "say">} state
 * @param {(row: Row) => boolean} fits
 * @param {string} what
 * @param {boolean} [back]
 */
function goToNext(state, fits, what, back) {
  if (go(state, nextRow(state, state.cur, fits, back))) return;
  state.say(
    state.shown
      ? _("none of the rows shown {what}", { what: _(what) })
      : _("no row {what}", { what: _(what) }),
  );
}

/**
 * @param {Going & Pick<State, "say" | "checks" | "data">} state
 * @param {boolean} back
 */
const goToDoubt = (state, back) =>
  goToNext(
    state,
    row => isDoubtful(row, state.checks(row).length, state.data.limits.doubtful),
    N_("is unreviewed and uncertain"),
    back,
  );

/**
 * @param {Going & Pick<State, "els" | "grid">} state
 * @param {number} by
 */
function turnPage(state, by) {
  const heightOf = /** @param {Row} row */ row => state.els.get(row.id)?.offsetHeight || 60;
  go(state, rowOnNextPage(visible(state), state.cur, by, heightOf, state.grid.clientHeight * 0.85));
}

/** @param {Going & Pick<State, "data" | "say">} state */
function walkDoubts(state) {
  const rows = visible(state);
  const risks = queueRisks(state.data);
  state.walked = nextMostDoubtful(rows, risks, state.cur, state.walked);
  if (state.walked !== state.cur && go(state, state.walked)) return;
  const open = mostDoubtful(rows, risks);
  state.say(
    open
      ? _("no other row is unreviewed")
      : state.shown
        ? _("every row shown is reviewed")
        : _("every row is reviewed"),
  );
}

/** @param {Going & Pick<State, "data">} state */
const goToWorst = state => go(state, mostDoubtful(visible(state), queueRisks(state.data)));

/**
 * @param {Cursor & Pick<State, "mark">} state
 * @param {Side} side
 */
function chooseSide(state, side) {
  state.side = side;
  state.sentence = 0;
  state.mark();
}

/**
 * @param {Going} state
 * @param {number} by
 */
function extend(state, by) {
  state.anchor ??= state.cur;
  step(state, by, true);
}

/** @param {Pick<State, "rows" | "cur" | "side">} state */
const countSentences = ({ rows, cur, side }) => rows.get(cur)?.[side].length ?? 0;
/** @param {Pick<State, "rows" | "cur" | "side" | "sentence">} state */
export const isLastSentence = state => state.sentence >= countSentences(state) - 1;

/** @param {Table & Cursor & Pick<State, "mark">} state */
function nextSentence(state) {
  const count = countSentences(state);
  state.sentence = count ? (state.sentence + 1) % count : 0;
  state.mark();
}

// -- the page around the table --------------------------------------------------------------------
/**
 * @param {string} name
 * @returns {HTMLElement | null}
 */
export const onPage = name => document.querySelector(`.st-key-${name} input`);

// Streamlit loads a field when it is first drawn, which may be after the rows are there.
function focusSearch() {
  const field = onPage("q");
  if (field) field.focus();
  else if (document.querySelector(".st-key-q")) requestAnimationFrame(focusSearch);
}

// Empty the search of the rows; return whether there was anything in it. React reads a field
// through the setter of its prototype.
export function clearSearch() {
  const field = /** @type {HTMLInputElement | null} */ (onPage("q"));
  if (!field?.value) return false;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, "");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// -- verdicts -------------------------------------------------------------------------------------
/** @param {Going & Pick<State, "data">} state */
function goOn(state) {
  if (state.data.queue) {
    if (!go(state, mostDoubtful(visible(state), queueRisks(state.data), state.cur))) step(state, 1);
    return;
  }
  state.cur = selected(state, state).at(-1) ?? state.cur;
  state.anchor = null;
  step(state, 1);
}

/**
 * @param {Going & Pick<State, "data" | "act">} state
 * @param {string} action
 * @param {Status} status
 * @param {string[]} rows
 * @param {Fields} [extra]
 */
function judge(state, action, status, rows, extra = {}) {
  goOn(state);
  state.act(
    action,
    { rows, ...extra },
    judged(status, state.data.reviewer, String(extra.reason ?? "")),
  );
}

/**
 * One decision about all open rows shown, or those of a probability; how many are wrong is said
 * before.
 * @param {Going & Pick<State, "data" | "act" | "say" | "layer" | "home">} state
 */
function acceptMany(state) {
  const found = /** @param {Record<string, string>} values */ values =>
    visible(state).filter(row => isOpen(row) && (row.probability ?? 0) >= Number(values.p));
  ask(state, {
    label: state.shown ? _("Accept the rows shown") : _("Accept many rows"),
    fields: [
      {
        name: "p",
        label: _("Minimum probability"),
        value: state.shown ? 0 : 0.98,
        type: "number",
        step: "any",
      },
    ],
    done: values => {
      const rows = found(values).map(row => row.id);
      if (!rows.length) {
        state.say(_("no unreviewed row has this probability"));
        return;
      }
      state.act("accept-many", { rows }, judged("accepted", state.data.reviewer));
      if (state.data.queue) goToWorst(state);
    },
    foresee: values => {
      const rows = found(values);
      const wrong = expectedWrong(rows, state.data.risks).toFixed(1);
      return ngettext(
        "{count} row, about {wrong} likely wrong",
        "{count} rows, about {wrong} likely wrong",
        rows.length,
        { wrong },
      );
    },
  });
}

// -- moves ----------------------------------------------------------------------------------------
/**
 * A move changes no row unseen: one that a filter hides is shown first, and the key pressed again
 * goes on.
 * @param {Moving} state
 * @param {(string | undefined)[]} ids
 */
export function reveals(state, ids) {
  const hidden = hiddenAmong(state, ids, state.cur);
  if (!hidden.length) return false;
  for (const id of hidden) state.revealed.add(id);
  state.paint();
  state.say(
    ngettext(
      "{count} hidden row would change; now shown, press again to confirm",
      "{count} hidden rows would change; now shown, press again to confirm",
      hidden.length,
    ),
  );
  return true;
}

/** @param {Cursor} state */
const here = ({ cur, side }) => ({ rows: [cur], side });

/**
 * @param {Moving} state
 * @param {boolean} up
 */
function mergeRows(state, up) {
  const rows = rowsToMerge(state, state, up);
  if (!rows.length) {
    state.say(_("there is no row to merge with"));
    return;
  }
  if (reveals(state, rows)) return;
  state.cur = rows[0];
  state.anchor = null;
  state.act("merge", { rows, up }, null, known => joinRows(known, rows));
}

/**
 * @param {Moving} state
 * @param {boolean} up
 */
function shiftSentence(state, up) {
  const { cur, side } = state;
  const neighbour = neighbourOf(state, cur, up);
  if (!reveals(state, [neighbour]))
    state.act("shift", { ...here(state), up }, null, known =>
      passSentences(known, cur, neighbour, side, up),
    );
}

/**
 * A number means the row that had it when it was asked for; ``cur`` is the row that was to be
 * changed.
 * @param {Moving & Pick<State, "root" | "layer" | "home">} state
 * @param {string} label
 * @param {(id: string) => unknown} done
 * @param {string} [cur]
 */
function askRow(state, label, done, cur) {
  const { order } = state;
  ask(state, {
    label,
    fields: [{ name: "to", label: _("Row number"), value: placeOf(state) + 1, type: "number" }],
    done: ({ to: number }) => {
      const id = order[Number(number) - 1]?.id;
      if (!id) state.say(_("there is no row {number}", { number }));
      else if (!state.rows.has(id) || (cur && cur !== state.cur))
        state.say(_("This row no longer exists: it was merged, split or moved."));
      else done(id);
    },
  });
}

/** @param {Pick<State, "place" | "cur">} state */
const placeOf = ({ place, cur }) => place.get(cur) ?? 0;

/**
 * The row that is meant, and not only its place: somebody may join rows above it meanwhile.
 * @param {Foreseeable} state
 * @param {number} target
 */
function sendText(state, target) {
  const rows = [state.cur, ...(state.order[target] ? [state.order[target].id] : [])];
  state.foresee("send", { rows, side: state.side, target });
}

/** @param {Moving & Pick<State, "root" | "layer" | "home">} state */
function linkAcross(state) {
  const rows = selected(state, state);
  if (rows.length < 2) {
    askRow(
      state,
      _("Cross-link with row …"),
      id => state.act("link", { rows: [state.cur, id] }),
      state.cur,
    );
    return;
  }
  const ends = [rows[0], rows[rows.length - 1]];
  if (reveals(state, ends)) return;
  state.act("link", { rows: ends });
  state.anchor = null;
}

/** @param {Foreseeable} state */
const realign = state => state.foresee("resolve", { rows: selected(state, state) });

/**
 * Other ways to divide the text, from the aligner: asked for by the first key, taken by the second.
 * @param {Moving & Pick<State, "help" | "askHelp">} state
 * @param {number} n
 */
export function take(state, n) {
  const options = helpOf(state)?.options;
  if (!options) state.askHelp(state.cur, true);
  const option = options?.[n - 1];
  if (!option)
    state.say(
      options
        ? _("this row has no such alternative")
        : _("any alternatives will appear below the row; press again"),
    );
  else if (!reveals(state, option.ids))
    state.actNear("choose", { rows: [state.cur], option: option.name });
}

/**
 * The last open note of the row, else the last one.
 * @param {Pick<State, "rows" | "cur" | "notes" | "say">} state
 * @param {(row: Row, thread: Thread) => void} then
 */
function withNote(state, then) {
  const row = state.rows.get(state.cur);
  const notes = row ? state.notes(row) : [];
  let thread = notes.at(-1);
  for (const one of notes) if (one.open) thread = one;
  if (row && thread) then(row, thread);
  else state.say(_("this row has no note"));
}

/**
 * Python has said what the next undo will make of the rows, nothing where they are many; what waits
 * for its answer may change that.
 * @param {Moving & Foreseeable & Pick<State, "data" | "pend">} state
 */
function undo(state) {
  const patch = state.pend.length ? null : state.data.undo;
  if (patch && !Object.keys(patch).length) state.foresee("undo", {});
  else state.actNear("undo", {}, patch ? known => takeRows(known, { patch }) : undefined);
}

/**
 * Put back what the aligner realigned after a decision: at the row, or else what it realigned last.
 * @param {Moving & Pick<State, "data">} state
 * @param {string} id
 */
export function putBack(state, id) {
  const realigned = Object.entries(state.data.realigned);
  const last = Math.max(0, ...realigned.map(([, { seq }]) => seq));
  const target = state.data.realigned[id]?.seq ?? last;
  const rows = realigned.filter(([, { seq }]) => seq === target).map(([row]) => row);
  if (!rows.length) state.say(_("no row was realigned after a decision"));
  else if (!reveals(state, rows))
    state.act("put-back", { rows: [rows.includes(id) ? id : rows[0]], target });
}

/** @type {Record<string, (state: Commanded) => unknown>} */
export const RUN = {
  next: state => step(state, 1),
  previous: state => step(state, -1),
  zh: state => chooseSide(state, "zh"),
  en: state => chooseSide(state, "en"),
  "extend-down": state => extend(state, 1),
  "extend-up": state => extend(state, -1),
  first: state => go(state, visible(state)[0]?.id),
  last: state => go(state, visible(state).at(-1)?.id),
  "next-open": state => goToNext(state, isOpen, N_("is unreviewed")),
  "next-odd": state => goToNext(state, row => kind(row) !== "1-1", N_("is not 1:1")),
  "next-flagged": state => goToNext(state, row => row.status === "flagged", N_("is flagged")),
  "next-worst": walkDoubts,
  worst: goToWorst,
  "next-doubt": state => goToDoubt(state, false),
  "previous-doubt": state => goToDoubt(state, true),
  "page-down": state => turnPage(state, 1),
  "page-up": state => turnPage(state, -1),
  row: state => askRow(state, _("Go to row …"), id => go(state, id)),
  "row-in-view": showLetters,
  search: focusSearch,
  queue: () => onPage("queue")?.click(),
  "next-briefing": state => state.trigger("next", true),
  accept: state => judge(state, "accept", "accepted", selectedInSight(state, state)),
  "accept-many": acceptMany,
  mending: toggleMending,
  realigning: toggleRealigning,
  reject: state => judge(state, "reject", "rejected", selectedInSight(state, state)),
  reopen: state => state.act("reopen", { rows: selected(state, state) }, reopened),
  flag: state => {
    const rows = selectedInSight(state, state); // now: the selection may change while the reason is typed
    writeFlag(state, state.cur, values => judge(state, "flag", "flagged", rows, values));
  },
  annotate: state => {
    const row = state.rows.get(state.cur);
    if (row) writeNote(state, row);
  },
  reply: state => withNote(state, (row, thread) => writeNote(state, row, thread)),
  "close-note": state => withNote(state, (row, thread) => closeNote(state, row, thread)),
  alone: state => state.act("alone", here(state)),
  "merge-down": state => mergeRows(state, false),
  "merge-up": state => mergeRows(state, true),
  split: state => state.act("split", here(state)),
  "split-choose": state => chooseSplit(state),
  "split-inside": startCut,
  "shift-up": state => shiftSentence(state, true),
  "shift-down": state => shiftSentence(state, false),
  "text-down": state => sendText(state, placeOf(state) + 1),
  "text-up": state => sendText(state, placeOf(state) - 1),
  send: state =>
    askRow(
      state,
      _("Move text to row …"),
      id => sendText(state, state.place.get(id) ?? 0),
      state.cur,
    ),
  link: linkAcross,
  unlink: state => state.act("unlink", here(state)),
  resolve: realign,
  "put-back": state => putBack(state, state.cur),
  edit: state => state.edit(),
  "sentence-next": nextSentence,
  join: state => state.act("join", { ...here(state), at: state.sentence }),
  words: teachWords,
  "take-1": state => take(state, 1),
  "take-2": state => take(state, 2),
  "take-3": state => take(state, 3),
  undo: undo,
  redo: state => state.actNear("redo", {}),
  errors: state => state.askErrors(),
  details: state => state.toggle("panel"),
  pinyin: state => state.toggle("pinyin"),
  original: state => state.toggle("original"),
  mode: state => state.toggle("prose"),
  menu: state => {
    const box = state.els.get(state.cur)?.getBoundingClientRect();
    showMenu(state, box ? box.left + 60 : 0, box ? box.bottom : 0);
  },
  keys: state => showKeys(state, undefined, MOUSE),
  hints: toggleHints,
  palette: showPalette,
};
