import assert from "node:assert/strict";
import test from "node:test";
import {
  edgeStep,
  listGrips,
  nearestBorder,
  planDrop,
  planSplit,
} from "../../../../align/apps/page/static/model/dragging.js";
import { row, table } from "./build.mjs";

const ROWS = table([
  row("a", ["一。"], ["One."]),
  row("b", ["二。", "三。", "四。"], ["Two.", "Three."], { position: 1 }),
  row("c", ["五。"], [], { position: 2 }),
  row("d", ["六。"], ["Six."], { position: 3 }),
]);
const sentence = (id, side, at) => ({ kind: "sentence", id, side, at });
const border = (id, side) => ({ kind: "border", id, side, at: 0 });
const drop = (grip, id, at = 0) => planDrop(ROWS, grip, { id, at });

test("a sentence takes along those before it upwards and those after it downwards", () => {
  assert.deepEqual(drop(sentence("b", "zh", 1), "a"), {
    action: "shift",
    rows: ["b", "a"],
    side: "zh",
    up: true,
    count: 2,
  });
  assert.deepEqual(drop(sentence("b", "zh", 1), "c"), {
    action: "shift",
    rows: ["b", "c"],
    side: "zh",
    up: false,
    count: 2,
  });
  assert.equal(drop(sentence("b", "en", 0), "a").count, 1);
});
test("a drop on the same row, a distant row or no row does nothing", () => {
  for (const id of ["b", "d", ""])
    for (const grip of [sentence("b", "zh", 0), { kind: "row", id: "b", side: "zh", at: 0 }])
      assert.equal(drop(grip, id), null);
  assert.equal(drop(border("a", "zh"), "d", 1), null);
});
test("a handle of a row that is gone does nothing", () =>
  assert.equal(drop(sentence("x", "zh", 0), "a"), null));
test("an edited text moves whole", () => {
  const rows = table([row("a"), row("b", ["一。", "二。"], ["One."], { zh_edit: "壹" })]);
  assert.equal(planDrop(rows, sentence("b", "zh", 0), { id: "a", at: 0 }).count, 2);
});
test("a border moves the sentences that come to lie on its other side", () => {
  assert.deepEqual(drop(border("b", "zh"), "b", 1), {
    action: "shift",
    rows: ["b", "c"],
    side: "zh",
    up: false,
    count: 2,
  });
  assert.deepEqual(drop(border("a", "zh"), "b", 2), {
    action: "shift",
    rows: ["b", "a"],
    side: "zh",
    up: true,
    count: 2,
  });
});
test("a border that stays does nothing", () => {
  assert.equal(drop(border("b", "zh"), "b", 3), null);
  assert.equal(drop(border("b", "zh"), "c", 0), null);
});
test("rows are joined in their order, whichever is dragged", () => {
  const grip = { kind: "row", id: "b", side: "zh", at: 0 };
  assert.deepEqual(drop(grip, "a").rows, ["a", "b"]);
  assert.deepEqual(drop(grip, "c").rows, ["b", "c"]);
});
test("each row, sentence and border with text has a handle", () => {
  const kinds = id =>
    listGrips(ROWS, id).map(
      grip => `${grip.kind} ${grip.kind === "row" ? grip.id : `${grip.side} ${grip.id}${grip.at}`}`,
    );
  assert.deepEqual(kinds("c"), [
    "row c",
    "sentence zh c0",
    "border zh b0",
    "border zh c0",
    "border en b0",
    "border en c0",
  ]);
  assert.deepEqual(kinds("a"), [
    "row a",
    "sentence zh a0",
    "border zh a0",
    "sentence en a0",
    "border en a0",
  ]);
});
test("rows that are cross-linked, alone or gone have no handles to neighbours", () => {
  assert.deepEqual(
    listGrips(table([row("a", ["一。"], ["One."], { crossing: true }), row("b")]), "a"),
    [],
  );
  assert.deepEqual(
    listGrips(table([row("a", ["一。"], [])]), "a").map(grip => grip.kind),
    ["sentence"],
  );
  assert.deepEqual(listGrips(ROWS, "x"), []);
});
test("a place in a text leads to the nearest border of its sentences", () => {
  const one = row("a", ["一二三。", "四五六。"], ["One two.", "Three four."]);
  assert.deepEqual(
    [0, 1, 3, 5, 7, 8].map(place => nearestBorder(one, "zh", place)),
    [0, 0, 1, 1, 2, 2],
  );
  assert.deepEqual(
    [2, 8, 18].map(place => nearestBorder(one, "en", place)),
    [0, 1, 2],
  );
  assert.equal(nearestBorder(row("a", [], []), "zh", 0), 0);
});
test("a place in an edited text leads to one of its ends", () => {
  const one = row("a", ["一。", "二。"], [], { zh_edit: "壹贰叁肆" });
  assert.deepEqual(
    [0, 1, 2, 4].map(place => nearestBorder(one, "zh", place)),
    [0, 0, 2, 2],
  );
});
test("a click splits both sides at the like share of their texts", () => {
  const one = row("a", ["一二三四五。", "六。"], ["One two.", "Three four five.", "Six."]);
  assert.deepEqual(planSplit(one, "zh", 1), { zh: 1, en: 2 });
  assert.deepEqual(planSplit(one, "en", 2), { zh: 1, en: 2 });
});
test("a side with one sentence stays above, and one without stays empty", () => {
  assert.deepEqual(planSplit(row("a", ["一。", "二。"], ["One."]), "zh", 1), { zh: 1, en: 1 });
  assert.deepEqual(planSplit(row("a", ["一。", "二。"], []), "zh", 1), { zh: 1, en: 0 });
});
test("a drag scrolls at the edges of the table, faster towards them, and not in the middle", () => {
  const area = { top: 100, bottom: 500 };
  assert.deepEqual(
    [300, 148, 452].map(y => edgeStep(y, area)),
    [0, 0, 0],
  );
  assert.ok(edgeStep(140, area) < 0 && edgeStep(110, area) < edgeStep(140, area));
  assert.ok(edgeStep(460, area) > 0 && edgeStep(490, area) > edgeStep(460, area));
  assert.deepEqual(
    [90, -900, 510, 900].map(y => edgeStep(y, area)),
    [-16, -16, 16, 16],
  );
});
test("the middle of a low table does not scroll", () =>
  assert.equal(edgeStep(50, { top: 0, bottom: 100 }), 0));
