// @ts-check
// Editing a cell in place. What is typed is kept in the browser until it is saved.
import { isInside, sentenceAt } from "../model/dividing.js";
import { editedText, firstOrigins, rowOfDraft } from "../model/drafts.js";
import { keyName } from "../model/keys.js";
import { corrected } from "../model/rows.js";
import { correctionOf, startOfSentence } from "../model/text.js";
import { findCaret, putCaret } from "./caret.js";
import { textOf } from "./dom.js";
import { markCaret, unmarkWord } from "./pointing.js";
import { cellOf } from "./rows.js";
import { readKept, writeKept } from "./storage.js";
import { _, local } from "./texts.js";

/** @param {string} briefing */
const draftKey = briefing => `review-draft/${briefing}`;

/** @param {Editor} S @param {Partial<Draft>} [draft] */
export function startEdit(S, draft = {}) {
  if (S.ui.prose) S.toggle("prose");
  const row = S.rows.get(S.cur), node = S.els.get(S.cur), { side } = S;
  if (!row || !node) return;
  const cell = cellOf(node, side), refused = S.refused.get(row.id + side), before = editedText(row, side);
  const text = draft.text ?? refused ?? before, place = S.place.get(row.id) ?? 0;
  // What others change from now on stays unseen: this cell is not painted while it is edited.
  S.editing = {
    id: row.id, of: draft.of ?? row.id, side, seen: draft.seen ?? S.data.seq, base: draft.base ?? before, before, cell,
    from: firstOrigins(row), place, caret: draft.caret ?? text.length,
  };
  cell.replaceChildren(document.createTextNode(text));
  S.say(refused === undefined ? _("Enter: save · Esc: discard") : _("your rejected edit has been restored; save or discard it"));
  cell.contentEditable = "plaintext-only";
  // It stays a cell of its row, and says what is typed into.
  cell.setAttribute("aria-label", side === "zh" ? _("Chinese text of row {number}", { number: place + 1 }) : _("English text of row {number}", { number: place + 1 }));
  cell.classList.add("editing");
  putCaret(S, S.editing);
  markCaret(S, S.editing);
  cell.onkeyup = cell.onmouseup = () => saveDraft(S);
  cell.oninput = () => { S.warned = false; saveDraft(S); };
}
/** @param {Editor} S */
export function saveDraft(S) {
  const { editing } = S;
  if (!editing) return;
  const { id, of, side, seen, base, cell, from, place } = editing;
  editing.caret = findCaret(S, cell) ?? editing.caret;
  writeKept("sessionStorage", draftKey(S.briefing), { id, of, side, seen, from, place, base, text: textOf(cell), caret: editing.caret });
  markCaret(S, editing);
}
/** @param {Editor} S @param {Editing} editing */
function endEdit(S, { cell, id, side }) {
  S.refused.delete(id + side);
  cell.oninput = cell.onkeyup = cell.onmouseup = null;
  cell.removeAttribute("contenteditable");
  cell.removeAttribute("aria-label");
  cell.classList.remove("editing");
  S.editing = null;
  S.words = "";
  unmarkWord(S);
  writeKept("sessionStorage", draftKey(S.briefing), null);
  S.painted.delete(id);
  S.home();
  S.paint();
}
/** @param {Editor} S */
export function saveEdit(S) {
  if (!S.editing) return;
  const { of, side, seen, base, before, cell } = S.editing, text = textOf(cell);
  endEdit(S, S.editing);
  if (before && !text.trim()) S.say(_("not saved: the text cannot be empty"));
  else if (text !== before && text !== base) S.act("edit", { rows: [of], seen, [`${side}_text`]: text, [`${side}_base`]: base }, corrected(side, text));
}
// Open the draft again: on its row, or on the row that has its first sentence now.
/** @param {Editor} S */
export function resumeEdit(S) {
  const draft = readKept("sessionStorage", draftKey(S.briefing), /** @type {Draft | null} */ (null));
  if (!draft || S.editing) return;
  const row = rowOfDraft(S, draft);
  if (!row) return;
  S.side = draft.side;
  S.go(row.id);
  startEdit(S, draft);
  const edited = /** @type {Editing | null} */ (S.editing);
  if (row.id !== draft.id) S.say(_("someone else changed this row while you were editing; your text is still here: save or discard it"));
  else if (draft.text !== edited?.before) S.say(_("your unsaved edit has been restored; save or discard it"));
}
// End the sentence at the caret. Where that is impossible, the text stays open.
/** @param {Editor} S @param {Editing} editing */
function cutHere(S, editing) {
  const { id, side, seen, before, cell } = editing, row = S.rows.get(id);
  if (textOf(cell) !== before) { S.say(_("save your edit before splitting the sentence")); return; }
  if (!row) return;
  if (correctionOf(row, side) !== null) { S.say(_("this text has been edited; revert the edit before splitting it")); return; }
  const where = sentenceAt(row, side, findCaret(S, cell) ?? 0);
  if (!isInside(row, side, where)) { S.say(_("place the cursor inside a sentence, where the new one should start")); return; }
  endEdit(S, editing);
  S.act("cut", { rows: [id], seen, side, ...where });
}
// Open the text again whose sentence could not be ended, with the caret where it was.
/** @param {Editor & Pick<State, "reopened" | "layer" | "keysWaiting">} S */
export function reopenCut(S) {
  const wire = S.reopened, id = wire?.rows?.[0] ?? "", row = S.rows.get(id);
  if (!wire || S.editing || S.layer) return;
  S.reopened = null;
  S.keysWaiting = []; // they were meant for the rows after the cut
  if (!row) return;
  S.side = wire.side === "zh" ? "zh" : "en";
  S.go(id);
  startEdit(S, { caret: startOfSentence(row, S.side, Number(wire.at)) + Number(wire.offset) });
  S.say(local(S.data.msg));
}
// Keys while a cell is edited; all others type.
/** @param {Editor} S @param {KeyboardEvent} event */
export function editKey(S, event) {
  const key = keyName(event), { editing } = S;
  if (!editing) return false;
  if (key === "Escape") {
    if (textOf(editing.cell) !== editing.before && !S.warned) {
      S.warned = true;
      S.say(_("unsaved changes; press Esc again to discard them"));
    } else endEdit(S, editing);
  } else if (/^(F2|Enter|Control\+Enter)$/.test(key)) saveEdit(S);
  else if (key === "Alt+Enter") cutHere(S, editing);
  else if (key === "Tab") { saveEdit(S); S.step(1); startEdit(S); }
  else return false;
  return true;
}
