// @ts-check
// Editing a cell in place. What is typed is kept in the browser until it is saved.
/** @param {State} S */
const draftKey = S => `review-draft/${S.briefing}`;
/** @param {State} S @param {Partial<Draft>} [draft] */
function startEdit(S, draft = {}) {
  if (S.ui.prose) S.toggle("prose");
  const row = S.rows.get(S.cur), node = S.els.get(S.cur);
  if (!row || !node) return;
  const cell = cellOf(node, S.side), { side } = S;
  // What others change from now on stays unseen: this cell is not painted while it is edited.
  S.editing = {
    id: row.id, side, seen: draft.seen ?? S.data.seq, before: (side === "zh" ? row.raw : null) ?? finalText(row, side), cell,
    // Where the text stands, whatever becomes of its row.
    from: SIDES.map(one => row["o" + one][0]), place: S.place.get(row.id),
  };
  const refused = S.refused.get(row.id + side);
  cell.replaceChildren(document.createTextNode(draft.text ?? refused ?? S.editing.before));
  S.say(refused === undefined ? _("Enter saves, Escape leaves") : _("your text that was refused is back; save or leave it"));
  cell.contentEditable = "plaintext-only";
  // It stays a cell of its row, and says what is typed into.
  cell.setAttribute("aria-label", side === "zh" ? _("Chinese text of row {number}", { number: S.place.get(row.id) + 1 }) : _("English text of row {number}", { number: S.place.get(row.id) + 1 }));
  cell.classList.add("editing");
  S.editing.caret = draft.caret ?? cell.textContent.length;
  putCaret(S);
  markCaret(S);
  cell.onkeyup = cell.onmouseup = () => saveDraft(S);
  cell.oninput = () => { S.warned = false; saveDraft(S); };
}
/** @param {State} S */
function putCaret(S) {
  const { cell, caret } = S.editing;
  cell.focus({ preventScroll: true });
  cell.normalize();
  S.selection()?.collapse(cell.firstChild ?? cell, Math.min(caret, cell.textContent.length));
}
// How many characters stand before the caret; null when it is elsewhere. The table is a tree of its
// own, into which browsers let one look in different ways.
/** @param {State} S */
function findCaret(S) {
  const { cell } = S.editing, selection = S.selection();
  const composed = selection?.getComposedRanges?.({ shadowRoots: [cell.getRootNode()] });
  const range = composed ? composed[0] : selection?.rangeCount ? selection.getRangeAt(0) : null;
  if (!range || !cell.contains(range.endContainer)) return null;
  const before = new Range(); // the selection would follow a change of its own range
  before.setStart(cell, 0);
  before.setEnd(range.endContainer, range.endOffset);
  return before.toString().length;
}
/** @param {State} S */
function saveDraft(S) {
  const { id, side, seen, cell, from, place } = S.editing;
  S.editing.caret = findCaret(S) ?? S.editing.caret;
  writeKept("sessionStorage", draftKey(S), { id, side, seen, from, place, text: cell.textContent, caret: S.editing.caret });
  markCaret(S);
}
// A text that Python refused, because somebody else was faster, is there when the cell is edited again.
/** @param {State} S @param {Pending[]} ops */
function saveRefused(S, ops) {
  for (const { wire } of ops) {
    if (wire.note) keepNote(S, { id: wire.rows[0], flag: wire.action === "flag", thread: wire.reason, values: { reason: wire.reason, note: wire.note } });
    for (const side of SIDES) {
      const text = side === "zh" ? wire.zh_text : wire.en_text;
      if (text === undefined) continue;
      S.refused.set(wire.rows[0] + side, text);
      S.conflicts.add({ briefing: S.data.briefing, id: wire.rows[0], side, text, why: local(S.data.msg) });
    }
  }
}
// Both texts beside each other, once nothing else is open.
/** @param {State} S */
function showConflict(S) {
  const conflict = [...S.conflicts].find(one => one.briefing === S.briefing);
  if (!conflict || S.editing || S.layer) return;
  const { id, side, text, why } = conflict, row = S.rows.get(id), theirs = row ? finalText(row, side) : "";
  const box = el("div", "ask conflict"), close = button(_("Take theirs"), "", () => { S.refused.delete(id + side); closeLayer(S); });
  const keep = button(_("Keep mine"), "", () => { close.click(); S.act("edit", { rows: [id], [side + "_text"]: text }, known => ({ ...known, [side + "x"]: text })); });
  box.append(el("h2", "", why), el("b", "", _("Mine")), compared(side, text, theirs), el("b", "", _("Theirs")));
  if (row) box.append(compared(side, theirs, text), keep, close);
  else box.append(el("p", "quiet", _("The row is gone: it was joined, split or moved.")), button(_("Close"), "", () => closeLayer(S)));
  box.addEventListener("close", () => S.conflicts.delete(conflict));
  openLayer(S, box, _("Your text was refused"));
}
/** @param {State} S */
function endEdit(S) {
  const { cell, id, side } = S.editing;
  S.refused.delete(id + side);
  cell.oninput = cell.onkeyup = cell.onmouseup = null;
  cell.removeAttribute("contenteditable");
  cell.removeAttribute("aria-label");
  cell.classList.remove("editing");
  S.editing = null;
  S.words = "";
  markWord(S, null);
  writeKept("sessionStorage", draftKey(S), null);
  S.painted.delete(id);
  home(S);
  S.paint();
}
/** @param {State} S */
function saveEdit(S) {
  const { id, side, seen, before, cell } = S.editing, text = cell.textContent;
  endEdit(S);
  if (before && !text.trim()) S.say(_("nothing was changed: a text cannot be empty"));
  else if (text !== before) S.act("edit", { rows: [id], seen, [side + "_text"]: text }, row => ({ ...row, [side + "x"]: text }));
}
// Open the draft again: on its row, or on the row that has its first sentence now.
/** @param {State} S */
function resumeEdit(S) {
  const draft = readKept("sessionStorage", draftKey(S), null);
  if (!draft || S.editing) return;
  const holds = (row, side) => row["o" + side].some(at => `${at}` === `${draft.from?.[SIDES.indexOf(side)]}`);
  const row = S.rows.get(draft.id) ?? S.order.find(one => holds(one, draft.side)) ??
    S.order.find(one => holds(one, other(draft.side))) ?? S.order[Math.min(draft.place ?? 0, S.order.length - 1)];
  if (!row) return;
  S.side = draft.side;
  go(S, row.id);
  startEdit(S, draft);
  if (row.id !== draft.id) S.say(_("somebody changed this row while you wrote; your text is kept here: save or leave it"));
  else if (draft.text !== S.editing.before) S.say(_("your unsaved change is back; save or leave it"));
}
// A note that is being written, or that was refused, is there again when the page is loaded.
/** @param {State} S @param {KeptNote | null} note */
function keepNote(S, note) {
  writeKept("sessionStorage", `review-note/${S.data.briefing}`, note);
}
/** @param {State} S */
function resumeNote(S) {
  /** @type {KeptNote | null} */
  const note = readKept("sessionStorage", `review-note/${S.data.briefing}`, null);
  if (!note || S.layer || S.editing) return;
  go(S, note.id);
  const row = S.rows.get(S.cur);
  if (note.flag) RUN.flag(S); else writeNote(S, row, S.notes(row).find(one => one.key === note.thread));
  for (const [name, value] of Object.entries(note.values)) {
    const field = /** @type {HTMLInputElement | null} */ (S.layer.querySelector(`[name="${name}"]`));
    if (field) field.value = value;
  }
}
/** @param {State} S */
function cutHere(S) {
  const { id, side, seen, before, cell } = S.editing;
  if (cell.textContent !== before) { S.say(_("save the change first, then end the sentence")); return; }
  const row = S.rows.get(id);
  let offset = findCaret(S) ?? 0, at = 0;
  const sentences = names(row, side);
  while (at < sentences.length - 1 && offset > sentences[at].length) offset -= sentences[at++].length + GAP[side].length;
  endEdit(S);
  S.act("cut", { rows: [id], seen, side, at, offset });
}
// Keys while a cell is edited; all others type.
/** @param {State} S @param {KeyboardEvent} event */
function editKey(S, event) {
  const key = keyName(event);
  if (key === "Escape") {
    if (S.editing.cell.textContent !== S.editing.before && !S.warned) {
      S.warned = true;
      S.say(_("not saved: leave once more to drop your change"));
    } else endEdit(S);
  } else if (/^(F2|Enter|Control\+Enter)$/.test(key)) saveEdit(S);
  else if (key === "Alt+Enter") cutHere(S);
  else if (key === "Tab") { saveEdit(S); step(S, 1); startEdit(S); }
  else return false;
  return true;
}
