import assert from "node:assert/strict";
import test from "node:test";
import { plotErrors } from "../../../../align/apps/page/static/model/errors.js";

test("both lines begin at the lower left and share one scale", () => {
  const { expected, found, most, rows } = plotErrors(
    [
      [0, 0, 0],
      [1, 0.5, 1],
      [2, 0.75, 2],
      [4, 1, 2],
    ],
    400,
    100,
  );
  assert.deepEqual([most, rows], [2, 4]);
  assert.equal(expected, "0,100 100,75 200,62.5 400,50");
  assert.equal(found, "0,100 100,50 200,0 400,0");
});
test("before the first decision there is a plot too", () => {
  assert.deepEqual(plotErrors([[0, 0, 0]], 400, 100), {
    expected: "0,100",
    found: "0,100",
    most: 1,
    rows: 1,
  });
});
