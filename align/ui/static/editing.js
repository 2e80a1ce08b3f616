// Editing a cell in place. What is typed is kept in the browser until it is saved.
const draftKey = S => `review-draft/${S.base.briefing}`;
function startEdit(S, text, seen) {
  const row = S.rows.get(S.cur), node = S.els.get(S.cur);
  if (!row || !node) return;
  if (S.ui.prose) S.toggle("prose");
  const cell = cellOf(node, S.side);
  // What others change from now on stays unseen: this cell is not painted while it is edited.
  S.editing = { id: row.id, side: S.side, seen: seen ?? S.data.seq, before: (S.side === "zh" ? row.raw : null) ?? finalText(row, S.side), cell };
  const refused = S.refused.get(row.id + S.side);
  cell.replaceChildren(document.createTextNode(text ?? refused ?? S.editing.before));
  if (refused !== undefined) S.say("your text that was refused is back; save or leave it");
  cell.contentEditable = "plaintext-only";
  // It stays a cell of its row, and says what is typed into.
  cell.setAttribute("aria-label", `${SIDE_NAME[S.side]} text of row ${S.place.get(row.id) + 1}`);
  cell.classList.add("editing");
  cell.focus({ preventScroll: true });
  const selection = S.selection(), range = document.createRange();
  range.selectNodeContents(cell);
  range.collapse(false);
  selection?.removeAllRanges();
  selection?.addRange(range);
  cell.oninput = () => {
    S.warned = false;
    sessionStorage.setItem(draftKey(S), JSON.stringify({ id: row.id, side: S.editing.side, seen: S.editing.seen, text: cell.textContent }));
  };
}
// A text that Python refused, because somebody else was faster, is there when the cell is edited again.
function saveRefused(S, ops) {
  for (const { wire } of ops)
    for (const side of SIDES) {
      const text = wire[side + "_text"];
      if (text === undefined) continue;
      S.refused.set(wire.rows[0] + side, text);
      S.words = `${S.data.msg}; your text comes back when you edit the row again`;
    }
}
function endEdit(S) {
  const { cell, id, side } = S.editing;
  S.refused.delete(id + side);
  cell.oninput = null;
  cell.removeAttribute("contenteditable");
  cell.removeAttribute("aria-label");
  cell.classList.remove("editing");
  S.editing = null;
  sessionStorage.removeItem(draftKey(S));
  S.signatures.delete(id);
  home(S);
  S.paint();
}
function saveEdit(S) {
  const { id, side, seen, before, cell } = S.editing, text = cell.textContent;
  endEdit(S);
  if (text !== before) S.act("edit", { rows: [id], seen, [side + "_text"]: text }, row => ({ ...row, [side + "x"]: text }));
}
function resumeEdit(S) {
  const draft = JSON.parse(sessionStorage.getItem(draftKey(S)) ?? "null");
  if (!draft || S.editing || !S.rows.has(draft.id)) return;
  S.side = draft.side;
  go(S, draft.id);
  startEdit(S, draft.text, draft.seen);
  S.say("your unsaved change is back; save or leave it");
}
function cutHere(S) {
  const { id, side, seen, before, cell } = S.editing;
  if (cell.textContent !== before) { S.say("save the change first, then end the sentence"); return; }
  const selection = S.selection();
  const range = selection?.rangeCount ? selection.getRangeAt(0) : null;
  const row = S.rows.get(id);
  let offset = range && cell.contains(range.startContainer) ? range.startOffset : 0, at = 0;
  const texts = names(row, side);
  while (at < texts.length - 1 && offset > texts[at].length) offset -= texts[at++].length + GAP[side].length;
  endEdit(S);
  S.act("cut", { rows: [id], seen, side, at, offset });
}
// Keys while a cell is edited; all others type.
function editKey(S, event) {
  const key = keyName(event);
  if (key === "Escape") {
    if (S.editing.cell.textContent !== S.editing.before && !S.warned) {
      S.warned = true;
      S.say("press Escape again to drop your change");
    } else endEdit(S);
  } else if (key === "F2" || key === "Control+Enter") saveEdit(S);
  else if (key === "Alt+Enter") cutHere(S);
  else if (key === "Tab") { saveEdit(S); step(S, 1); startEdit(S); }
  else if (key === "Enter") { /* a sentence is one line */ }
  else return false;
  return true;
}
