import assert from "node:assert/strict";
import test from "node:test";
import {
  concerns,
  currentHelp,
  highestNumber,
  isLate,
  isUncertain,
  knownVersion,
  makePending,
  makeWire,
  pause,
  queueKey,
  refusedTexts,
  settle,
  takeRows,
} from "../../../../align/apps/page/static/model/queue.js";
import { byIds, row, rowsNamed } from "./build.mjs";

const wire = (seq, fields = {}) =>
  makeWire({ seq, tab: "t", action: "accept", seen: 7, accept: false }, fields);
const waiting = seqs => seqs.map(seq => makePending(wire(seq, { rows: ["a"] }), same => same));
const numbers = pending => pending.map(op => op.seq);

test("an operation has a number, a name of its own and what it was decided on", () => {
  assert.deepEqual(wire(5, { rows: ["a"] }), {
    seq: 5,
    op: "t-5",
    action: "accept",
    seen: 7,
    accept: false,
    rows: ["a"],
  });
});
test("an operation may name another state than the last one", () =>
  assert.equal(wire(5, { seen: 3 }).seen, 3));
test("an answer takes away what it acknowledges", () => {
  assert.deepEqual(numbers(settle(waiting([1, 2, 3]), { ack: 2, refused: [] }).waiting), [3]);
});
test("an answer that comes twice takes nothing more away", () => {
  const once = settle(waiting([1, 2, 3]), { ack: 2, refused: [] }).waiting;
  assert.deepEqual(settle(once, { ack: 2, refused: [] }).waiting, once);
});
test("an answer that comes late brings nothing back", () => {
  const after = settle(waiting([1, 2, 3]), { ack: 3, refused: [] }).waiting;
  assert.deepEqual(settle(after, { ack: 1, refused: [] }).waiting, []);
});
test("an answer of before leaves what was decided since", () => {
  assert.deepEqual(numbers(settle(waiting([4, 5]), { ack: 3, refused: [] }).waiting), [4, 5]);
});
test("what is refused is answered, and known as refused", () => {
  const { waiting: left, refused } = settle(waiting([1, 2]), { ack: 2, refused: [2] });
  assert.deepEqual([numbers(left), numbers(refused)], [[], [2]]);
});
test("a refusal is told once although Python says it again", () => {
  const { waiting: left } = settle(waiting([1, 2]), { ack: 2, refused: [1] });
  assert.deepEqual(settle(left, { ack: 2, refused: [1] }).refused, []);
});
test("a refusal of another tab is no refusal here", () => {
  assert.deepEqual(settle(waiting([5]), { ack: 4, refused: [3] }).refused, []);
});
test("numbers go on behind those that Python knows, though a clock was set back", () => {
  assert.equal(highestNumber(10, [], 900), 900);
  assert.equal(highestNumber(10, waiting([950]), 900), 950);
  assert.equal(highestNumber(1000, waiting([950]), 900), 1000);
});
test("keys wait for a move whose outcome only Python knows", () => {
  assert.equal(isUncertain(waiting([1])), false);
  assert.equal(isUncertain([...waiting([1]), makePending(wire(2), null)]), true);
  assert.equal(isUncertain([makePending(wire(3))]), true);
});
test("an operation that names no row concerns none", () => {
  assert.equal(concerns([makePending(wire(1))], "a"), false);
  assert.deepEqual([concerns(waiting([1]), "a"), concerns(waiting([1]), "b")], [true, false]);
});
test("rows that changed are taken in, those that are gone go", () => {
  const known = byIds(rowsNamed("abc"));
  const changed = row("b", ["new"], ["new"]);
  const after = takeRows(known, { patch: { b: changed, c: null, d: row("d") } });
  assert.deepEqual([[...after.keys()], after.get("b")], [["a", "b", "d"], changed]);
  assert.equal(known.size, 3);
});
test("a change that comes twice is taken in once", () => {
  const patch = { a: null, b: row("b") };
  const once = takeRows(byIds(rowsNamed("ab")), { patch });
  assert.deepEqual([...takeRows(once, { patch })], [...once]);
});
test("an answer about nothing changes nothing", () => {
  const known = byIds(rowsNamed("ab"));
  assert.deepEqual([...takeRows(known, {})], [...known]);
});
test("rows that come anew take the place of all", () => {
  assert.deepEqual([...takeRows(byIds(rowsNamed("ab")), { rows: rowsNamed("x") }).keys()], ["x"]);
});
test("what changed is asked of the same view only", () => {
  const here = { view: "v", key: "rows", version: 4 };
  assert.deepEqual(knownVersion(here, "v"), { key: "rows", version: 4 });
  assert.deepEqual(knownVersion(here, "w"), { key: "", version: 0 });
  assert.deepEqual(knownVersion(undefined, "v"), { key: "", version: 0 });
});
test("what is unanswered is kept apart for each briefing and reviewer", () => {
  const keys = [
    ["a", "x"],
    ["a", "y"],
    ["b", "x"],
  ].map(([briefing, reviewer]) => queueKey({ briefing, reviewer }));
  assert.equal(new Set(keys).size, 3);
});
test("help is asked for at once, an answer that is missing sooner than news", () => {
  assert.equal(pause(true, 0), 0);
  assert.ok(pause(false, 1) < pause(false, 0));
});
test("an answer is late after some seconds, and never before anything waits", () => {
  assert.deepEqual(
    [isLate(1000, 2000), isLate(1000, 9000), isLate(undefined, 9000)],
    [false, true, false],
  );
});
test("a text that is refused may be of either side, or empty", () => {
  assert.deepEqual(refusedTexts(wire(1, { zh_text: "水" })), [{ side: "zh", text: "水" }]);
  assert.deepEqual(refusedTexts(wire(1, { en_text: "" })), [{ side: "en", text: "" }]);
  assert.deepEqual(refusedTexts(wire(1)), []);
});
test("help about a row as it was before counts as none", () => {
  const one = row("a", ["a"], ["a"], { revision: 4 });
  assert.deepEqual(currentHelp({ revision: 4 }, one), { revision: 4 });
  assert.equal(currentHelp({ revision: 3 }, one), null);
  assert.equal(currentHelp(undefined, one), null);
  assert.equal(currentHelp({ revision: 4 }, undefined), null);
});
