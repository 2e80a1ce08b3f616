// The list of briefings: its lines in view, order, address and selection.
import assert from "node:assert/strict";
import test from "node:test";
import {
  ageOf,
  columnsFor,
  linesInView,
  nextSort,
  readQuery,
  scrollTo,
  sortOf,
  toggleLines,
  writeQuery,
} from "../../../../align/apps/page/static/model/desk.js";

test("only lines in view and some around them are drawn", () => {
  assert.deepEqual(linesInView({ top: 0, height: 600, line: 30, count: 10000 }), [0, 32]);
  assert.deepEqual(linesInView({ top: 3000, height: 600, line: 30, count: 10000 }), [88, 132]);
  assert.deepEqual(linesInView({ top: 0, height: 600, line: 30, count: 3 }), [0, 3]);
});
test("the list scrolls only to a line that is out of view", () => {
  const view = { top: 300, height: 300, line: 30 };
  assert.equal(scrollTo(12, view), undefined);
  assert.equal(scrollTo(5, view), 150);
  assert.equal(scrollTo(20, view), 330);
});
test("a click on a column begins with the more interesting end, a second one with the other", () => {
  assert.equal(nextSort("-date", "wrong"), "-wrong");
  assert.equal(nextSort("-wrong", "wrong"), "wrong");
  assert.equal(nextSort("-date", "en"), "en");
  assert.equal(nextSort("en", "en"), "-en");
  assert.deepEqual(
    ["-wrong", "wrong", "en"].map(sort => sortOf(sort, "wrong")),
    ["descending", "ascending", "none"],
  );
});
test("the address keeps filter and order, and what else it says", () => {
  const wanted = { find: "海洋 & sea", part: "to review", sort: "-wrong" };
  const written = writeQuery("?token=a&sort=en", wanted);
  assert.equal(written, "?token=a&find=%E6%B5%B7%E6%B4%8B+%26+sea&part=to+review&sort=-wrong");
  assert.deepEqual(readQuery(written), wanted);
  assert.equal(writeQuery("?find=a&part=reviewed", readQuery("")), "");
});
test("lines are selected one by one, or from the last one clicked", () => {
  const ids = ["a", "b", "c", "d"];
  assert.deepEqual([...toggleLines(new Set(), ids, 1, -1)], ["b"]);
  assert.deepEqual([...toggleLines(new Set(["b"]), ids, 3, 1)], ["b", "c", "d"]);
  assert.deepEqual([...toggleLines(new Set(["b", "c"]), ids, 1, 2)], []);
});
test("a reader's own language comes first", () => {
  assert.deepEqual(columnsFor("zh-Hans").slice(0, 3), ["date", "zh", "en"]);
  assert.deepEqual(columnsFor("en").slice(0, 3), ["date", "en", "zh"]);
});
test("an age is told in its largest unit", () => {
  assert.deepEqual(ageOf(30), [0, "minute"]);
  assert.deepEqual(ageOf(7300), [2, "hour"]);
  assert.deepEqual(ageOf(90000), [1, "day"]);
});
