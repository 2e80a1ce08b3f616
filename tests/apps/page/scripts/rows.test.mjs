import assert from "node:assert/strict";
import test from "node:test";
import {
  corrected,
  countStatuses,
  findTurns,
  isDoubtful,
  joinRows,
  judged,
  likelyReason,
  passSentences,
  placeRows,
  predictRows,
  reopened,
  sortRows,
  unchanged,
} from "../../../../align/apps/page/static/model/rows.js";
import { byIds, row, rowsNamed } from "./build.mjs";

test("rows are sorted by their positions, and each knows its place", () => {
  const order = sortRows([
    row("b", ["b"], ["b"], { position: 1.5 }),
    row("a", ["a"], ["a"], { position: 1 }),
    row("c", ["c"], ["c"], { position: 1.75 }),
  ]);
  assert.deepEqual(
    order.map(one => one.id),
    ["a", "b", "c"],
  );
  assert.deepEqual(
    [...placeRows(order)],
    [
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ],
  );
});
test("a row is doubtful below the probability that Python names", () => {
  const at = probability => row("a", ["a"], ["a"], { probability });
  assert.deepEqual(
    [0.79, 0.8, null].map(p => isDoubtful(at(p), 0, 0.8)),
    [true, false, true],
  );
  assert.equal(isDoubtful(at(0.79), 0, 0.5), false);
});
test("a failed check makes a row doubtful, a verdict ends that", () => {
  assert.equal(isDoubtful(row("a"), 1, 0.8), true);
  assert.equal(
    isDoubtful(row("a", ["a"], ["a"], { status: "accepted", probability: 0.1 }), 1, 0.8),
    false,
  );
});
test("the reason for a flag begins at what the first failed check found", () => {
  const reasons = ["date", "name", "length", "untranslated", "unheard of"].map(kind =>
    likelyReason([{ kind }, { kind: "number" }]),
  );
  assert.deepEqual(reasons, ["number", "name", "omission", "translation", ""]);
  assert.equal(likelyReason([]), "");
});
test("rows are counted by their status", () => {
  const rows = rowsNamed("abc", { b: { status: "flagged" } });
  assert.deepEqual(countStatuses(rows), { unreviewed: 2, accepted: 0, rejected: 0, flagged: 1 });
});
test("rows that are joined keep every sentence, its origin and every correction", () => {
  const one = row("a", ["一。"], ["One."], { zh_edit: "壹。", zh_origins: [[0, 0]] });
  const two = row("b", ["二。"], [], { status: "accepted", zh_origins: [[0, 2]] });
  const known = byIds([one, two, row("c")]);
  const joined = joinRows(known, ["a", "b"]);
  const whole = joined.get("a");
  assert.deepEqual([...joined.keys()].sort(), ["a", "c"]);
  assert.deepEqual(
    [whole.zh, whole.en, whole.zh_edit, whole.en_edit],
    [["一。", "二。"], ["One."], "壹。二。", null],
  );
  assert.deepEqual(
    [whole.zh_origins, whole.status, whole.probability],
    [
      [
        [0, 0],
        [0, 2],
      ],
      "unreviewed",
      null,
    ],
  );
  assert.deepEqual([...known.keys()], ["a", "b", "c"]);
});
test("a joined row belongs to the turn of its first text", () => {
  const rows = byIds([
    row("a", [], ["x"], { en_turn: 3 }),
    row("b", ["y"], ["z"], { zh_turn: 2, en_turn: 4 }),
  ]);
  const { zh_turn, en_turn } = joinRows(rows, ["a", "b"]).get("a");
  assert.deepEqual([zh_turn, en_turn], [2, 3]);
});
test("a side that no joined row has belongs to no turn", () => {
  assert.equal(
    joinRows(byIds([row("a", ["x"], []), row("b", ["y"], [])]), ["a", "b"]).get("a").en_turn,
    -1,
  );
});
test("a row that is gone is not joined", () => {
  const rows = byIds([row("a")]);
  assert.equal(joinRows(rows, ["a", "gone"]), rows);
});
test("a reason goes with the verdict when rows are joined", () => {
  const rows = byIds(rowsNamed("ab", { a: { status: "flagged", why: "number" } }));
  assert.equal(joinRows(rows, ["a", "b"]).get("a").why, "");
});
test("a sentence goes down with its origin", () => {
  const rows = passSentences(
    byIds([row("a", ["一。"], ["One.", "Two."]), row("b", ["二。"], [])]),
    "a",
    "b",
    "en",
    false,
  );
  assert.deepEqual(
    [rows.get("a").en, rows.get("b").en, rows.get("b").en_origins],
    [["One."], ["Two."], [[0, 1]]],
  );
});
test("a sentence goes up behind what is there", () => {
  const rows = passSentences(
    byIds([row("a", ["一。"], ["One."]), row("b", ["二。", "三。"], [])]),
    "b",
    "a",
    "zh",
    true,
  );
  assert.deepEqual([rows.get("a").zh, rows.get("b").zh], [["一。", "二。"], ["三。"]]);
});
test("a row without text goes away", () => {
  const rows = passSentences(
    byIds([row("a", [], ["One."]), row("b", ["一。"], [])]),
    "a",
    "b",
    "en",
    false,
  );
  assert.deepEqual([[...rows.keys()], rows.get("b").en], [["b"], ["One."]]);
});
test("no sentence is passed out of a correction, nor into one", () => {
  const plain = row("a", ["一。"], ["One."]);
  const fixed = row("b", ["二。"], ["Two."], { en_edit: "2" });
  for (const [from, to] of [
    ["a", "b"],
    ["b", "a"],
  ]) {
    const rows = byIds([plain, fixed]);
    assert.equal(passSentences(rows, from, to, "en", false), rows);
  }
});
test("a correction of the other side does not hold a sentence", () => {
  const rows = passSentences(
    byIds([row("a", ["一。"], ["One."], { zh_edit: "壹" }), row("b")]),
    "a",
    "b",
    "en",
    false,
  );
  assert.deepEqual(rows.get("b").en, ["One.", "b"]);
});
test("beyond the last row only Python knows where a sentence goes", () => {
  const rows = byIds([row("a")]);
  assert.equal(passSentences(rows, "a", undefined, "en", false), rows);
});
test("a sentence that comes and goes leaves the texts as they were", () => {
  const before = byIds([row("a", ["一。"], ["One.", "Two."]), row("b", ["二。"], ["Three."])]);
  const after = passSentences(passSentences(before, "a", "b", "en", false), "b", "a", "en", true);
  assert.deepEqual(
    ["a", "b"].map(id => after.get(id).en),
    [["One.", "Two."], ["Three."]],
  );
});
test("a verdict names who gave it", () => {
  const { status, who } = judged("accepted", "bo")(row("a"));
  assert.deepEqual([status, who], ["accepted", "bo"]);
});
test("a row that is opened again has no reason, but its note", () => {
  const { status, why, note } = reopened(
    row("a", ["a"], ["a"], { status: "flagged", why: "number", note: "look" }),
  );
  assert.deepEqual([status, why, note], ["unreviewed", "", "look"]);
});
test("a correction of one side leaves the other", () => {
  const { zh_edit, en_edit } = corrected("en", "New")(row("a", ["一"], ["One"], { zh_edit: "壹" }));
  assert.deepEqual([zh_edit, en_edit], ["壹", "New"]);
});
test("a note changes nothing", () => {
  const one = row("a");
  assert.equal(unchanged(one), one);
});

