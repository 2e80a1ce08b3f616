// @ts-check
// What each command does. A command changes the cursor, opens something, or sends one operation.
/** @param {State} S */
const selected = S => {
  if (!S.anchor || S.anchor === S.cur || !S.place.has(S.anchor)) return [S.cur];
  const [from, to] = [S.place.get(S.anchor), S.place.get(S.cur)].sort((a, b) => a - b);
  return S.order.slice(from, to + 1).map(row => row.id);
};
/** @param {State} S */
const visible = S => (S.shown ? S.order.filter(row => S.shown.has(row.id)) : S.order);

/** @param {State} S @param {string | undefined} id @param {boolean} [keep] */
function go(S, id, keep) {
  if (!id || !S.rows.has(id)) return false;
  S.cur = id;
  S.sentence = 0;
  S.clicked = null;
  if (!keep) S.anchor = null;
  intoView(S);
  S.mark(true);
  return true;
}
/** @param {State} S @param {number} by @param {boolean} [keep] */
function step(S, by, keep) {
  const rows = visible(S);
  if (!rows.length) return;
  const here = S.place.get(S.cur) ?? 0;
  // A row that a filter hides now still has its place: go on from there.
  const later = rows.findIndex(row => S.place.get(row.id) >= here);
  let at = later < 0 ? rows.length - (by > 0 ? 1 : 0) : later;
  if (rows[at]?.id === S.cur || by < 0) at += by;
  go(S, rows[Math.max(0, Math.min(rows.length - 1, at))].id, keep);
}
/** @param {State} S @param {(row: Row) => boolean} fits @param {string} what @param {boolean} [back] */
function goToNext(S, fits, what, back = false) {
  const here = S.place.get(S.cur) ?? -1, rows = visible(S).filter(fits);
  if (back) rows.reverse();
  const found = rows.find(row => (back ? S.place.get(row.id) < here : S.place.get(row.id) > here)) ?? rows[0];
  if (!found) S.say(S.shown ? _("no row among those shown {what}", { what: _(what) }) : _("no row {what}", { what: _(what) }));
  else go(S, found.id);
}
/** @param {State} S @param {boolean} [back] */
const goToDoubt = (S, back) =>
  goToNext(S, row => row.s === "unreviewed" && ((row.p ?? 0) < 0.8 || S.checks(row).length > 0), N_("is unreviewed and doubtful"), back);
