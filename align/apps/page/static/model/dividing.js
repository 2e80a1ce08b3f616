// @ts-check
// Where a row can be divided: between sentences, or inside of them.
import { GAP, published, SIDES } from "./text.js";

const STOPS = {
  zh: /[，。；：、！？…—）」』”’》]+|[,;:.!?]+\s+/g,
  en: /[,;:.!?…]+[)\]"'’”]*\s+|[)\]"”]\s+|—+\s*|\s–\s+/g,
};
const STEPS = { zh: /./gsu, en: /\S+\s*/g };

/**
 * @param {RegExp} pattern
 * @param {string} text
 */
const endsOf = (pattern, text) =>
  [...text.matchAll(pattern)].map(found => (found.index ?? 0) + found[0].length);

/**
 * Where a text can be cut: after stops and between sentences; or, finer, between words or
 * characters.
 * @param {Row} row
 * @param {Side} side
 * @param {boolean} [fine]
 */
export function placesOf(row, side, fine = false) {
  const text = published(row, side);
  const places = endsOf((fine ? STEPS : STOPS)[side], text);
  let start = 0;
  if (!fine)
    for (const sentence of row[side]) {
      places.push(start);
      start += sentence.length + GAP[side].length;
    }
  return [...new Set([0, ...places, text.length])].sort((a, b) => a - b);
}

/**
 * @param {number} a
 * @param {number} b
 */
const unlikeness = (a, b) => 2 * Math.abs(a - b) + Math.abs(a - 0.5) + Math.abs(b - 0.5);

/**
 * The places inside of a text where it may be cut, each with the share of the text before it.
 * @param {Row} row
 * @param {Side} side
 */
function sharesOf(row, side) {
  const size = published(row, side).length;
  const inner = /** @param {boolean} fine */ fine => placesOf(row, side, fine).slice(1, -1);
  const found = [inner(false), inner(true)].find(places => places.length) ?? [0];
  return found.map(at => ({ at, share: size ? at / size : 0.5 }));
}

/**
 * The pair of places that fits best: after the like share of either text, near the middle.
 * @param {Row} row
 * @returns {Record<Side, number>}
 */
export function proposeCut(row) {
  const zh = sharesOf(row, "zh");
  const en = sharesOf(row, "en");
  const pairs = zh.flatMap(one =>
    en.map(two => ({ zh: one.at, en: two.at, cost: unlikeness(one.share, two.share) })),
  );
  const best = pairs.reduce((least, pair) => (pair.cost < least.cost ? pair : least));
  return { zh: best.zh, en: best.en };
}

/**
 * The next place on the way, else the one where the mark is.
 * @param {number[]} places
 * @param {number} at
 * @param {number} by -1 or 1
 */
export function moveMark(places, at, by) {
  const ahead = places.filter(place => (place - at) * by > 0);
  return ahead.at(by < 0 ? -1 : 0) ?? at;
}

/**
 * @param {number[]} places
 * @param {number} at
 */
export const nearestPlace = (places, at) =>
  places.reduce((best, place) => (Math.abs(place - at) < Math.abs(best - at) ? place : best));

/**
 * Return how many characters are before both marks. Python counts characters; a script counts rare
 * ones twice.
 * @param {Row} row
 * @param {Record<Side, number>} marks
 * @returns {Record<Side, number>}
 */
export function countCharacters(row, marks) {
  const [zh, en] = SIDES.map(side => [...published(row, side).slice(0, marks[side])].length);
  return { zh, en };
}

/**
 * The words around a mark: a highlight is not heard.
 * @param {string} text
 * @param {number} at
 */
export const aroundMark = (text, at) =>
  `${text.slice(Math.max(0, at - 12), at)}┃${text.slice(at, at + 12)}`;

/**
 * Return which sentence of a side a place in its published text is in, and the place in it.
 * @param {Row} row
 * @param {Side} side
 * @param {number} place
 */
export function sentenceAt(row, side, place) {
  const sentences = row[side];
  let at = 0;
  let offset = place;
  while (at < sentences.length - 1 && offset > sentences[at].length) {
    offset -= sentences[at].length + GAP[side].length;
    at++;
  }
  return { at, offset };
}

/**
 * Whether a place has text of its sentence on both sides.
 * @param {Row} row
 * @param {Side} side
 * @param {{ at: number, offset: number }} place
 */
export function isInside(row, side, { at, offset }) {
  const text = row[side][at] ?? "";
  return !!text.slice(0, Math.max(offset, 0)).trim() && !!text.slice(Math.max(offset, 0)).trim();
}

/**
 * How many sentences of each side stay in the upper row, at first: all but the last.
 * @param {Row} row
 * @returns {Record<Side, number>}
 */
export const proposeSplit = row => ({
  zh: Math.min(Math.max(1, row.zh.length - 1), row.zh.length),
  en: Math.min(Math.max(1, row.en.length - 1), row.en.length),
});
/**
 * @param {Row} row
 * @param {Side} side
 * @param {number} count
 * @param {number} by
 */
export const moveSplit = (row, side, count, by) =>
  Math.max(0, Math.min(row[side].length, count + by));
/**
 * Whether a sentence of a side goes down; ``counts`` says how many stay in the upper row.
 * @param {Record<Side, number>} counts
 * @param {Side} side
 * @param {number} at
 */
export const goesDown = (counts, side, at) => at >= counts[side];
