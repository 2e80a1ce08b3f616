// @ts-check
// What each command does. A command changes the cursor, opens something, or sends one operation.
import { expectedWrong, hiddenAmong, mostDoubtful, neighbourOf, nextMostDoubtful, nextRow, rowAfter, rowOnNextPage, rowsToMerge, selected, selectedInSight, visible } from "./model/cursor.js";
import { takeRows } from "./model/queue.js";
import { isDoubtful, isOpen, joinRows, judged, passSentences, reopened } from "./model/rows.js";
import { kind } from "./model/text.js";
import { startCut } from "./view/cutting.js";
import { intoView } from "./view/fit_window.js";
import { toggleHints } from "./view/bar.js";
import { ask, MOUSE, showKeys, showMenu, showPalette } from "./view/layers.js";
import { closeNote, writeFlag, writeNote } from "./view/notes.js";
import { helpOf } from "./view/panel.js";
import { chooseSplit } from "./view/splitting.js";
import { _, N_, ngettext } from "./view/texts.js";
import { teachWords } from "./view/words.js";

/** @typedef {Table & Cursor & Pick<State, "mark" | "root">} Going */
/** @typedef {Table & Cursor & Pick<State, "paint" | "say" | "act" | "actNear">} Moving */
/** @typedef {Table & Cursor & Pick<State, "foresee">} Foreseeable */

// -- the cursor -----------------------------------------------------------------------------------
/** @param {Going} S @param {string | undefined} id @param {boolean} [keep] whether the selection stays */
export function go(S, id, keep) {
  if (!id || !S.rows.has(id)) return false;
  S.cur = id;
  S.sentence = 0;
  S.clicked = null;
  if (!keep) S.anchor = null;
  intoView(S);
  S.mark(true);
  return true;
}
/** @param {Going} S @param {number} by @param {boolean} [keep] */
export const step = (S, by, keep) => go(S, rowAfter(S, S.cur, by), keep);

/** @param {Going & Pick<State, "say">} S @param {(row: Row) => boolean} fits @param {string} what @param {boolean} [back] */
function goToNext(S, fits, what, back) {
  if (go(S, nextRow(S, S.cur, fits, back))) return;
  S.say(S.shown ? _("none of the rows shown {what}", { what: _(what) }) : _("no row {what}", { what: _(what) }));
}
/** @param {Going & Pick<State, "say" | "checks" | "data">} S @param {boolean} back */
const goToDoubt = (S, back) =>
  goToNext(S, row => isDoubtful(row, S.checks(row).length, S.data.limits.doubtful), N_("is unreviewed and uncertain"), back);

/** @param {Going & Pick<State, "els" | "grid">} S @param {number} by */
function turnPage(S, by) {
  const heightOf = /** @param {Row} row */ row => S.els.get(row.id)?.offsetHeight || 60;
  go(S, rowOnNextPage(visible(S), S.cur, by, heightOf, S.grid.clientHeight * 0.85));
}
/** @param {Going & Pick<State, "data" | "say">} S */
function walkDoubts(S) {
  const rows = visible(S), { risks } = S.data;
  S.walked = nextMostDoubtful(rows, risks, S.cur, S.walked);
  if (S.walked !== S.cur && go(S, S.walked)) return;
  const open = mostDoubtful(rows, risks);
  S.say(open ? _("no other row is unreviewed") : S.shown ? _("every row shown is reviewed") : _("every row is reviewed"));
}
/** @param {Going & Pick<State, "data">} S */
const goToWorst = S => go(S, mostDoubtful(visible(S), S.data.risks));

