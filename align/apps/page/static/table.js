// @ts-check
// The table: state, painting, keys. Streamlit calls the function at the end again whenever it draws
// the page, so all state lives on the root element.
// What was refused outlives the table, which Streamlit may build anew before its owner has seen it.
const REFUSED = (window.__reviewRefused ??= { texts: new Map(), conflicts: new Set() });

/** @param {Component["parentElement"]} parent */
function setUp(parent) {
  const root = /** @type {Root} */ (parent.querySelector(".review"));
  if (root.__state) return root.__state;
  const find = name => /** @type {HTMLElement} */ (root.querySelector("." + name));
  const S = (root.__state = /** @type {State} */ ({
    root, grid: find("grid"), box: find("rows"), info: find("info"), bar: find("bar"), panel: find("panel"),
    prose: find("prose"), columns: { zh: find("column.zh"), en: find("column.en") },
    rows: new Map(), els: new Map(), parts: [], headings: new Map(), painted: new Map(), order: [], place: new Map(),
    pend: [], seq: Date.now() * 1000, keysWaiting: [], help: new Map(), cur: null, side: "en", sentence: 0, anchor: null,
    body: find("body"), editing: null, refused: REFUSED.texts, revealed: new Set(), marked: new Set(), conflicts: REFUSED.conflicts, layer: null, words: "", note: "", commands: [],
    ui: { panel: false, pinyin: false, original: false, prose: false, mending: false, ...readKept("localStorage", "review-ui", {}) },
  }));
  S.ui.original = false;
  S.checks = row => S.data.checks[row.id] ?? [];
  S.notes = row => S.data.notes[row.id] ?? [];
  S.selection = () => parent.getSelection?.() ?? /** @type {ShadowRoot} */ (root.getRootNode()).getSelection?.() ?? document.getSelection();
  S.say = text => { S.words = text; paintInfo(S); };
  S.run = name => {
    if (S.editing) { saveEdit(S); if (name === "edit") return; } // from the bar
    if (S.cutting) leaveCut(S);
    if (S.splitting) leaveSplit(S);
    RUN[name]?.(S);
  };
  S.toggle = name => {
    S.ui[name] = !S.ui[name];
    writeKept("localStorage", "review-ui", S.ui);
    S.paint();
    S.mark(true);
    if (name === "prose") home(S);
  };
  S.edit = () => startEdit(S, S.clicked?.id === S.cur && S.clicked.side === S.side && S.clicked.at >= 0 ? { caret: S.clicked.at } : {});
  S.paint = () => paint(S);
  S.paintInfo = () => paintInfo(S);
  S.show = () => show(S);
  S.mark = scroll => mark(S, scroll);
  S.act = (action, fields, guess, sketch) => act(S, action, fields, guess, sketch);
  S.chooseSplit = () => chooseSplit(S);
  return S;
}

// Everything in the language of the reader, at first and when it is switched.
const PARTS = {
  ".bar": N_("Moves"), ".grid": N_("Rows: Chinese and English side by side"), ".panel": N_("Help for the row"),
  ".column.zh": N_("Chinese text"), ".column.en": N_("English text"),
};
/** @param {State} S */
function speak(S) {
  S.lang = texts().lang;
  for (const [part, name] of Object.entries(PARTS)) S.root.querySelector(part).setAttribute("aria-label", _(name));
  S.root.querySelector(".head :last-child").textContent = _("probability");
  S.painted.clear();
  S.panelSignature = S.words = S.note = "";
  buildBar(S);
}

