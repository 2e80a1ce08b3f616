import assert from "node:assert/strict";
import test from "node:test";
import {
  expectedWrong,
  hiddenAmong,
  isHidden,
  mostDoubtful,
  nearestVisible,
  neighbourOf,
  nextMostDoubtful,
  nextRow,
  queueRisks,
  rowAfter,
  rowOnNextPage,
  rowsToMerge,
  selected,
  selectedInSight,
  visible,
} from "../../../../align/apps/page/static/model/cursor.js";
import { rowsNamed, table } from "./build.mjs";

const FIVE = rowsNamed("abcde");
const all = table(FIVE);
const some = table(FIVE, "bd");
const ids = rows => rows.map(one => one.id).join("");

test("without a filter every row is shown", () => assert.equal(ids(visible(all)), "abcde"));
test("a filter shows its rows in their order", () => assert.equal(ids(visible(some)), "bd"));
test("a filter that nothing fits shows no row", () =>
  assert.equal(ids(visible(table(FIVE, ""))), ""));
test("the row at the cursor is not hidden by a filter", () => {
  assert.deepEqual(
    [
      isHidden(some, "a", "b"),
      isHidden(some, "a", "a"),
      isHidden(some, "b", "a"),
      isHidden(all, "a", "b"),
    ],
    [true, false, false, false],
  );
});

test("without an anchor the row at the cursor is selected", () =>
  assert.deepEqual(selected(all, { cur: "c", anchor: null }), ["c"]));
test("what is selected lies between anchor and cursor, either way round", () => {
  assert.deepEqual(selected(all, { cur: "b", anchor: "d" }), ["b", "c", "d"]);
  assert.deepEqual(selected(all, { cur: "d", anchor: "b" }), ["b", "c", "d"]);
});
test("an anchor whose row is gone counts as none", () =>
  assert.deepEqual(selected(all, { cur: "c", anchor: "gone" }), ["c"]));
test("a verdict is about no row out of sight", () => {
  assert.deepEqual(selectedInSight(some, { cur: "a", anchor: "d" }), ["a", "b", "d"]);
});

test("a step goes to the next row and back", () => {
  assert.deepEqual([rowAfter(all, "b", 1), rowAfter(all, "b", -1)], ["c", "a"]);
});
test("a step stays at either end", () => {
  assert.deepEqual([rowAfter(all, "e", 1), rowAfter(all, "a", -1)], ["e", "a"]);
});
test("a step passes over rows that are hidden", () => {
  assert.deepEqual([rowAfter(some, "b", 1), rowAfter(some, "d", -1)], ["d", "b"]);
});
test("from a row that a filter hides now the cursor goes on from its place", () => {
  assert.deepEqual([rowAfter(some, "c", 1), rowAfter(some, "c", -1)], ["d", "b"]);
});
test("behind the last row shown the cursor goes back to it", () => {
  assert.deepEqual([rowAfter(some, "e", 1), rowAfter(some, "e", -1)], ["d", "d"]);
});
test("where no row is shown there is no step", () =>
  assert.equal(rowAfter(table(FIVE, ""), "a", 1), undefined));

const odd = row => "ad".includes(row.id);
test("the next row that fits is sought from the cursor on, then from the start", () => {
  assert.deepEqual(
    [nextRow(all, "a", odd), nextRow(all, "d", odd), nextRow(all, "b", odd)],
    ["d", "a", "d"],
  );
});
test("backwards, after the first comes the last", () => {
  assert.deepEqual([nextRow(all, "d", odd, true), nextRow(all, "a", odd, true)], ["a", "d"]);
});
test("no row that is hidden is gone to", () =>
  assert.equal(
    nextRow(some, "b", row => row.id === "c"),
    undefined,
  ));
test("the only row that fits is gone to again", () =>
  assert.equal(
    nextRow(all, "c", row => row.id === "c"),
    "c",
  ));

