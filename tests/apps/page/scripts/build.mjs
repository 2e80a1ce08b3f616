// What the tests of the scripts are made of: rows, tables of rows, and a window without a page.

export const row = (id, zh = [id], en = [id], more = {}) => ({
  id,
  pos: 0,
  zh,
  en,
  zhx: null,
  enx: null,
  ozh: zh.map((_, at) => [0, at]),
  oen: en.map((_, at) => [0, at]),
  tzh: zh.length ? 0 : -1,
  ten: en.length ? 0 : -1,
  p: 0.9,
  s: "unreviewed",
  who: "",
  why: "",
  note: "",
  risk: 0.1,
  rev: 1,
  x: false,
  ...more,
});
export const rowsNamed = (names, more = {}) =>
  [...names].map((id, pos) => row(id, [id], [id], { pos, ...more[id] }));
export const byIds = rows => new Map(rows.map(one => [one.id, one]));
export const table = (rows, shown = null) => ({
  order: rows,
  rows: byIds(rows),
  place: new Map(rows.map((one, at) => [one.id, at])),
  shown: shown === null ? null : new Set(shown),
  revealed: new Set(),
});

export function setWindow(texts = { lang: "en", texts: {} }, storages = {}) {
  globalThis.window = { __alignTexts: texts, ...storages };
}