/** @param {Cursor & Pick<State, "mark">} S @param {Side} side */
function chooseSide(S, side) {
  S.side = side;
  S.sentence = 0;
  S.mark();
}
/** @param {Going} S @param {number} by */
function extend(S, by) {
  S.anchor ??= S.cur;
  step(S, by, true);
}
/** @param {Pick<State, "rows" | "cur" | "side">} S */
const countSentences = ({ rows, cur, side }) => rows.get(cur)?.[side].length ?? 0;
/** @param {Pick<State, "rows" | "cur" | "side" | "sentence">} S */
export const isLastSentence = S => S.sentence >= countSentences(S) - 1;
/** @param {Table & Cursor & Pick<State, "mark">} S */
function nextSentence(S) {
  const count = countSentences(S);
  S.sentence = count ? (S.sentence + 1) % count : 0;
  S.mark();
}

// -- the page around the table --------------------------------------------------------------------
/** @param {string} name @returns {HTMLElement | null} */
export const onPage = name => document.querySelector(`.st-key-${name} input`);
// Streamlit loads a field when it is first drawn, which may be after the rows are there.
function focusSearch() {
  const field = onPage("q");
  if (field) field.focus(); else if (document.querySelector(".st-key-q")) requestAnimationFrame(focusSearch);
}

// Empty the search of the rows; return whether there was anything in it. React reads a field through
// the setter of its prototype.
export function clearSearch() {
  const field = /** @type {HTMLInputElement | null} */ (onPage("q"));
  if (!field?.value) return false;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, "");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// -- verdicts -------------------------------------------------------------------------------------
/** @param {Going & Pick<State, "data">} S */
function goOn(S) {
  if (S.data.queue) {
    if (!go(S, mostDoubtful(visible(S), S.data.risks, S.cur))) step(S, 1);
    return;
  }
  S.cur = selected(S, S).at(-1) ?? S.cur;
  S.anchor = null;
  step(S, 1);
}
/** @param {Going & Pick<State, "data" | "act">} S @param {string} action @param {Status} status @param {string[]} rows @param {Fields} [extra] */
function judge(S, action, status, rows, extra = {}) {
  goOn(S);
  S.act(action, { rows, ...extra }, judged(status, S.data.reviewer, String(extra.reason ?? "")));
}
// One decision about all open rows shown, or those of a probability; how many are wrong is said before.
/** @param {Going & Pick<State, "data" | "act" | "say" | "layer" | "home">} S */
function acceptMany(S) {
  const found = /** @param {Record<string, string>} values */ values => visible(S).filter(row => isOpen(row) && (row.p ?? 0) >= Number(values.p));
  ask(S, {
    label: S.shown ? _("Accept the rows shown") : _("Accept many rows"),
    fields: [{ name: "p", label: _("Minimum probability"), value: S.shown ? 0 : 0.98, type: "number", step: "any" }],
    done: values => {
      const rows = found(values).map(row => row.id);
      if (!rows.length) { S.say(_("no unreviewed row has this probability")); return; }
      S.act("accept-many", { rows }, judged("accepted", S.data.reviewer));
      if (S.data.queue) goToWorst(S);
    },
    foresee: values => {
      const rows = found(values), wrong = expectedWrong(rows, S.data.risks).toFixed(1);
      return ngettext("{count} row, about {wrong} likely wrong", "{count} rows, about {wrong} likely wrong", rows.length, { wrong });
    },
  });
}

// -- moves ----------------------------------------------------------------------------------------
// A move changes no row unseen: one that a filter hides is shown first, and the key pressed again goes on.
/** @param {Moving} S @param {(string | undefined)[]} ids */
export function reveals(S, ids) {
  const hidden = hiddenAmong(S, ids, S.cur);
  if (!hidden.length) return false;
  for (const id of hidden) S.revealed.add(id);
  S.paint();
  S.say(ngettext("{count} hidden row would change; now shown, press again to confirm",
    "{count} hidden rows would change; now shown, press again to confirm", hidden.length));
  return true;
}
/** @param {Cursor} S */
const here = ({ cur, side }) => ({ rows: [cur], side });