// As many rows as the window shows, less one or two: what was read last stays in sight.
/** @param {State} S @param {number} by */
function page(S, by) {
  const rows = visible(S), from = rows.findIndex(row => row.id === S.cur);
  let at = from, height = 0;
  while (rows[at + by] && (height += S.els.get(rows[at].id)?.offsetHeight || 60) < S.grid.clientHeight * 0.85) at += by;
  if (rows.length) go(S, rows[at === from ? Math.max(0, Math.min(rows.length - 1, at + by)) : at].id);
}
/** @param {string} name */
const onPage = name => document.querySelector(`.st-key-${name} input`);
// Streamlit loads a field when it is first drawn, which may be after the rows are there.
function focusSearch() {
  const field = onPage("q");
  if (field) field.focus(); else if (document.querySelector(".st-key-q")) requestAnimationFrame(focusSearch);
}
// A move changes no row unseen: one that a filter hides is shown first, and the key pressed again goes on.
/** @param {State} S @param {string[]} ids */
function reveals(S, ids) {
  const hidden = ids.filter(id => S.shown && S.rows.has(id) && !S.shown.has(id) && id !== S.cur);
  if (!hidden.length) return false;
  hidden.forEach(id => S.revealed.add(id));
  S.paint();
  S.say(ngettext("this would change {count} row that was hidden; it is shown now: press again to go on",
    "this would change {count} rows that were hidden; they are shown now: press again to go on", hidden.length));
  return true;
}
// The rows from one place to another, and on to the next that is confirmed.
/** @param {State} S @param {number} from @param {number} to */
function stretch(S, from, to) {
  while (S.order[to + 1] && !confirmed(S.order[to + 1])) to++;
  return S.order.slice(Math.max(from, 0), to + 1).map(row => row.id);
}
/** @param {Row} row */
const confirmed = row => row.s === "accepted" || row.x;
/** @param {State} S @param {Row} row */
const risk = (S, row) => S.data.risks[row.id] ?? row.risk;
// The most doubtful unreviewed row among those shown; ``but`` is one to pass over.
/** @param {State} S @param {string} [but] */
function worst(S, but) {
  let best = null;
  for (const row of visible(S))
    if (row.s === "unreviewed" && row.id !== but && (!best || risk(S, row) > risk(S, best))) best = row;
  return best;
}
// The most doubtful row; pressed again, the one that follows it, so that rows can be passed over.
/** @param {State} S */
function nextWorst(S) {
  const rows = visible(S).filter(row => row.s === "unreviewed").sort((a, b) => risk(S, b) - risk(S, a));
  const at = S.walked === S.cur ? rows.findIndex(row => row.id === S.cur) + 1 : 0;
  S.walked = (rows.slice(at).find(row => row.id !== S.cur) ?? rows[0])?.id;
  return S.walked !== S.cur && go(S, S.walked);
}
/** @param {State} S */
const lastSentence = S => S.sentence >= names(S.rows.get(S.cur), S.side).length - 1;
/** @param {State} S */
function goOn(S) {
  const rows = selected(S);
  if (S.data.queue) return void (go(S, worst(S, S.cur)?.id) || step(S, 1));
  S.cur = rows[rows.length - 1];
  S.anchor = null;
  return step(S, 1);
}
/** @param {State} S */
const judged = S => selected(S).filter(id => id === S.cur || !S.shown || S.shown.has(id));
/** @param {State} S @param {string} action @param {Status} status @param {Record<string, unknown>} [extra] */
function judge(S, action, status, extra = {}, rows = judged(S)) {
  goOn(S);
  S.act(action, { rows, ...extra }, row => ({ ...row, s: status, who: S.data.reviewer }));
}
// One decision about all open rows shown, or those of a probability; how many are wrong is said before.
/** @param {State} S */
function acceptMany(S) {
  const found = values => visible(S).filter(row => row.s === "unreviewed" && (row.p ?? 0) >= values.p);
  const wrong = rows => rows.reduce((sum, row) => sum + risk(S, row), 0).toFixed(1);
  ask(S, S.shown ? _("Accept the rows shown") : _("Accept many rows"),
    [{ name: "p", label: _("Probability, at least"), value: S.shown ? 0 : 0.98, type: "number", step: "any" }],
    values => {
      const rows = found(values).map(row => row.id);
      if (!rows.length) return S.say(_("no such row is unreviewed"));
      S.act("accept-many", { rows }, row => ({ ...row, s: "accepted", who: S.data.reviewer }));
      if (S.data.queue) go(S, worst(S)?.id);
    },
    values => (rows => ngettext("{count} row, about {wrong} expected wrong", "{count} rows, about {wrong} expected wrong", rows.length,
      { wrong: wrong(rows) }))(found(values)));
}
// What a move will look like: painted at once, and replaced by what Python answers.
/** @param {Map<string, Row>} rows @param {string[]} ids */
function joinRows(rows, ids) {
  const parts = ids.map(id => rows.get(id)).filter(Boolean);
  if (parts.length < 2) return;
  /** @type {Row} */
  const whole = { ...parts[0], p: null, s: "unreviewed", why: "", rev: -1 };
  for (const side of SIDES) {
    whole[side] = parts.flatMap(row => row[side]);
    whole["o" + side] = parts.flatMap(row => row["o" + side]);
    whole["t" + side] = parts.find(row => row[side].length)?.["t" + side] ?? -1;
    const corrected = parts.some(row => row[side + "x"] !== null);
    whole[side + "x"] = corrected ? parts.map(row => finalText(row, side)).filter(Boolean).join(GAP[side]) : null;
  }
  parts.forEach(row => rows.delete(row.id));
  rows.set(whole.id, whole);
}
/** @param {Map<string, Row>} rows @param {string} from @param {string} to @param {Side} side @param {boolean} up */
function passSentence(rows, from, to, side, up) {
  const one = rows.get(from), two = rows.get(to), order = "o" + side;
  if (!one?.[side].length || !two || [one, two].some(row => row[side + "x"] !== null || row.x)) return;
  const give = up ? [one[side][0], one[order][0]] : [one[side].at(-1), one[order].at(-1)];
  const rest = list => (up ? list.slice(1) : list.slice(0, -1));
  const more = (list, item) => (up ? [...list, item] : [item, ...list]);
  /** @type {Row} */
  const left = { ...one, [side]: rest(one[side]), [order]: rest(one[order]), p: null, s: "unreviewed", rev: -1 };
  if (left.zh.length + left.en.length) rows.set(from, left); else rows.delete(from);
  rows.set(to, { ...two, [side]: more(two[side], give[0]), [order]: more(two[order], give[1]), p: null, s: "unreviewed", rev: -1 });
}
/** @param {State} S @param {boolean} up */
function mergeRows(S, up) {
  const chosen = selected(S), at = S.place.get(chosen[0]);
  const beside = S.order[at + (up ? -1 : 1)]?.id;
  const rows = chosen.length > 1 ? chosen : up ? [beside, chosen[0]] : [chosen[0], beside];
  if (rows.some(id => !id)) return S.say(_("there is no row to merge with on that side"));
  if (reveals(S, rows)) return;
  S.cur = rows[0];
  S.anchor = null;
  S.act("merge", { rows, up }, null, known => joinRows(known, rows));
}
/** @param {State} S @param {boolean} up */
function shiftSentence(S, up) {
  const beside = S.order[S.place.get(S.cur) + (up ? -1 : 1)]?.id, { cur, side } = S;
  if (!reveals(S, [beside])) S.act("shift", { ...here(S), up }, null, known => passSentence(known, cur, beside, side, up));
}
/** @param {State} S */
const here = S => ({ rows: [S.cur], side: S.side });
// A number means the row that had it when it was asked for, and ``cur`` the row that was to be changed.
/** @param {State} S @param {string} label @param {(id: string) => unknown} done @param {string} [cur] */
function askRow(S, label, done, cur) {
  const { order } = S;
  ask(S, label, [{ name: "to", label: _("Row number"), value: S.place.get(S.cur) + 1, type: "number" }], ({ to: number }) => {
    const id = order[number - 1]?.id;
    if (!id) S.say(_("there is no row {number}", { number }));
    else if (!S.rows.has(id) || (cur && cur !== S.cur)) S.say(_("The row is gone: it was joined, split or moved."));
    else done(id);
  });
}
// The row that is meant, and not only its place: somebody may join rows above it meanwhile.
/** @param {State} S @param {number} target */
function sendText(S, target) {
  const at = S.place.get(S.cur), rows = [S.cur, S.order[target]?.id].filter(Boolean);
  if (!reveals(S, stretch(S, Math.min(at, target), Math.max(at, target)))) S.act("send", { rows, side: S.side, target });
}