const guessing = (ids, guess, sketch) => ({ rows: new Set(ids), guess, sketch });
test("without anything on its way the rows are as Python said", () => {
  const known = byIds(rowsNamed("ab"));
  assert.deepEqual([...predictRows(known, [])], [...known]);
});
test("decisions on their way are foreseen in their order", () => {
  const rows = predictRows(byIds(rowsNamed("ab")), [
    guessing(["a"], judged("accepted", "bo")),
    guessing(["a", "b"], judged("rejected", "bo")),
  ]);
  assert.deepEqual([rows.get("a").status, rows.get("b").status], ["rejected", "rejected"]);
});
test("a decision about a row that is gone meanwhile brings no row back", () => {
  assert.deepEqual(
    [...predictRows(byIds(rowsNamed("a")), [guessing(["gone"], reopened)]).keys()],
    ["a"],
  );
});
test("a move on its way is foreseen, and what Python said stays as it was", () => {
  const known = byIds(rowsNamed("abc"));
  const rows = predictRows(known, [guessing(["a", "b"], null, seen => joinRows(seen, ["a", "b"]))]);
  assert.deepEqual([[...rows.keys()].sort(), known.size], [["a", "c"], 3]);
});
test("two merges on their way are both foreseen", () => {
  const merging = ids => guessing(ids, null, seen => joinRows(seen, ids));
  const rows = predictRows(byIds(rowsNamed("abcd")), [merging(["a", "b"]), merging(["a", "c"])]);
  assert.deepEqual(
    [[...rows.keys()].sort(), rows.get("a").en],
    [
      ["a", "d"],
      ["a", "b", "c"],
    ],
  );
});
test("an operation from before a reload is sent, not foreseen", () => {
  const known = byIds(rowsNamed("a"));
  assert.deepEqual([...predictRows(known, [guessing(["a"])])], [...known]);
});

const NAMES = { zh: ["甲", "", "丙"], en: ["A", "", "C"] };
const turns = rows => findTurns(rows, NAMES).map(one => one.begins);
test("a turn begins at its first row", () => {
  assert.deepEqual(
    turns([row("a"), row("b"), row("c", ["c"], ["c"], { zh_turn: 2, en_turn: 2 })]),
    [true, false, true],
  );
});
test("a turn begins once, on whichever side says so first", () => {
  assert.deepEqual(
    turns([row("a", [], ["x"], { en_turn: 2 }), row("b", ["y"], [], { zh_turn: 2 })]),
    [true, true],
  );
  assert.deepEqual(
    turns([
      row("a", ["x"], ["x"], { zh_turn: 2, en_turn: 2 }),
      row("b", ["y"], [], { zh_turn: 2 }),
    ]),
    [true, false],
  );
});
test("a turn without a name has no heading", () => {
  assert.deepEqual(turns([row("a", ["x"], ["x"], { zh_turn: 1, en_turn: 1 })]), [false]);
});
test("text out of order does not open an earlier turn again", () => {
  assert.deepEqual(
    turns([
      row("a", ["x"], ["x"], { zh_turn: 2, en_turn: 2 }),
      row("b", ["y"], ["y"], { zh_turn: 0, en_turn: 0 }),
    ]),
    [true, false],
  );
});