/** @param {Moving} S @param {boolean} up */
function mergeRows(S, up) {
  const rows = rowsToMerge(S, S, up);
  if (!rows.length) { S.say(_("there is no row to merge with")); return; }
  if (reveals(S, rows)) return;
  S.cur = rows[0];
  S.anchor = null;
  S.act("merge", { rows, up }, null, known => joinRows(known, rows));
}
/** @param {Moving} S @param {boolean} up */
function shiftSentence(S, up) {
  const { cur, side } = S, neighbour = neighbourOf(S, cur, up);
  if (!reveals(S, [neighbour])) S.act("shift", { ...here(S), up }, null, known => passSentences(known, cur, neighbour, side, up));
}
// A number means the row that had it when it was asked for; ``cur`` is the row that was to be changed.
/** @param {Moving & Pick<State, "root" | "layer" | "home">} S @param {string} label @param {(id: string) => unknown} done @param {string} [cur] */
function askRow(S, label, done, cur) {
  const { order } = S;
  ask(S, {
    label,
    fields: [{ name: "to", label: _("Row number"), value: placeOf(S) + 1, type: "number" }],
    done: ({ to: number }) => {
      const id = order[Number(number) - 1]?.id;
      if (!id) S.say(_("there is no row {number}", { number }));
      else if (!S.rows.has(id) || (cur && cur !== S.cur)) S.say(_("This row no longer exists: it was merged, split or moved."));
      else done(id);
    },
  });
}
/** @param {Pick<State, "place" | "cur">} S */
const placeOf = ({ place, cur }) => place.get(cur) ?? 0;
// The row that is meant, and not only its place: somebody may join rows above it meanwhile.
/** @param {Foreseeable} S @param {number} target */
function sendText(S, target) {
  const rows = [S.cur, ...(S.order[target] ? [S.order[target].id] : [])];
  S.foresee("send", { rows, side: S.side, target });
}
/** @param {Moving & Pick<State, "root" | "layer" | "home">} S */
function linkAcross(S) {
  const rows = selected(S, S);
  if (rows.length < 2) {
    askRow(S, _("Cross-link with row …"), id => S.act("link", { rows: [S.cur, id] }), S.cur);
    return;
  }
  const ends = [rows[0], rows[rows.length - 1]];
  if (reveals(S, ends)) return;
  S.act("link", { rows: ends });
  S.anchor = null;
}
/** @param {Foreseeable} S */
const realign = S => S.foresee("resolve", { rows: selected(S, S) });

// Other ways to divide the text, from the aligner: asked for by the first key, taken by the second.
/** @param {Moving & Pick<State, "help" | "askHelp">} S @param {number} n */
export function take(S, n) {
  const options = helpOf(S)?.options;
  if (!options) S.askHelp(S.cur, true);
  const option = options?.[n - 1];
  if (!option) S.say(options ? _("this row has no such alternative") : _("any alternatives will appear below the row; press again"));
  else if (!reveals(S, option.ids)) S.actNear("choose", { rows: [S.cur], option: option.name });
}
// The last open note of the row, else the last one.
/** @param {Pick<State, "rows" | "cur" | "notes" | "say">} S @param {(row: Row, thread: Thread) => void} then */
function withNote(S, then) {
  const row = S.rows.get(S.cur), notes = row ? S.notes(row) : [];
  let thread = notes.at(-1);
  for (const one of notes) if (one.open) thread = one;
  if (row && thread) then(row, thread); else S.say(_("this row has no note"));
}
/** @param {Pick<State, "toggle" | "say" | "ui">} S */
function toggleMending(S) {
  S.toggle("mending");
  S.say(S.ui.mending ? _("edited rows are now accepted automatically") : _("edited rows are no longer accepted automatically"));
}

// Python has said what the next undo will make of the rows, nothing where they are many; what waits
// for its answer may change that.
/** @param {Moving & Foreseeable & Pick<State, "data" | "pend">} S */
function undo(S) {
  const patch = S.pend.length ? null : S.data.undo;
  if (patch && !Object.keys(patch).length) S.foresee("undo", {});
  else S.actNear("undo", {}, patch ? known => takeRows(known, { patch }) : undefined);
}

