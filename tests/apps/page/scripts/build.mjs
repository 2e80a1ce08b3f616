// What the tests of the scripts are made of: rows, tables of rows, and a window without a page.

export const row = (id, zh = [id], en = [id], more = {}) => ({
  id,
  position: 0,
  zh,
  en,
  zh_edit: null,
  en_edit: null,
  zh_origins: zh.map((_, at) => [0, at]),
  en_origins: en.map((_, at) => [0, at]),
  zh_turn: zh.length ? 0 : -1,
  en_turn: en.length ? 0 : -1,
  probability: 0.9,
  status: "unreviewed",
  who: "",
  why: "",
  note: "",
  risk: 0.1,
  revision: 1,
  crossing: false,
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