// -- painting -------------------------------------------------------------------------------------
/** @param {State} S */
function merge(S) {
  const rows = new Map(S.known);
  S.order = [...rows.values()].sort((a, b) => a.pos - b.pos);
  const narrowed = S.filter && S.filter !== S.data.filter && S.sought === S.data.q;
  if (S.filter !== S.data.filter) { S.filter = S.data.filter; S.sought = S.data.q; S.revealed.clear(); }
  S.scrollSoon ||= !!S.shown && !S.data.show; // the row is seen among those around it
  S.shown = S.data.show ? new Set([...S.data.show.map(place => S.order[place]?.id), ...S.revealed]) : null;
  for (const op of S.pend)
    if (op.guess) for (const id of op.rows) if (rows.has(id)) rows.set(id, op.guess(rows.get(id)));
  for (const op of S.pend) op.sketch?.(rows);
  S.order = [...rows.values()].sort((a, b) => a.pos - b.pos);
  S.rows = rows;
  S.place = new Map(S.order.map((row, at) => [row.id, at]));
  // A filter takes the cursor to a row that fits; a search does not while it is typed.
  if (narrowed && S.place.has(S.cur) && !S.editing && S.shown?.size && !S.shown.has(S.cur)) {
    const later = row => S.place.get(row.id) > S.place.get(S.cur);
    S.cur = (visible(S).find(later) ?? visible(S).at(-1))?.id ?? S.cur;
    S.scrollSoon = true;
  }
}
/** @param {State} S */
function paint(S) {
  merge(S);
  const moved = S.editing && !S.rows.has(S.editing.id), typing = S.editing && focused(S) === S.editing.cell;
  if (moved) { saveDraft(S); S.editing = null; }
  if (S.focus !== S.data.focus?.n && S.data.focus) {
    S.focus = S.data.focus.n;
    if (S.rows.has(S.data.focus.row) && !S.editing) { S.cur = S.data.focus.row; S.scrollSoon = true; }
  }
  if (!S.rows.has(S.cur)) {
    if (!S.cur && S.data.row && !S.rows.has(S.data.row)) S.say(_("The row is gone: it was joined, split or moved."));
    const stored = readKept("sessionStorage", "review-row/" + S.briefing, null);
    S.cur = [S.data.row || S.data.worst, stored, visible(S)[0]?.id, S.order[0]?.id].find(id => S.rows.has(id)) ?? null;
    S.scrollSoon = true;
  }
  S.root.classList.toggle("as-prose", S.ui.prose);
  S.grid.hidden = S.ui.prose;
  S.prose.hidden = !S.ui.prose;
  if (S.ui.prose) paintProse(S); else paintRows(S);
  mark(S, S.scrollSoon);
  S.scrollSoon = false;
  paintInfo(S);
  if (moved) resumeEdit(S);
  else if (typing && focused(S) !== S.editing?.cell) putCaret(S); // its row came to another place
}
// Only what changed is touched: a decision costs what its rows cost.
/** @param {State} S */
function paintRows(S) {
  const pending = new Set(S.pend.flatMap(op => [...op.rows])), news = new Set(S.data.news.rows);
  let moved = S.painted.size !== S.order.length || S.filtered !== !!S.shown;
  for (const [place, row] of S.order.entries())
    if (paintRow(S, row, place, pending.has(row.id), news.has(row.id))) moved = true;
  S.filtered = !!S.shown;
  if (moved) placeRows(S);
  const nothing = S.root.querySelector(".nothing");
  nothing.hidden = S.shown ? S.shown.size > 0 : S.order.length > 0;
  nothing.textContent = S.order.length ? _("No row fits. Clear the search or a filter.") : _("This briefing has no rows.");
  paintMarks(S);
}
/** @type {any[]} */
const NONE = [];
// Whether the rows around it may have to move.
/** @param {State} S @param {Row} row @param {number} place @param {boolean} pending @param {boolean} news */
function paintRow(S, row, place, pending, news) {
  const was = S.painted.get(row.id), checks = S.data.checks[row.id] ?? NONE, notes = S.data.notes[row.id] ?? NONE, { original } = S.ui;
  let node = S.els.get(row.id), moved = !was || was.place !== place || was.row.tzh !== row.tzh || was.row.ten !== row.ten;
  if (!node) S.els.set(row.id, (node = buildRow(row)));
  const known = was && was.row === row && was.checks === checks && was.notes === notes && was.original === original;
  if (!known && S.editing?.id !== row.id) fillRow(node, row, place, checks, notes, original);
  else if (was?.place !== place) numberRow(node, row, place, checks, notes);
  if (was?.pending !== pending) node.classList.toggle("pending", pending);
  if (was?.news !== news) node.classList.toggle("news", news);
  if (!known || was.place !== place || was.pending !== pending || was.news !== news) S.painted.set(row.id, { row, place, checks, notes, original, pending, news });
  const hidden = hides(S, row);
  if ((S.shown || S.filtered) && node.hidden !== hidden) { node.hidden = hidden; moved = true; }
  return moved;
}
/** @param {State} S @param {Row} row */
const hides = (S, row) => !!S.shown && !S.shown.has(row.id) && row.id !== S.cur;
// Put the rows in their order, with a heading where a turn begins.
/** @param {State} S */
function placeRows(S) {
  for (const id of S.painted.keys()) if (!S.rows.has(id)) S.painted.delete(id);
  /** @type {(HTMLElement & { __turn?: string })[][]} */
  const parts = [];
  let nodes = parts[0], last = { zh: -1, en: -1 };
  for (const row of S.order) {
    const turn = `${row.tzh < 0 ? "" : row.tzh}/${row.ten < 0 ? "" : row.ten}`;
    const begin = () => { parts.push((nodes = [])); };
    if (!nodes || (nodes.length >= PART && !nodes[0].__turn)) begin();
    // One side may be empty: a turn begins where either side says so for the first time.
    if (SIDES.some(side => S.data.turns[side][row["t" + side]] && row["t" + side] > last[side])) {
      let heading = S.headings.get(row.id);
      if (!heading || heading.__turn !== turn) {
        heading = buildHeading(S.data.turns, row);
        heading.__turn = turn;
        S.headings.set(row.id, heading);
      }
      heading.hidden = !!S.shown;
      if (nodes.length) begin();
      nodes.push(heading);
    }
    last = { zh: Math.max(row.tzh, last.zh), en: Math.max(row.ten, last.en) };
    nodes.push(S.els.get(row.id));
  }
  arrange(S.box, parts.map((some, at) => fillPart(S, some, at)));
}
/** @param {State} S */
function paintMarks(S) {
  const query = S.data.q ?? "", found = [], failed = [];
  for (const row of query ? S.order : S.order.filter(one => one.id in S.data.checks)) {
    const node = S.els.get(row.id);
    if (!node || node.hidden || S.editing?.id === row.id) continue;
    if (query) for (const side of SIDES) found.push(...findText(cellOf(node, side), query));
    if (!S.ui.original)
      for (const issue of S.checks(row)) {
        const range = issue.end > issue.start && rangeOver(cellOf(node, issue.side), issue.start, issue.end);
        if (range) failed.push(range);
      }
  }
  highlight("review-hit", found);
  highlight("review-issue", failed);
  paintCut(S);
  if (S.splitting) paintSplit(S);
}
// What is marked is remembered: looking for it would go through all rows.
/** @param {State} S @param {Element | undefined} node @param {string} name */
function markAs(S, node, name) {
  node?.classList.add(name);
  if (node) S.marked.add(node);
}
/** @param {State} S @param {boolean} [scroll] */
function mark(S, scroll) {
  if (!S.cur) return;
  for (const node of S.marked) {
    node.classList.remove("cur", "range", "here", "sentence");
    node.removeAttribute("aria-selected");
  }
  S.marked.clear();
  if (S.ui.prose) { markProse(S, "cur", S.cur); if (scroll) showProse(S, S.cur); }
  else {
    const range = selected(S);
    if (range.length > 1) range.forEach(id => markAs(S, S.els.get(id), "range"));
    const node = S.els.get(S.cur);
    if (node) {
      node.hidden = false;
      markAs(S, node, "cur");
      node.setAttribute("aria-selected", "true");
      const cell = cellOf(node, S.side);
      markAs(S, cell, "here");
      // The cell and not its row: a screen reader reads the text of what is named here.
      cell.id = `${S.side}-${S.cur}`;
      S.grid.setAttribute("aria-activedescendant", cell.id);
      S.grid.setAttribute("aria-rowcount", `${S.order.length}`);
      if (cell.querySelectorAll(".s").length > 1) markAs(S, cell.querySelectorAll(".s")[S.sentence], "sentence");
      if (scroll) reveal(S, node);
    }
  }
  writeKept("sessionStorage", "review-row/" + S.briefing, S.cur);
  paintPinyin(S);
  paintOptions(S);
  paintPanel(S);
  reportRow(S);
}
// The address of the page names the row on which the cursor rests. It is written here and not by
// Python, whose answer would bring back the address as it was when it was asked: without the letters
// that were typed into the search meanwhile. Python hears of the row when its words are wanted.
/** @param {State} S */
function reportRow(S) {
  const row = S.rows.get(S.cur), help = S.ui.panel || S.ui.pinyin || (row?.s === "unreviewed" && row.p < 0.8);
  const wanted = `${S.cur}|${row?.rev}|${help}`;
  clearTimeout(S.resting);
  if (!row || S.reported === wanted) return;
  S.resting = setTimeout(() => {
    S.reported = wanted;
    nameRow(S);
    if (help && !helpOf(S)) askHelp(S, S.cur, true);
  }, 350);
}
/** @param {State} S */
function nameRow(S) {
  const address = new URL(location.href), query = address.searchParams;
  if (query.get("briefing") !== S.data.briefing || query.get("row") === S.cur) return;
  query.set("row", S.cur);
  history.replaceState(history.state, "", address);
}
/** @param {State} S */
function paintPinyin(S) {
  S.pinyin?.remove();
  const help = S.help.get(S.cur);
  if (!S.ui.pinyin || !help || S.editing) return;
  const line = el("div", "pinyin", help.pinyin);
  line.lang = "zh-Latn";
  S.pinyin = line;
  S.els.get(S.cur)?.append(line); // last: the cells are found by their place
}
// Up to three alternatives below the row, without what they leave as it is; their difference is marked.
/** @param {State} S */
function paintOptions(S) {
  const row = S.rows.get(S.cur), node = S.els.get(S.cur); // none before the rows are shown beside running text
  const options = (node && helpOf(S)?.options.slice(0, 3)) ?? [];
  const fresh = !!options.length && S.options?.parentElement !== node && inView(S, node);
  S.options?.remove();
  if (!options.length || S.editing) return;
  const box = (S.options = el("div", "options"));
  options.forEach((option, at) => {
    const line = button("", _("Take alternative {number}", { number: at + 1 }), () => take(S, at + 1));
    line.append(el("kbd", "", `${at + 1} · ${percent(option.p)}`));
    for (const pair of option.rows) {
      /** @param {"every" | "some"} test */
      const stands = test => S.order.find(one => SIDES[test]((side, n) => published(one, side) === pair[n]));
      if (!stands("every")) SIDES.forEach((side, n) => line.append(compared(side, pair[n] || "—", published(stands("some") ?? row, side))));
    }
    box.append(line);
  });
  node?.append(box);
  if (fresh) reveal(S, node);
}
// A text is edited, a row is divided: what Enter does then, and who answers the keys.
/** @param {State} S @returns {[string, (S: State, event: KeyboardEvent) => unknown] | null} */
const modeOf = S => (S.editing ? [_("Save"), editKey] : S.splitting ? [_("Split"), splitKey] : S.cutting ? [_("Cut"), cutKey] : null);
/** @param {State} S */
function paintInfo(S) {
  const counts = { accepted: 0, rejected: 0, flagged: 0, unreviewed: 0 }, mode = modeOf(S);
  for (const row of S.order) counts[row.s]++;
  const done = S.order.length - counts.unreviewed, parts = [];
  if (!mode) parts.push(_("{done} of {all} reviewed", { done: numeral(done), all: numeral(S.order.length) })); // else there is no room
  if (!mode && counts.rejected) parts.push(_("{number} rejected", { number: numeral(counts.rejected) }));
  if (!mode && counts.flagged) parts.push(_("{number} flagged", { number: numeral(counts.flagged) }));
  const next = S.commands.find(one => one.name === "next-briefing");
  if (!mode && done && done === S.order.length && next.keys.length) parts.push(`${pretty(next.keys[0])}: ${next.label}`);
  if (S.shown) parts.unshift(_("{number} shown", { number: numeral(S.shown.size) }));
  const late = S.pend.length && performance.now() - (S.firstPending ?? performance.now()) > 4000;
  S.firstPending = S.pend.length ? (S.firstPending ?? performance.now()) : undefined;
  if (S.unreachable) parts.unshift(ngettext("Offline: {count} decision kept here", "Offline: {count} decisions kept here", S.pend.length));
  else if (late) parts.push(_("not saved yet: {number} — waiting for the server; nothing is lost", { number: S.pend.length }));
  const rest = [S.data.promise, S.data.people.length ? _("here too: {names}", { names: S.data.people.join(", ") }) : "", shown(S.data.news.words)];
  const words = S.words || local(S.data.msg) || S.note, refused = S.data.refused.length && !S.words ? " refused" : "";
  S.root.querySelector(".progress").style.setProperty("--done", `${S.order.length ? done / S.order.length : 1}`);
  // What was just said comes before what is long and stays: the end is cut off where there is no room.
  const said = [...parts, words, ...rest].filter(Boolean), signature = JSON.stringify([mode?.[0], said, refused]);
  if (signature === S.infoSignature) return; // a button on which the pointer is held down stays
  S.infoSignature = signature;
  const pieces = said.flatMap((one, at) => [at ? " · " : "", el("span", one === words ? `words${refused}` : "", one)]);
  const answer = (label, key) => button(label, "", () => mode[1](S, new KeyboardEvent("keydown", { key })));
  S.info.classList.toggle("mode", !!mode && !S.editing);
  S.info.replaceChildren(...(mode ? [answer(mode[0], "Enter"), " ", answer(_("Cancel"), "Escape"), " "] : []), ...pieces);
  S.info.title = said.join(" · "); // where it is longer than there is room for
}

