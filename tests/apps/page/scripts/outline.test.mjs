import assert from "node:assert/strict";
import test from "node:test";
import { countRows, layOut, rowAt } from "../../../../align/apps/page/static/model/outline.js";

const row = (id, more = {}) => ({ id, tzh: 0, ten: 0, s: "unreviewed", ...more });
const many = Array.from({ length: 1000 }, (_, at) => row(`${at}`, { tzh: at < 500 ? 0 : 1 }));

test("all rows fit into the strip, one after the other", () => {
  const strokes = layOut(many, 500);
  assert.equal(strokes.length, 1000);
  assert.equal(strokes[999].top, 499.5);
  assert.deepEqual(strokes.filter(one => one.begins).map(one => one.row.id), ["0", "500"]);
});
test("the rows of a short briefing are not stretched", () => {
  assert.deepEqual(layOut([row("a"), row("b")], 500).map(one => [one.top, one.height]), [[0, 12], [12, 12]]);
});
test("no rows need no room", () => assert.deepEqual(layOut([], 500), []));
test("each height leads to the row that is drawn there", () => {
  for (const { top, row: drawn } of layOut(many, 500)) assert.equal(rowAt(many, 500, top + 0.25).id, drawn.id);
});
test("outside, it is the nearest row", () => {
  assert.equal(rowAt(many, 500, -9).id, "0");
  assert.equal(rowAt(many, 500, 900).id, "999");
});
test("rows are counted for a screen reader", () => {
  const rows = [row("a", { s: "accepted" }), row("b", { s: "flagged" }), row("c")];
  assert.deepEqual(countRows(rows, one => one.id === "c"), { all: 3, reviewed: 2, flagged: 1, doubtful: 1 });
});