// Other ways to divide the text, from the aligner: asked for by the first key, taken by the second.
/** @param {State} S */
const helpOf = S => (help => (help?.whole && help.rev === S.rows.get(S.cur)?.rev ? help : null))(S.help.get(S.cur));
/** @param {State} S @param {number} n */
function take(S, n) {
  const options = helpOf(S)?.options;
  if (!options) askHelp(S, S.cur, true);
  const option = options?.[n - 1];
  if (!option) S.say(options ? _("the aligner has no such alternative here") : _("alternatives come below the row, if there are any; press again"));
  else if (!reveals(S, option.ids)) S.act("choose", { rows: [S.cur], option: option.name });
}

// What a flag can be about; stored in English, shown in the reader's language.
const REASONS = [N_("boundaries"), N_("number"), N_("name"), N_("translation"), N_("source text"), N_("other")];
// A note, or a reply to one: the row stays as it is, so that no key has to wait for the answer.
/** @param {State} S @param {Row} row @param {Thread} [thread] */
function writeNote(S, row, thread) {
  ask(S, thread ? _("Reply to the note") : _("Write a note on the row"), [{ name: "note", label: thread?.said.at(-1).text ?? _("Note") }],
    values => S.act(thread ? "reply" : "annotate", { rows: [row.id], reason: thread?.key ?? "", ...values }, same => same),
    undefined, { id: row.id, thread: thread?.key });
}
/** @param {State} S @param {Row} row @param {Thread} thread */
const closeNote = (S, row, thread) => S.act("close-note", { rows: [row.id], reason: thread.key }, same => same);
// The last open note of the row, else the last one.
/** @param {State} S @param {(S: State, row: Row, thread: Thread) => unknown} then */
function withNote(S, then) {
  const row = S.rows.get(S.cur), all = S.notes(row);
  let thread = all.at(-1);
  for (const one of all) if (one.open) thread = one;
  if (thread) then(S, row, thread); else S.say(_("this row has no note"));
}
/** @type {Record<string, (S: State) => unknown>} */
const RUN = {
  "next": S => step(S, 1),
  "previous": S => step(S, -1),
  "zh": S => { S.side = "zh"; S.sentence = 0; S.mark(); },
  "en": S => { S.side = "en"; S.sentence = 0; S.mark(); },
  "extend-down": S => { S.anchor ??= S.cur; step(S, 1, true); },
  "extend-up": S => { S.anchor ??= S.cur; step(S, -1, true); },
  "first": S => go(S, visible(S)[0]?.id),
  "last": S => go(S, visible(S).at(-1)?.id),
  "next-open": S => goToNext(S, row => row.s === "unreviewed", N_("is unreviewed")),
  "next-odd": S => goToNext(S, row => kind(row) !== "1-1", N_("is not one to one")),
  "next-flagged": S => goToNext(S, row => row.s === "flagged", N_("is flagged")),
  "next-worst": S => nextWorst(S) || S.say(worst(S) ? _("no other row is unreviewed") : S.shown ? _("every row shown is reviewed") : _("every row is reviewed")),
  "worst": S => go(S, worst(S)?.id),
  "next-doubt": S => goToDoubt(S, false),
  "previous-doubt": S => goToDoubt(S, true),
  "page-down": S => page(S, 1),
  "page-up": S => page(S, -1),
  "row": S => askRow(S, _("Go to row …"), id => go(S, id)),
  "search": focusSearch,
  "queue": () => onPage("queue")?.click(),
  "next-briefing": S => S.trigger("next", true),
  "accept": S => judge(S, "accept", "accepted"),
  "accept-many": acceptMany,
  "mending": S => { S.toggle("mending"); S.say(S.ui.mending ? _("mending counts as accepting") : _("mending does not count as accepting")); },
  "reject": S => judge(S, "reject", "rejected"),
  "reopen": S => S.act("reopen", { rows: selected(S) }, row => ({ ...row, s: "unreviewed", why: "" })),
  "flag": (S, rows = judged(S)) => ask(S, _("Flag: what is wrong?"), [ // those that were meant, whatever comes meanwhile
    { name: "reason", label: _("Reason"), options: REASONS },
    { name: "note", label: _("Note") },
  ], values => judge(S, "flag", "flagged", values, rows), undefined, { id: S.cur, flag: true }),
  "annotate": S => writeNote(S, S.rows.get(S.cur)),
  "reply": S => withNote(S, writeNote),
  "close-note": S => withNote(S, closeNote),
  "alone": S => S.act("alone", here(S)),
  "merge-down": S => mergeRows(S, false),
  "merge-up": S => mergeRows(S, true),
  "split": S => S.act("split", here(S)),
  "split-choose": S => S.chooseSplit(),
  "split-inside": S => startCut(S),
  "shift-up": S => shiftSentence(S, true),
  "shift-down": S => shiftSentence(S, false),
  "text-down": S => sendText(S, S.place.get(S.cur) + 1),
  "text-up": S => sendText(S, S.place.get(S.cur) - 1),
  "send": S => askRow(S, _("Move this side's text to row …"), id => sendText(S, S.place.get(id)), S.cur),
  "link": S => {
    const rows = selected(S);
    if (rows.length >= 2) { if (!reveals(S, [rows[0], rows.at(-1)])) { S.act("link", { rows: [rows[0], rows.at(-1)] }); S.anchor = null; } }
    else askRow(S, _("Link across with row …"), id => S.act("link", { rows: [S.cur, id] }), S.cur);
  },
  "unlink": S => S.act("unlink", here(S)),
  "resolve": S => {
    const rows = selected(S);
    let from = S.place.get(S.cur);
    while (from && !confirmed(S.order[from - 1])) from--;
    if (!reveals(S, rows.length > 1 ? rows : stretch(S, from, S.place.get(S.cur)))) S.act("resolve", { rows });
  },
  "edit": S => S.edit(),
  "sentence-next": S => {
    const count = names(S.rows.get(S.cur), S.side).length;
    S.sentence = count ? (S.sentence + 1) % count : 0;
    S.mark();
  },
  "join": S => S.act("join", { ...here(S), at: S.sentence }),
  ...Object.fromEntries([1, 2, 3].map(n => [`take-${n}`, S => take(S, n)])),
  "undo": S => S.act("undo", {}),
  "redo": S => S.act("redo", {}),
  "details": S => S.toggle("panel"),
  "pinyin": S => S.toggle("pinyin"),
  "original": S => S.toggle("original"),
  "mode": S => S.toggle("prose"),
  "menu": S => {
    const box = S.els.get(S.cur)?.getBoundingClientRect();
    showMenu(S, box ? box.left + 60 : 0, box ? box.bottom : 0);
  },
  "keys": S => showKeys(S),
  "palette": S => showPalette(S),
};
