// What the scripts of the page compute without a page: run by tests/apps/page/test_scripts.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const STATIC = new URL("../../../../align/apps/page/static/", import.meta.url);
const PARTS = ["dom", "rows", "fit_window", "prose", "panel", "editing", "cutting", "commands", "bar"];
const NAMES = "_ ngettext local percent keyName typesInto kind finalText joinRows passSentence selected visible stretch worst describeMove placesOf proposeCut readKept writeKept";

// The scripts share one scope in the browser, as here.
function load(texts = { lang: "en", texts: {} }, storages = {}) {
  const source = PARTS.map(name => readFileSync(new URL(`${name}.js`, STATIC), "utf-8")).join("\n");
  const scope = new Function("window", `${source}\nreturn { ${NAMES.split(" ").join(", ")} };`);
  return scope({ __alignTexts: texts, ...storages });
}
const page = load();
const row = (id, zh, en, more = {}) => ({
  id, zh, en, zhx: null, enx: null, ozh: zh.map((_, at) => [0, at]), oen: en.map((_, at) => [0, at]),
  tzh: zh.length ? 0 : -1, ten: en.length ? 0 : -1, p: 0.9, s: "unreviewed", why: "", risk: 0.1, rev: 1, x: false, ...more,
});
function state(rows, more = {}) {
  return {
    order: rows, rows: new Map(rows.map(one => [one.id, one])), place: new Map(rows.map((one, at) => [one.id, at])),
    data: { risks: {} }, commands: [{ name: "undo", keys: ["u"] }], cur: rows[0].id, anchor: null, shown: null, ...more,
  };
}

test("a text is filled in, in the language of the reader", () => {
  assert.equal(page._("row {number}", { number: 3 }), "row 3");
  assert.equal(page.ngettext("{count} row", "{count} rows", 1), "1 row");
  assert.equal(page.ngettext("{count} row", "{count} rows", 1200), "1,200 rows");
  const chinese = load({ lang: "zh-Hans", texts: { "{count} row": "{count} 个句对", "row {number}": "第 {number} 行" } });
  assert.equal(chinese.ngettext("{count} row", "{count} rows", 1200), "1,200 个句对");
  assert.equal(chinese._("row {number}", { number: 3 }), "第 3 行");
  assert.equal(chinese._("{unknown} stays"), "{unknown} stays");
});

// A storage of the browser: a map of texts, or one that refuses everything.
const storage = texts => ({
  getItem: key => texts.get(key) ?? null, setItem: (key, text) => texts.set(key, text), removeItem: key => texts.delete(key),
});
const forbidden = new Proxy({}, { get: () => { throw new Error("SecurityError"); } });

test("a value that the browser keeps comes back, and null removes it", () => {
  const texts = new Map(), { readKept, writeKept } = load(undefined, { localStorage: storage(texts) });
  writeKept("localStorage", "view", { panel: true });
  assert.deepEqual(readKept("localStorage", "view", {}), { panel: true });
  writeKept("localStorage", "view", null);
  assert.equal(texts.size, 0);
  assert.deepEqual(readKept("localStorage", "view", {}), {});
});

test("a damaged value, or one of another shape, counts as none", () => {
  const texts = new Map([["view", "{panel: tr"], ["queue", '{"a": 1}'], ["old", "b12"]]);
  const { readKept } = load(undefined, { sessionStorage: storage(texts) });
  assert.deepEqual(readKept("sessionStorage", "view", {}), {});
  assert.deepEqual(readKept("sessionStorage", "queue", []), []);
  assert.equal(readKept("sessionStorage", "old", null), null);
});

test("a browser that forbids or has no room for storage raises nothing", () => {
  const { readKept, writeKept } = load(undefined, { sessionStorage: forbidden });
  writeKept("sessionStorage", "draft", { text: "water" });
  assert.equal(readKept("sessionStorage", "draft", null), null);
  writeKept("localStorage", "view", {}); // a window that has none at all
});

test("a text is cut after stops and between sentences, or between words", () => {
  const one = row("a", ["增长3.5%，即1,200元；", "好"], ["Up 3.5 percent, or 1,200 yuan (so), he said.", "Good"]);
  assert.deepEqual(page.placesOf(one, "zh"), [0, 7, 15, 16]);
  assert.deepEqual(page.placesOf(one, "en"), [0, 16, 36, 45, 49]);
  assert.deepEqual(page.placesOf(row("a", ["𠮷水"], []), "zh", true), [0, 2, 3]);
  assert.deepEqual(page.placesOf(row("a", [], ["One two"]), "en", true), [0, 4, 7]);
});

test("the cut that is proposed takes like shares of both texts, near the middle", () => {
  const pair = row("a", ["一二，三四五六，七八九。"], ["One two, three four five six, seven eight nine."]);
  assert.deepEqual(page.proposeCut(pair), { zh: 8, en: 30 });
  assert.deepEqual(page.proposeCut(row("a", ["一二三四"], ["One two, three four"])), { zh: 2, en: 9 });
  assert.deepEqual(page.proposeCut(row("a", [], ["One, two"])), { zh: 0, en: 5 });
});