// -- choosing where to split ----------------------------------------------------------------------
/** @param {State} S */
function chooseSplit(S) {
  const row = S.rows.get(S.cur);
  if (S.ui.prose) S.toggle("prose");
  S.splitting = { id: row.id, zh: Math.max(1, row.zh.length - 1), en: Math.max(1, row.en.length - 1), seen: S.data.seq };
  for (const side of SIDES) S.splitting[side] = Math.min(S.splitting[side], row[side].length);
  paintSplit(S);
  S.say(_("↑ ↓, or a click, choose which sentences go down; ← → change the side, Enter splits, Escape leaves"));
}
/** @param {State} S */
function paintSplit(S) {
  for (const side of SIDES)
    cellOf(S.els.get(S.cur), side).querySelectorAll(".s").forEach((node, at) => node.classList.toggle("down", !!S.splitting && at >= S.splitting[side]));
}
/** @param {State} S */
function leaveSplit(S) {
  S.splitting = null;
  paintSplit(S);
  S.say("");
}
/** @param {State} S @param {KeyboardEvent} event */
function splitKey(S, event) {
  const row = S.rows.get(S.cur), chosen = S.splitting;
  if (event.key === "ArrowUp") chosen[S.side] = Math.max(0, chosen[S.side] - 1);
  else if (event.key === "ArrowDown") chosen[S.side] = Math.min(row[S.side].length, chosen[S.side] + 1);
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") { S.side = event.key === "ArrowLeft" ? "zh" : "en"; mark(S); }
  else {
    leaveSplit(S);
    if (event.key !== "Enter") return;
    if (row.id !== chosen.id) S.say(_("The row is gone: it was joined, split or moved."));
    else S.act("split", { rows: [row.id], seen: chosen.seen, zh: chosen.zh, en: chosen.en });
    return;
  }
  paintSplit(S);
}

