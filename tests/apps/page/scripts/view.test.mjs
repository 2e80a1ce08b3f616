// What the scripts say and keep: in the language of the reader, in a browser that may forbid storage.
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { row, setWindow } from "./build.mjs";

setWindow();
const { _, local, ngettext, percent, statusOf } =
  await import("../../../../align/apps/page/static/view/texts.js");
const { readKept, writeKept } = await import("../../../../align/apps/page/static/view/storage.js");
const { describeMove } = await import("../../../../align/apps/page/static/view/bar.js");
beforeEach(() => setWindow());

test("a text is filled in", () => {
  assert.equal(_("row {number}", { number: 3 }), "row 3");
  assert.equal(_("{unknown} stays"), "{unknown} stays");
});
test("one is told from many", () => {
  assert.equal(ngettext("{count} row", "{count} rows", 1), "1 row");
  assert.equal(ngettext("{count} row", "{count} rows", 1200), "1,200 rows");
});
test("a text is in the language of the reader", () => {
  setWindow({
    lang: "zh-Hans",
    texts: { "{count} row": "{count} 个句对", "row {number}": "第 {number} 行" },
  });
  assert.equal(ngettext("{count} row", "{count} rows", 1200), "1,200 个句对");
  assert.equal(_("row {number}", { number: 3 }), "第 3 行");
});
test("a time of the server is told in the reader's own", () => {
  const time = new Date(new Date().setUTCHours(10, 2, 3)).toLocaleTimeString("en");
  assert.equal(
    local("bo changed this row at 10:02:03 UTC; look again"),
    `bo changed this row at ${time}; look again`,
  );
});
test("a probability is a percentage, or none", () => {
  assert.deepEqual([0.934, 1, null, undefined].map(percent), ["93%", "100%", "none", "none"]);
});
test("a verdict is told with the name of who gave it", () => {
  assert.equal(
    statusOf(row("a", ["a"], ["a"], { status: "accepted", who: "bo" })),
    "accepted by bo",
  );
  assert.equal(statusOf(row("a", ["a"], ["a"], { who: "bo" })), "unreviewed");
});

// A storage of the browser: a map of texts, or one that refuses everything.
const storage = texts => ({
  getItem: key => texts.get(key) ?? null,
  setItem: (key, text) => texts.set(key, text),
  removeItem: key => texts.delete(key),
});
const forbidden = new Proxy(
  {},
  {
    get: () => {
      throw new Error("SecurityError");
    },
  },
);

test("a value that the browser keeps comes back, and null removes it", () => {
  const texts = new Map();
  setWindow(undefined, { localStorage: storage(texts) });
  writeKept("localStorage", "view", { panel: true });
  assert.deepEqual(readKept("localStorage", "view", {}), { panel: true });
  writeKept("localStorage", "view", null);
  assert.equal(texts.size, 0);
  assert.deepEqual(readKept("localStorage", "view", {}), {});
});
test("a damaged value, or one of another shape, counts as none", () => {
  const texts = new Map([
    ["view", "{panel: tr"],
    ["queue", '{"a": 1}'],
    ["old", "b12"],
  ]);
  setWindow(undefined, { sessionStorage: storage(texts) });
  assert.deepEqual(readKept("sessionStorage", "view", {}), {});
  assert.deepEqual(readKept("sessionStorage", "queue", []), []);
  assert.equal(readKept("sessionStorage", "old", null), null);
});
test("a browser that forbids or has no room for storage raises nothing", () => {
  setWindow(undefined, { sessionStorage: forbidden });
  writeKept("sessionStorage", "draft", { text: "water" });
  assert.equal(readKept("sessionStorage", "draft", null), null);
  writeKept("localStorage", "view", {}); // a window that has none at all
});

const told = (action, rows, keys = ["u"]) =>
  describeMove(
    {
      place: new Map([
        ["a", 0],
        ["b", 1],
      ]),
      commands: [{ name: "undo", label: "", keys, group: "" }],
    },
    action,
    rows,
  );
test("a move is told with its row and the key that takes it back", () =>
  assert.equal(told("accept", ["b"]), "row 2 accepted; press u to undo"));
test("a decision about several rows counts them", () =>
  assert.equal(told("accept", ["a", "b"]), "2 rows accepted; press u to undo"));
test("a move of several rows is told with the first", () => {
  assert.equal(told("merge", ["a", "b"]), "row 1 merged; press u to undo");
  assert.equal(told("send", ["a", "b"]), "row 1 text moved; press u to undo");
});
test("without a key for it nothing is said of undoing", () =>
  assert.equal(told("split", ["a"], []), "row 1 split"));
test("what Python tells is not told before", () => assert.equal(told("undo", []), ""));
