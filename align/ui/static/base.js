// @ts-check
// The rows of a briefing as they were when it was opened. They are sent once; what changes later
// comes as a small patch to the table (table.js).
export default function ({ data }) {
  (window.__reviewBase ??= new Map()).clear();
  window.__reviewBase.set(data.k, data);
  window.dispatchEvent(new Event("review-base"));
}