// Streamlit's own window about an outage would swallow the keys; the line above the rows says it.
function closeOutage() {
  const dialog = document.querySelector("[role=dialog]");
  const outage = dialog?.querySelector("[slot=title]")?.textContent === "Connection error";
  if (outage) dialog.querySelector("[aria-label=Close]")?.click();
  return outage;
}

// -- keys and pointer -----------------------------------------------------------------------------
/** @param {State} S @param {KeyboardEvent} event */
function onKey(S, event) {
  if (event.isComposing || event.keyCode === 229) return; // an input method is at work
  if (!S.root.isConnected || /^(Control|Shift|Alt|Meta)$/.test(event.key)) return;
  const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  if (S.editing && (S.editing.cell === target || !typesInto(target))) {
    if (focused(S) !== S.editing.cell) putCaret(S); // a click beside it took the focus
    if (editKey(S, event)) stop(); else event.stopImmediatePropagation();
    return;
  }
  if (S.layer) {
    if (event.key === "Escape") { closeLayer(S); stop(); }
    else if (event.key === "Tab") { cycleFocus(S, event.shiftKey); stop(); }
    else if (event.key === "Enter" && target instanceof HTMLSelectElement) { target.form.requestSubmit(); stop(); } // as in a field
    else if (S.layer.classList.contains("menu") && menuKey(S, event)) stop();
    else event.stopImmediatePropagation();
    return;
  }
  if (!closeOutage() && document.querySelector("[role=dialog]")) return; // a dialog of the page is open
  const key = keyName(event);
  S.seeking = key === "Enter" && target === onPage("q");
  if (S.seeking) { home(S); seek(S); return; } // Streamlit takes what was typed
  if (key === "Escape" && target === onPage("q")) { home(S); stop(); return; }
  if (barKey(S, event)) { stop(); return; }
  if (typesInto(target) && !SAFE_WHILE_TYPING.test(key)) return;
  if (ITS_OWN[target.closest?.("a, button, input")?.tagName]?.test(key)) return;
  if (event.repeat && key === "Enter") { stop(); return; } // it saved an edit, and is still held down
  if (/^(Enter|Space|Tab|Shift\+Tab)$/.test(key) && !S.root.contains(target) && target !== document.body) return;
  if (S.splitting) { splitKey(S, event); stop(); return; }
  if (S.cutting) { cutKey(S, event); stop(); return; }
  if (key === "Escape" && S.anchor) { S.anchor = null; mark(S); stop(); return; }
  const name = S.byKey.get(key);
  if (!name || !S.cur) return;
  if (key === "Tab" && name === "sentence-next" && lastSentence(S)) return; // on to the next control
  stop();
  if (waiting(S)) S.keysWaiting.push(name); else S.run(name);
}
// From the search to a row that it found, as soon as it is known which.
/** @param {State} S */
const seek = S => S.seeking && S.shown && !S.shown.has(S.cur) && step(S, 1);
/** @param {State} S */
function replay(S) {
  while (S.keysWaiting.length && !waiting(S) && !S.editing && !S.layer) S.run(S.keysWaiting.shift());
}
/** @param {State} S @param {MouseEvent} event */
function onPoint(S, event) {
  const sentence = event.target.closest(".s"), cell = event.target.closest(".cell"), row = event.target.closest("[data-id]");
  if (!row || S.editing?.id === row.dataset.id) return;
  if (S.editing) saveEdit(S);
  if (S.splitting && row.dataset.id !== S.cur) leaveSplit(S);
  if (event.shiftKey) S.anchor ??= S.cur; else S.anchor = null;
  S.cur = row.dataset.id;
  if (cell) S.side = cell.dataset.side === "zh" ? "zh" : "en";
  S.sentence = Number(sentence?.dataset.at ?? 0);
  S.clicked = cell && { id: S.cur, side: S.side, at: spotUnder(S, cell, event) };
  mark(S);
  if (S.cutting) pointCut(S);
  if (event.target.closest(".chip") && !S.ui.panel) S.run("details");
  if (S.splitting && sentence) { S.splitting[S.side] = S.sentence; paintSplit(S); }
  const column = event.target.closest(".column");
  if (column) showProse(S, S.cur, column === S.columns.zh ? "zh" : "en");
}
/** @param {State} S @param {MouseEvent} event */
function onHover(S, event) {
  const sentence = event.target.closest?.(".prose [data-id]");
  markProse(S, "hot", sentence?.dataset.id ?? null);
}
// The word under the pointer, once Python has sent the words of the row.
/** @param {State} S @param {MouseEvent} event */
function onMove(S, event) {
  S.tip.hidden = true;
  if (S.editing) return;
  const cell = event.target.closest?.(".cell, .column [data-id]"), row = S.rows.get(cell?.closest("[data-id]").dataset.id);
  const at = row ? placeUnder(S, cell, event) : -1;
  if (at < 0) return markWord(S, null);
  const side = SIDES.find(one => cell.closest(`.${one}`)), place = at + (S.ui.prose ? startOf(row, side, cell) : 0);
  markWord(S, row, side, place);
  const word = side === "zh" && !S.ui.prose && wordsOf(S, row)?.words.find(one => one.start <= at && at < one.end);
  if (!word) return;
  S.tip.replaceChildren(el("b", "", word.text), el("i", "", word.pinyin), el("span", "", word.gloss));
  S.tip.hidden = false;
  const area = S.root.getBoundingClientRect();
  S.tip.style.left = `${Math.min(event.clientX - area.left + 12, area.width - 260)}px`;
  S.tip.style.top = `${event.clientY - area.top + 18}px`;
}
// Paint what was received, and where all rows are new take up what was left open.
/** @param {State} S */
function show(S) {
  if (!S.known || !window.__alignTexts) return;
  const first = S.fresh;
  S.fresh = false;
  if (S.lang !== texts().lang) speak(S);
  if (!S.pend.length) S.firstPending = undefined;
  const turned = S.data.queue && S.queued === false;
  S.queued = S.data.queue;
  S.paint();
  seek(S);
  if (first) { resumeEdit(S); resumeNote(S); if (!S.editing && !S.layer && document.activeElement === document.body) S.grid.focus({ preventScroll: true }); }
  S.root.dataset.ready = `${S.order.length}`;
  if (turned) RUN["worst"](S); // switched on: begin with the worst
  watch(S);
  if (first && S.data.row && S.data.row === S.cur) intoView(S); // a link to a row shows it on a telephone too
  showConflict(S);
  markAgain(S);
  replay(S);
}
/** @param {Component} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const S = setUp(parentElement);
  if (S.data && S.data.briefing !== data.briefing) sendLast(S);
  S.drawn = data;
  S.trigger = setTriggerValue;
  const commands = JSON.stringify(data.commands);
  if (S.commandsText !== commands) {
    S.commandsText = commands;
    S.commands = data.commands;
    S.byKey = new Map(S.commands.flatMap(one => one.keys.map(key => [key, one.name])));
    buildBar(S);
  }
  // The cleanup of an earlier run is not always called, and sometimes too early: take the old
  // listeners off here, and below only when the element has really gone.
  S.off?.();
  /** @type {Listener[]} */
  const listeners = [
    [document, "keydown", event => onKey(S, event), true],
    [window, "align-texts", () => show(S), false],
    [window, "pagehide", () => sendLast(S), false],
    [window, "beforeunload", event => { if (S.unreachable && S.pend.length) event.preventDefault(); }, false], // the browser asks
    [S.root, "mousedown", event => { if (event.target.closest(".rows, .prose") && !event.target.closest("a, button")) onPoint(S, event); }, false],
    [S.root, "dblclick", event => { if (event.target.closest(".cell") && !S.editing) S.edit(); }, false],
    [S.root, "contextmenu", event => { if (event.target.closest(".rows") && !S.editing) { event.preventDefault(); onPoint(S, event); showMenu(S, event.clientX, event.clientY); } }, false],
    [S.prose, "mouseover", event => onHover(S, event), false],
    [S.body, "mousemove", event => onMove(S, event), false],
    [S.body, "mouseleave", event => onMove(S, event), false],
    [S.root, "mousedown", event => { if (S.layer && !S.layer.contains(event.target)) closeLayer(S); }, false],
    [S.columns.zh, "scroll", () => requestAnimationFrame(() => syncProse(S, "zh")), false],
    [S.columns.en, "scroll", () => requestAnimationFrame(() => syncProse(S, "en")), false],
  ];
  S.tip = S.root.querySelector(".tip");
  listeners.forEach(([node, name, run, capture]) => node.addEventListener(name, run, capture));
  S.off = () => listeners.forEach(([node, name, run, capture]) => node.removeEventListener(name, run, capture));
  S.timer ??= setInterval(() => {
    closeOutage();
    if (!S.asking && performance.now() - S.asked > (S.look ? 0 : S.pend.length ? AGAIN : POLL)) exchange(S);
    if (S.known && S.pend.length) paintInfo(S); // for how long they wait
  }, 1000);
  exchange(S);
  return () => setTimeout(() => {
    if (S.root.isConnected) return;
    sendLast(S);
    S.off();
    S.watch?.disconnect();
    S.watch = undefined;
    clearInterval(S.timer);
    S.timer = undefined;
  }, 0);
}
