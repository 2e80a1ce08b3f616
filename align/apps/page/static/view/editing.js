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

/**
 * @param {Editor} state
 * @param {Partial<Draft>} [draft]
 */
export function startEdit(state, draft = {}) {
  if (state.ui.prose) state.toggle("prose");
  const row = state.rows.get(state.cur);
  const node = state.els.get(state.cur);
  const { side } = state;
  if (!row || !node) return;
  const cell = cellOf(node, side);
  const refused = state.refused.get(row.id + side);
  const before = editedText(row, side);
  const text = draft.text ?? refused ?? before;
  const place = state.place.get(row.id) ?? 0;
  // What others change from now on stays unseen: this cell is not painted while it is edited.
  state.editing = {
    id: row.id,
    of: draft.of ?? row.id,
    side,
    seen: draft.seen ?? state.data.seq,
    base: draft.base ?? before,
    before,
    cell,
    from: firstOrigins(row),
    place,
    caret: draft.caret ?? text.length,
  };
  cell.replaceChildren(document.createTextNode(text));
  state.say(
    refused === undefined
      ? _("Enter: save · Esc: discard")
      : _("your rejected edit has been restored; save or discard it"),
  );
  cell.contentEditable = "plaintext-only";
  // It stays a cell of its row, and says what is typed into.
  cell.setAttribute(
    "aria-label",
    side === "zh"
      ? _("Chinese text of row {number}", { number: place + 1 })
      : _("English text of row {number}", { number: place + 1 }),
  );
  cell.classList.add("editing");
  putCaret(state, state.editing);
  markCaret(state, state.editing);
  cell.onkeyup = cell.onmouseup = () => saveDraft(state);
  cell.oninput = () => {
    state.warned = false;
    saveDraft(state);
  };
}

/** @param {Editor} state */
export function saveDraft(state) {
  const { editing } = state;
  if (!editing) return;
  const { id, of, side, seen, base, cell, from, place } = editing;
  editing.caret = findCaret(state, cell) ?? editing.caret;
  writeKept("sessionStorage", draftKey(state.briefing), {
    id,
    of,
    side,
    seen,
    from,
    place,
    base,
    text: textOf(cell),
    caret: editing.caret,
  });
  markCaret(state, editing);
}

/**
 * @param {Editor} state
 * @param {Editing} editing
 */
function endEdit(state, { cell, id, side }) {
  state.refused.delete(id + side);
  cell.oninput = cell.onkeyup = cell.onmouseup = null;
  cell.removeAttribute("contenteditable");
  cell.removeAttribute("aria-label");
  cell.classList.remove("editing");
  state.editing = null;
  state.words = "";
  unmarkWord(state);
  writeKept("sessionStorage", draftKey(state.briefing), null);
  state.painted.delete(id);
  state.home();
  state.paint();
}

/** @param {Editor} state */
export function saveEdit(state) {
  if (!state.editing) return;
  const { of, side, seen, base, before, cell } = state.editing;
  const text = textOf(cell);
  endEdit(state, state.editing);
  if (before && !text.trim()) state.say(_("not saved: the text cannot be empty"));
  else if (text !== before && text !== base)
    state.act(
      "edit",
      { rows: [of], seen, [`${side}_text`]: text, [`${side}_base`]: base },
      corrected(side, text),
    );
}

/**
 * Open the draft again: on its row, or on the row that has its first sentence now.
 * @param {Editor} state
 */
export function resumeEdit(state) {
  const draft = readKept(
    "sessionStorage",
    draftKey(state.briefing),
    /** @type {Draft | null} */ (null),
  );
  if (!draft || state.editing) return;
  const row = rowOfDraft(state, draft);
  if (!row) return;
  state.side = draft.side;
  state.go(row.id);
  startEdit(state, draft);
  const edited = /** @type {Editing | null} */ (state.editing);
  if (row.id !== draft.id)
    state.say(
      _(
        "someone else changed this row while you were editing; your text is still here: save or discard it",
      ),
    );
  else if (draft.text !== edited?.before)
    state.say(_("your unsaved edit has been restored; save or discard it"));
}

/**
 * End the sentence at the caret. Where that is impossible, the text stays open.
 * @param {Editor} state
 * @param {Editing} editing
 */
function cutHere(state, editing) {
  const { id, side, seen, before, cell } = editing;
  const row = state.rows.get(id);
  if (textOf(cell) !== before) {
    state.say(_("save your edit before splitting the sentence"));
    return;
  }
  if (!row) return;
  if (correctionOf(row, side) !== null) {
    state.say(_("this text has been edited; revert the edit before splitting it"));
    return;
  }
  const where = sentenceAt(row, side, findCaret(state, cell) ?? 0);
  if (!isInside(row, side, where)) {
    state.say(_("place the cursor inside a sentence, where the new one should start"));
    return;
  }
  endEdit(state, editing);
  state.act("cut", { rows: [id], seen, side, ...where });
}

/**
 * Open the text again whose sentence could not be ended, with the caret where it was.
 * @param {Editor & Pick<State, "reopened" | "layer" | "keysWaiting">} state
 */
export function reopenCut(state) {
  const wire = state.reopened;
  const id = wire?.rows?.[0] ?? "";
  const row = state.rows.get(id);
  if (!wire || state.editing || state.layer) return;
  state.reopened = null;
  state.keysWaiting = []; // they were meant for the rows after the cut
  if (!row) return;
  state.side = wire.side === "zh" ? "zh" : "en";
  state.go(id);
  startEdit(state, {
    caret: startOfSentence(row, state.side, Number(wire.at)) + Number(wire.offset),
  });
  state.say(local(state.data.msg));
}

/**
 * Keys while a cell is edited; all others type.
 * @param {Editor} state
 * @param {KeyboardEvent} event
 */
export function editKey(state, event) {
  const key = keyName(event);
  const { editing } = state;
  if (!editing) return false;
  if (key === "Escape") {
    if (textOf(editing.cell) !== editing.before && !state.warned) {
      state.warned = true;
      state.say(_("unsaved changes; press Esc again to discard them"));
    } else endEdit(state, editing);
  } else if (/^(F2|Enter|Control\+Enter)$/.test(key)) saveEdit(state);
  else if (key === "Alt+Enter") cutHere(state, editing);
  else if (key === "Tab") {
    saveEdit(state);
    state.step(1);
    startEdit(state);
  } else return false;
  return true;
}
