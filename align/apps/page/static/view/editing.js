// @ts-check
// Editing a cell in place. What is typed is kept in the browser until it is saved.
import { sentenceAt } from "../model/dividing.js";
import { editedText, firstOrigins, rowOfDraft } from "../model/drafts.js";
import { keyName } from "../model/keys.js";
import { corrected } from "../model/rows.js";
import { findCaret, putCaret } from "./caret.js";
import { home, textOf } from "./dom.js";
import { markCaret, unmarkWord } from "./pointing.js";
import { cellOf } from "./rows.js";
import { readKept, writeKept } from "./storage.js";
import { _ } from "./texts.js";

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
    id: row.id, side, seen: draft.seen ?? S.data.seq, before, cell,
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
  const { id, side, seen, cell, from, place } = editing;
  editing.caret = findCaret(S, cell) ?? editing.caret;
  writeKept("sessionStorage", draftKey(S.briefing), { id, side, seen, from, place, text: textOf(cell), caret: editing.caret });
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
  home(S);
  S.paint();
}
/** @param {Editor} S */
export function saveEdit(S) {
  if (!S.editing) return;
  const { id, side, seen, before, cell } = S.editing, text = textOf(cell);
  endEdit(S, S.editing);
  if (before && !text.trim()) S.say(_("not saved: the text cannot be empty"));
  else if (text !== before) S.act("edit", { rows: [id], seen, [`${side}_text`]: text }, corrected(side, text));
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
// End the sentence at the caret.
/** @param {Editor} S @param {Editing} editing */
function cutHere(S, editing) {
  const { id, side, seen, before, cell } = editing, row = S.rows.get(id);
  if (textOf(cell) !== before) { S.say(_("save your edit before splitting the sentence")); return; }
  if (!row) return;
  const where = sentenceAt(row, side, findCaret(S, cell) ?? 0);
  endEdit(S, editing);
  S.act("cut", { rows: [id], seen, side, ...where });
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