test("a time of the server is told in the reader's own", () => {
  const told = page.local("bo changed this row at 10:02:03 UTC; look again");
  const time = new Date(new Date().setUTCHours(10, 2, 3)).toLocaleTimeString("en");
  assert.equal(told, `bo changed this row at ${time}; look again`);
});

test("a probability is a percentage, or none", () => {
  assert.deepEqual([0.934, 1, null, undefined].map(page.percent), ["93%", "100%", "none", "none"]);
});

test("a key has the name that Python knows", () => {
  const press = (key, held = {}) => page.keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
  assert.equal(press("a"), "a");
  assert.equal(press(" "), "Space");
  assert.equal(press("J", { shiftKey: true }), "Shift+J");
  assert.equal(press("?", { shiftKey: true }), "?");
  assert.equal(press("Z", { metaKey: true }), "Control+z");
  assert.equal(press("ArrowUp", { ctrlKey: true, shiftKey: true }), "Control+Shift+ArrowUp");
});

test("a box to tick takes no letters, a text box does", () => {
  assert.equal(page.typesInto({ tagName: "INPUT", type: "checkbox" }), false);
  assert.equal(page.typesInto({ tagName: "INPUT", type: "search" }), true);
  assert.equal(page.typesInto({ tagName: "TEXTAREA" }), true);
});

test("rows that are joined keep every sentence and every correction", () => {
  const one = row("a", ["一。"], ["One."], { zhx: "壹。" }), two = row("b", ["二。"], [], { s: "accepted" });
  const rows = new Map([["a", one], ["b", two], ["c", row("c", ["三。"], ["Three."])]]);
  page.joinRows(rows, ["a", "b"]);
  assert.deepEqual([...rows.keys()].sort(), ["a", "c"]);
  const whole = rows.get("a");
  assert.deepEqual([whole.zh, whole.en, whole.zhx, whole.enx], [["一。", "二。"], ["One."], "壹。二。", null]);
  assert.deepEqual([whole.s, whole.p], ["unreviewed", null]);
});

test("a sentence goes to the neighbour, and a row without text goes away", () => {
  const rows = new Map([["a", row("a", ["一。"], ["One.", "Two."])], ["b", row("b", ["二。"], [])]]);
  page.passSentence(rows, "a", "b", "en", false);
  assert.deepEqual([rows.get("a").en, rows.get("b").en], [["One."], ["Two."]]);
  const last = new Map([["a", row("a", [], ["One."])], ["b", row("b", ["一。"], [])]]);
  page.passSentence(last, "a", "b", "en", false);
  assert.deepEqual([[...last.keys()], last.get("b").en], [["b"], ["One."]]);
  const corrected = new Map([["a", row("a", ["一。"], ["One."], { enx: "1" })], ["b", row("b", ["二。"], [])]]);
  page.passSentence(corrected, "a", "b", "en", false);
  assert.deepEqual(corrected.get("a").en, ["One."]);
});

test("what is selected lies between the anchor and the cursor, either way round", () => {
  const rows = ["a", "b", "c", "d"].map(id => row(id, [id], [id]));
  assert.deepEqual(page.selected(state(rows)), ["a"]);
  assert.deepEqual(page.selected(state(rows, { cur: "b", anchor: "d" })), ["b", "c", "d"]);
  assert.deepEqual(page.selected(state(rows, { cur: "c", anchor: "gone" })), ["c"]);
});

test("the most doubtful row is sought among what is shown and not reviewed", () => {
  const rows = [row("a", ["a"], ["a"], { risk: 0.5 }), row("b", ["b"], ["b"], { risk: 0.9, s: "accepted" }), row("c", ["c"], ["c"], { risk: 0.2 })];
  assert.equal(page.worst(state(rows)).id, "a");
  assert.equal(page.worst(state(rows), "a").id, "c");
  assert.equal(page.worst(state(rows, { shown: new Set(["c"]) })).id, "c");
  assert.equal(page.worst(state(rows, { data: { risks: { c: 0.7 } } })).id, "c");
  assert.equal(page.worst(state([rows[1]])), null);
});

test("a move reaches to the next confirmed row", () => {
  const rows = [row("a", ["a"], ["a"]), row("b", ["b"], ["b"]), row("c", ["c"], ["c"], { s: "accepted" }), row("d", ["d"], ["d"])];
  assert.deepEqual(page.stretch(state(rows), 0, 0), ["a", "b"]);
});

test("a move is told with its row and the key that takes it back", () => {
  const rows = ["a", "b"].map(id => row(id, [id], [id]));
  assert.equal(page.describeMove(state(rows), "accept", ["b"]), "row 2 accepted; u undoes");
  assert.equal(page.describeMove(state(rows), "accept", ["a", "b"]), "2 rows accepted; u undoes");
  assert.equal(page.describeMove(state(rows), "merge", ["a", "b"]), "row 1 merged; u undoes");
  assert.equal(page.describeMove(state(rows), "send", ["a", "b"]), "row 1 text moved; u undoes");
  assert.equal(page.describeMove(state(rows), "undo", []), "");
});