test("a page holds as many rows as fit", () => {
  const page = (from, by, room) => rowOnNextPage(FIVE, from, by, () => 60, room);
  assert.deepEqual([page("a", 1, 130), page("a", 1, 1000), page("e", -1, 190)], ["c", "e", "b"]);
});
test("a row higher than the page is passed one at a time", () => {
  assert.equal(
    rowOnNextPage(FIVE, "b", 1, () => 900, 300),
    "c",
  );
  assert.equal(
    rowOnNextPage(FIVE, "e", 1, () => 900, 300),
    "e",
  );
});
test("a filter takes the cursor on, else back to the last that fits", () => {
  assert.deepEqual(
    [nearestVisible(some, "a"), nearestVisible(some, "c"), nearestVisible(some, "e")],
    ["b", "d", "d"],
  );
  assert.equal(nearestVisible(table(FIVE, ""), "c"), "c");
});

const RISKY = rowsNamed("abcd", {
  a: { risk: 0.5 },
  b: { risk: 0.9, status: "accepted" },
  c: { risk: 0.2 },
  d: { risk: 0.4 },
});
test("the most doubtful row is one that is not reviewed", () => {
  assert.equal(mostDoubtful(RISKY, {}), "a");
  assert.equal(mostDoubtful(RISKY, {}, "a"), "d");
  assert.equal(mostDoubtful([RISKY[1]], {}), undefined);
});
test("a failed check, of which Python tells the risk, comes first", () =>
  assert.equal(mostDoubtful(RISKY, { c: 0.7 }), "c"));
test("once no row left is doubtful, other risks order the queue", () => {
  const risks = { c: 0.7 };
  assert.equal(mostDoubtful(RISKY, queueRisks({ risks, late: null })), "c");
  assert.equal(mostDoubtful(RISKY, queueRisks({ risks, late: { a: 0.1, c: 0.1, d: 0.2 } })), "d");
});
test("of equal risks the first row is taken", () =>
  assert.equal(mostDoubtful(rowsNamed("xy"), {}), "x"));
test("the same key again passes a doubtful row over", () => {
  const walk = (cur, walked) => nextMostDoubtful(RISKY, {}, cur, walked);
  assert.deepEqual(
    [walk("c", undefined), walk("a", "a"), walk("d", "d"), walk("c", "c")],
    ["a", "d", "c", "a"],
  );
});
test("the walk begins again where the cursor was moved meanwhile", () => {
  assert.equal(nextMostDoubtful(RISKY, {}, "c", "a"), "a");
  assert.equal(nextMostDoubtful(RISKY, {}, "a", undefined), "d");
});
test("as many rows are expected wrong as their risks add up to", () => {
  assert.equal(expectedWrong(RISKY.slice(2), { c: 0.5 }).toFixed(1), "0.9");
  assert.equal(expectedWrong([], {}), 0);
});

test("a merge joins the row and its neighbour in their order", () => {
  const cursor = { cur: "c", anchor: null };
  assert.deepEqual(
    [rowsToMerge(all, cursor, false), rowsToMerge(all, cursor, true)],
    [
      ["c", "d"],
      ["b", "c"],
    ],
  );
});
test("a merge joins what is selected, whichever way it was pressed", () => {
  assert.deepEqual(rowsToMerge(all, { cur: "d", anchor: "b" }, true), ["b", "c", "d"]);
});
test("at either end there is no row to merge with", () => {
  assert.deepEqual(rowsToMerge(all, { cur: "e", anchor: null }, false), []);
  assert.deepEqual(rowsToMerge(all, { cur: "a", anchor: null }, true), []);
});
test("a row that is gone has no neighbour", () => {
  assert.deepEqual([neighbourOf(all, "gone", true), neighbourOf(all, "b", true)], [undefined, "a"]);
});
test("rows that a move would change out of sight are named", () => {
  assert.deepEqual(hiddenAmong(some, ["a", "b", "c", undefined, "gone"], "a"), ["c"]);
  assert.deepEqual(hiddenAmong(all, ["a", "c"], "a"), []);
});
