import assert from "node:assert/strict";
import test from "node:test";
import { isPossible } from "../../../../align/apps/page/static/model/moves.js";
import { row } from "./build.mjs";

const at = (more = {}) => ({
  row: row("a", ["一。"], ["One."]),
  side: "en",
  sentence: 0,
  place: 1,
  count: 3,
  notes: [],
  several: false,
  ...more,
});

test("a row of one sentence a side is not split between sentences, and has no next sentence to join", () => {
  assert.deepEqual(
    ["split", "join", "split-inside", "merge-up", "merge-down"].map(name => isPossible(name, at())),
    [false, false, true, true, true],
  );
});
test("the first row has none above it, the last none below", () => {
  assert.deepEqual(
    [isPossible("merge-up", at({ place: 0 })), isPossible("merge-down", at({ place: 2 }))],
    [false, false],
  );
});
test("notes, links and verdicts are taken back only where they are", () => {
  assert.deepEqual(
    ["reply", "unlink", "reopen"].map(name => isPossible(name, at())),
    [false, false, false],
  );
  const linked = row("a", ["一。"], ["One."], { crossing: true, status: "accepted" });
  assert.deepEqual(
    ["unlink", "reopen", "merge-up"].map(name => isPossible(name, at({ row: linked }))),
    [true, true, false],
  );
  assert.equal(isPossible("reply", at({ notes: [{ open: true, said: [] }] })), true);
});
test("an empty side has no sentence to move", () => {
  assert.equal(isPossible("shift-down", at({ row: row("a", ["一。"], []) })), false);
});
test("a command without a condition is always listed", () =>
  assert.equal(isPossible("edit", at()), true));
