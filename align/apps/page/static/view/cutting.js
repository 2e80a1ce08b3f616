// @ts-check
// Cutting: a mark in the text of each side, both cut there and the row split in two. What would go
// down is highlighted over the text, which stays untouched.
const STOPS = { zh: /[，。；：、！？…—）」』”’》]+|[,;:.!?]+\s+/g, en: /[,;:.!?…]+[)\]"'’”]*\s+|[)\]"”]\s+|—+\s*|\s–\s+/g };
const STEPS = { zh: /./gsu, en: /\S+\s*/g };
/** @param {RegExp} pattern @param {string} text */
const endsOf = (pattern, text) => [...text.matchAll(pattern)].map(one => one.index + one[0].length);
// Where a text can be cut: after stops and between sentences; or, finer, between words or characters.
/** @param {Row} row @param {Side} side @param {boolean} [fine] */
function placesOf(row, side, fine) {
  const text = published(row, side), places = endsOf((fine ? STEPS : STOPS)[side], text);
  if (!fine) names(row, side).reduce((at, one) => (places.push(at), at + one.length + GAP[side].length), 0);
  return [...new Set([0, ...places, text.length])].sort((a, b) => a - b);
}
/** @param {number} a @param {number} b */
const unlikeness = (a, b) => 2 * Math.abs(a - b) + Math.abs(a - 0.5) + Math.abs(b - 0.5);
// The pair of places that fits best: after the like share of either text, near the middle.
/** @param {Row} row @returns {Record<Side, number>} */
function proposeCut(row) {
  const [zh, en] = SIDES.map(side => {
    const size = published(row, side).length, inner = fine => placesOf(row, side, fine).slice(1, -1);
    const found = [inner(false), inner(true), [0]].find(list => list.length);
    return found.map(at => ({ at, share: size ? at / size : 0.5 }));
  });
  const pairs = zh.flatMap(one => en.map(two => ({ zh: one.at, en: two.at, cost: unlikeness(one.share, two.share) })));
  const best = pairs.reduce((least, pair) => (pair.cost < least.cost ? pair : least));
  return { zh: best.zh, en: best.en };
}
/** @param {Row} row */
const bothTexts = row => SIDES.map(side => finalText(row, side)).join("\n");
/** @param {State} S */
function startCut(S) {
  const row = S.rows.get(S.cur);
  if (SIDES.some(side => row[side + "x"] !== null)) return S.say(_("the text was corrected; take the correction back before you cut it"));
  if (S.ui.prose) S.toggle("prose");
  S.cutting = { id: row.id, seen: S.data.seq, text: bothTexts(row), ...proposeCut(row) };
  return tellCut(S);
}
/** @param {State} S @param {string} [words] */
function leaveCut(S, words = "") {
  S.cutting = null;
  paintCut(S);
  S.say(words);
}
/** @param {State} S */
function paintCut(S) {
  const { cutting } = S, ranges = [];
  if (cutting) {
    const row = S.rows.get(cutting.id);
    if (!row || S.cur !== row.id || bothTexts(row) !== cutting.text) return leaveCut(S, _("the row changed; nothing was cut"));
    for (const side of SIDES) {
      const cell = cellOf(S.els.get(row.id), side), range = rangeOver(cell, cutting[side], cell.textContent.length);
      if (range) ranges.push(range);
    }
  }
  highlight("review-cut", ranges);
}
// The words around the mark are said too: a highlight is not heard.
/** @param {State} S */
function tellCut(S) {
  paintCut(S);
  if (!S.cutting) return;
  const text = published(S.rows.get(S.cutting.id), S.side), at = S.cutting[S.side];
  S.say(`${shown(`${text.slice(Math.max(0, at - 12), at)}┃${text.slice(at, at + 12)}`)} · ` +
    _("← →, or a click, move the mark, with Shift by words; ↑ ↓ change the side, Enter cuts, Escape leaves"));
}
/** @param {State} S @param {KeyboardEvent} event */
function cutKey(S, event) {
  const { cutting, side } = S, row = S.rows.get(cutting.id), by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by) {
    const ahead = placesOf(row, side, event.shiftKey).filter(at => (at - cutting[side]) * by > 0);
    cutting[side] = ahead.at(by < 0 ? -1 : 0) ?? cutting[side];
  } else if (/^(Tab|ArrowUp|ArrowDown)$/.test(event.key)) {
    S.side = other(side);
    S.mark();
  } else {
    leaveCut(S);
    // Python counts characters, a script the halves of rare ones.
    const [zh, en] = SIDES.map(one => [...published(row, one).slice(0, cutting[one])].length);
    if (event.key === "Enter") S.act("split", { rows: [row.id], seen: cutting.seen, inside: true, zh, en });
    return;
  }
  tellCut(S);
}
// A click into the row puts the mark of that side there; one elsewhere leaves.
/** @param {State} S */
function pointCut(S) {
  const { cutting, clicked } = S;
  if (clicked?.id !== cutting.id) return leaveCut(S);
  const near = (best, at) => (Math.abs(at - clicked.at) < Math.abs(best - clicked.at) ? at : best);
  if (clicked.at >= 0) cutting[clicked.side] = placesOf(S.rows.get(cutting.id), clicked.side, true).reduce(near);
  return tellCut(S);
}
