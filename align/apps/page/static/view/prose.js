// @ts-check
// Running-text mode: two columns that scroll together; a sentence marks its counterpart.
/** @param {Side} side @param {State} S */
function buildColumn(column, side, S) {
  /** @type {{ row: Row, text: string, at: number[], n?: number }[]} */
  const pieces = [];
  for (const row of S.order) {
    const correction = row[side + "x"], sentences = names(row, side), order = row["o" + side];
    if (correction !== null && sentences.length) pieces.push({ row, text: correction, at: order[0] });
    else sentences.forEach((text, at) => pieces.push({ row, text, n: at, at: order[at] }));
  }
  pieces.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  const nodes = [];
  let paragraph = null, last = null, turn = null;
  for (const piece of pieces) {
    if (piece.at[0] !== last) {
      const now = piece.row["t" + side];
      if (now !== turn && S.data.turns[side][now]) {
        const heading = el("h2", "", shown(S.data.turns[side][now]));
        heading.dir = "ltr";
        nodes.push(heading);
      }
      turn = now;
      paragraph = el("p");
      paragraph.dir = "ltr";
      nodes.push(paragraph);
      last = piece.at[0];
    }
    const sentence = el("span", "s", shown(piece.text));
    sentence.dataset.id = piece.row.id;
    sentence.dataset.at = `${piece.n ?? 0}`;
    sentence.dataset.status = piece.row.s;
    if (!piece.row[other(side)].length) sentence.classList.add("alone");
    paragraph.append(sentence, GAP[side]);
  }
  column.replaceChildren(...nodes);
}
/** @param {State} S */
function paintProse(S) {
  const signature = S.order.map(row => `${row.id}${row.rev}${row.s}`).join();
  if (S.proseSignature !== signature) {
    S.proseSignature = signature;
    SIDES.forEach(side => buildColumn(S.columns[side], side, S));
  }
  markProse(S, "cur", S.cur);
  for (const side of SIDES)
    for (const node of S.columns[side].querySelectorAll("[data-id]"))
      node.classList.toggle("dim", !!S.shown && !S.shown.has(node.dataset.id));
}
/** @param {State} S @param {string} cls @param {string | null} id */
function markProse(S, cls, id) {
  for (const side of SIDES) {
    for (const node of S.columns[side].querySelectorAll("." + cls)) node.classList.remove(cls);
    if (id)
      for (const node of S.columns[side].querySelectorAll(`[data-id="${CSS.escape(id)}"]`))
        node.classList.add(cls);
  }
}
/** @param {State} S @param {Side} side @param {string} id */
function firstOf(S, side, id) {
  return S.columns[side].querySelector(`[data-id="${CSS.escape(id)}"]`);
}
function scrollColumn(column, node, top) {
  const offset = node.getBoundingClientRect().top - column.getBoundingClientRect().top;
  column.scrollTop += offset - top;
}
/** @param {State} S @param {string} id */
function showProse(S, id, anchor) {
  const lead = anchor ?? "zh";
  const at = firstOf(S, lead, id) ?? firstOf(S, other(lead), id);
  if (!at) return;
  const column = at.closest(".column"), height = column.clientHeight;
  let top = at.getBoundingClientRect().top - column.getBoundingClientRect().top;
  if (!anchor && (top < 0 || top > height - 60)) { scrollColumn(column, at, height / 3); top = height / 3; }
  const mate = firstOf(S, column === S.columns.zh ? "en" : "zh", id);
  if (mate) scrollColumn(mate.closest(".column"), mate, top);
}
/** @param {State} S @param {Side} side */
function syncProse(S, side) {
  if (performance.now() - (S.synced?.[other(side)] ?? 0) < 120) return; // we moved it ourselves
  (S.synced ??= {})[side] = performance.now();
  const column = S.columns[side], top = column.getBoundingClientRect().top;
  const nodes = [...column.querySelectorAll("[data-id]")];
  let low = 0, high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nodes[middle].getBoundingClientRect().bottom > top) high = middle; else low = middle + 1;
  }
  for (let at = low; at < Math.min(low + 8, nodes.length); at++) {
    const mate = firstOf(S, other(side), nodes[at].dataset.id);
    if (!mate) continue;
    scrollColumn(S.columns[other(side)], mate, nodes[at].getBoundingClientRect().top - top);
    return;
  }
}
