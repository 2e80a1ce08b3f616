import assert from "node:assert/strict";
import test from "node:test";
import {
  countRows,
  layOut,
  rowAt,
  summarise,
} from "../../../../align/apps/page/static/model/outline.js";

const row = (id, more = {}) => ({ id, zh_turn: 0, en_turn: 0, status: "unreviewed", ...more });
const many = Array.from({ length: 1000 }, (_, at) => row(`${at}`, { zh_turn: at < 500 ? 0 : 1 }));

const long = Array.from({ length: 20_000 }, (_, at) => row(`${at}`));

test("all rows fit into the strip, one after the other", () => {
  const strokes = layOut(many, 1500);
  assert.equal(strokes.length, 1000);
  assert.equal(strokes[999].top, 1498.5);
  assert.deepEqual(
    strokes.filter(one => one.begins).map(one => one.rows[0].id),
    ["0", "500"],
  );
});
test("more rows than pixels share strokes, and none is left out", () => {
  for (const [rows, height] of [
    [many, 500],
    [long, 700],
    [long, 333],
  ]) {
    const strokes = layOut(rows, height);
    assert.ok(strokes.length <= height);
    assert.deepEqual(
      strokes.flatMap(one => one.rows),
      rows,
    );
    assert.ok(strokes.at(-1).top < height);
  }
});
test("a stroke shows the gravest of its rows", () => {
  const rows = [
    row("a", { status: "accepted" }),
    row("b", { probability: 0.9 }),
    row("c", { probability: 0.25 }),
  ];
  const none = () => false;
  assert.deepEqual(summarise(rows, none, none), {
    status: "unreviewed",
    doubt: 0.75,
    failed: false,
    noted: false,
  });
  assert.deepEqual(
    summarise(
      [...rows, row("d", { status: "flagged" })],
      one => one.id === "b",
      one => one.id === "c",
    ),
    { status: "flagged", doubt: 0.75, failed: true, noted: true },
  );
  assert.equal(
    summarise([row("d", { status: "flagged" }), row("e", { status: "rejected" })], none, none)
      .status,
    "rejected",
  );
  assert.deepEqual(summarise(rows.slice(0, 1), none, none), {
    status: "accepted",
    doubt: 0,
    failed: false,
    noted: false,
  });
});
test("the rows of a short briefing are not stretched", () => {
  assert.deepEqual(
    layOut([row("a"), row("b")], 500).map(one => [one.top, one.height]),
    [
      [0, 12],
      [12, 12],
    ],
  );
});
test("no rows need no room", () => assert.deepEqual(layOut([], 500), []));
test("each height leads to the row that is drawn there", () => {
  for (const {
    top,
    rows: [drawn],
  } of layOut(many, 1500))
    assert.equal(rowAt(many, 1500, top + 0.25).id, drawn.id);
});
test("outside, it is the nearest row", () => {
  assert.equal(rowAt(many, 500, -9).id, "0");
  assert.equal(rowAt(many, 500, 900).id, "999");
});
test("rows are counted for a screen reader", () => {
  const rows = [row("a", { status: "accepted" }), row("b", { status: "flagged" }), row("c")];
  assert.deepEqual(
    countRows(rows, one => one.id === "c"),
    { all: 3, reviewed: 2, rejected: 0, flagged: 1, doubtful: 1 },
  );
});
