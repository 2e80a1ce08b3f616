// @ts-check
// Texts in the reader's language, as browser.js holds them for all scripts of the page.
export const texts = () => window.__alignTexts ?? { lang: "en", texts: {} };

/**
 * What is in braces is filled in.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
/**
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 */
export const _ = (text, values = {}) => fill(texts().texts[text] ?? text, values);
/** @param {string} text */
export const N_ = text => text;

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map(); // making one takes longer than using it

/** @param {number} count */
export function numeral(count) {
  const { lang } = texts();
  const format = formats.get(lang) ?? new Intl.NumberFormat(lang);
  formats.set(lang, format);
  return format.format(count);
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, unknown>} [values]
 */
export const ngettext = (one, many, count, values = {}) =>
  fill(texts().texts[one] ?? (count === 1 ? one : many), { count: numeral(count), ...values });

/** @type {Record<Side, string>} */
export const LANG = { zh: "zh-Hans", en: "en" };
/** @type {Record<Status, string>} */
export const STATUS = {
  unreviewed: N_("unreviewed"),
  accepted: N_("accepted"),
  rejected: N_("rejected"),
  flagged: N_("flagged"),
};
/** @type {Record<Status, string>} */
export const MARK = { unreviewed: "", accepted: "✓", rejected: "✗", flagged: "⚑" };

/** @param {number | null | undefined} p */
export const percent = p => (p === null || p === undefined ? _("none") : `${Math.round(p * 100)}%`);

/**
 * Times of the server are UTC; people read those of their own clock.
 * @param {string} text
 */
export const local = text =>
  text.replace(/(\d\d):(\d\d):(\d\d) UTC/g, (_all, hour, minute, second) =>
    new Date(new Date().setUTCHours(hour, minute, second)).toLocaleTimeString(texts().lang),
  );
/** @param {string} at */
export const timeOf = at =>
  new Date(at).toLocaleString(texts().lang, { dateStyle: "medium", timeStyle: "short" });

/** @param {Row} row */
export const statusOf = row =>
  row.who && row.status !== "unreviewed"
    ? _("{status} by {name}", { status: _(STATUS[row.status]), name: row.who })
    : _(STATUS[row.status]);
/** @param {Row} row */
export const reasonOf = row => row.why && _(row.why);
