// @ts-check
// The plot of expected and found errors: where its lines go.

/**
 * Return the points of both lines in a box, the highest number of errors, and the number of rows.
 * @param {Errors["curve"]} curve
 * @param {number} width
 * @param {number} height
 */
export function plotErrors(curve, width, height) {
  const rows = Math.max(1, curve[curve.length - 1][0]);
  const most = Math.max(1, ...curve.map(([_rows, expected, found]) => Math.max(expected, found)));
  const line = /** @param {1 | 2} which */ which =>
    curve
      .map(
        point =>
          `${round((point[0] / rows) * width)},${round(height - (point[which] / most) * height)}`,
      )
      .join(" ");
  return { expected: line(1), found: line(2), most, rows };
}

/** @param {number} value */
const round = value => Math.round(value * 10) / 10;