/** @type {Record<string, (S: Commanded) => unknown>} */
export const RUN = {
  "next": S => step(S, 1),
  "previous": S => step(S, -1),
  "zh": S => chooseSide(S, "zh"),
  "en": S => chooseSide(S, "en"),
  "extend-down": S => extend(S, 1),
  "extend-up": S => extend(S, -1),
  "first": S => go(S, visible(S)[0]?.id),
  "last": S => go(S, visible(S).at(-1)?.id),
  "next-open": S => goToNext(S, isOpen, N_("is unreviewed")),
  "next-odd": S => goToNext(S, row => kind(row) !== "1-1", N_("is not 1:1")),
  "next-flagged": S => goToNext(S, row => row.s === "flagged", N_("is flagged")),
  "next-worst": walkDoubts,
  "worst": goToWorst,
  "next-doubt": S => goToDoubt(S, false),
  "previous-doubt": S => goToDoubt(S, true),
  "page-down": S => turnPage(S, 1),
  "page-up": S => turnPage(S, -1),
  "row": S => askRow(S, _("Go to row …"), id => go(S, id)),
  "search": focusSearch,
  "queue": () => onPage("queue")?.click(),
  "next-briefing": S => S.trigger("next", true),
  "accept": S => judge(S, "accept", "accepted", selectedInSight(S, S)),
  "accept-many": acceptMany,
  "mending": toggleMending,
  "reject": S => judge(S, "reject", "rejected", selectedInSight(S, S)),
  "reopen": S => S.act("reopen", { rows: selected(S, S) }, reopened),
  "flag": S => {
    const rows = selectedInSight(S, S); // those that were meant, whatever comes meanwhile
    writeFlag(S, S.cur, values => judge(S, "flag", "flagged", rows, values));
  },
  "annotate": S => {
    const row = S.rows.get(S.cur);
    if (row) writeNote(S, row);
  },
  "reply": S => withNote(S, (row, thread) => writeNote(S, row, thread)),
  "close-note": S => withNote(S, (row, thread) => closeNote(S, row, thread)),
  "alone": S => S.act("alone", here(S)),
  "merge-down": S => mergeRows(S, false),
  "merge-up": S => mergeRows(S, true),
  "split": S => S.act("split", here(S)),
  "split-choose": S => chooseSplit(S),
  "split-inside": startCut,
  "shift-up": S => shiftSentence(S, true),
  "shift-down": S => shiftSentence(S, false),
  "text-down": S => sendText(S, placeOf(S) + 1),
  "text-up": S => sendText(S, placeOf(S) - 1),
  "send": S => askRow(S, _("Move text to row …"), id => sendText(S, S.place.get(id) ?? 0), S.cur),
  "link": linkAcross,
  "unlink": S => S.act("unlink", here(S)),
  "resolve": realign,
  "edit": S => S.edit(),
  "sentence-next": nextSentence,
  "join": S => S.act("join", { ...here(S), at: S.sentence }),
  "words": teachWords,
  "take-1": S => take(S, 1),
  "take-2": S => take(S, 2),
  "take-3": S => take(S, 3),
  "undo": undo,
  "redo": S => S.actNear("redo", {}),
  "errors": S => S.askErrors(),
  "details": S => S.toggle("panel"),
  "pinyin": S => S.toggle("pinyin"),
  "original": S => S.toggle("original"),
  "mode": S => S.toggle("prose"),
  "menu": S => {
    const box = S.els.get(S.cur)?.getBoundingClientRect();
    showMenu(S, box ? box.left + 60 : 0, box ? box.bottom : 0);
  },
  "keys": S => showKeys(S, undefined, MOUSE),
  "hints": toggleHints,
  "palette": showPalette,
};
