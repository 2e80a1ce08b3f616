// @ts-check
// How many errors were expected so far, and how many were found: whether the probabilities hold
// here.
import { plotErrors } from "../model/errors.js";
import { button, el } from "./dom.js";
import { closeLayer, openLayer } from "./layers.js";
import { _, ngettext, numeral } from "./texts.js";

const WIDE = 460;
const TALL = 200;
const LEFT = 34;
const BELOW = 26; // pixels of the plot and of its margins
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {Record<string, string | number>} values
 * @param {string} [text]
 */
function shape(name, values, text = "") {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) node.setAttribute(key, `${value}`);
  node.textContent = text;
  return node;
}

/** @param {Errors["curve"]} curve */
function drawPlot(curve) {
  const { expected, found, most, rows } = plotErrors(curve, WIDE, TALL);
  const box = shape("svg", {
    viewBox: `${-LEFT} -8 ${WIDE + LEFT + 8} ${TALL + BELOW + 8}`,
    "aria-hidden": "true",
  });
  box.append(
    shape("path", { class: "axis", d: `M0,0 V${TALL} H${WIDE}` }),
    shape("text", { x: -6, y: 4, "text-anchor": "end" }, numeral(Math.round(most * 10) / 10)),
    shape("text", { x: -6, y: TALL + 4, "text-anchor": "end" }, "0"),
    shape(
      "text",
      { x: WIDE, y: TALL + 18, "text-anchor": "end" },
      ngettext("{count} row", "{count} rows", rows),
    ),
    shape("polyline", { class: "expected", points: expected }),
    shape("polyline", { class: "found", points: found }),
  );
  return box;
}

/** @param {Errors} errors */
function describe({ curve, left, unreviewed }) {
  const [rows, expected, found] = curve[curve.length - 1];
  const values = { expected: expected.toFixed(1), found: numeral(found) };
  return [
    ngettext(
      "{count} row reviewed: {expected} errors expected, {found} found",
      "{count} rows reviewed: {expected} errors expected, {found} found",
      rows,
      values,
    ),
    ngettext(
      "{count} row left: {expected} errors expected",
      "{count} rows left: {expected} errors expected",
      unreviewed,
      { expected: left.toFixed(1) },
    ),
  ];
}

/**
 * @param {import("./layers.js").Layered} state
 * @param {Errors} errors
 */
export function showErrors(state, errors) {
  const box = el("div", "ask errors");
  const head = el("header");
  const legend = el("p", "legend");
  head.append(
    el("h2", "", _("Expected and found errors")),
    button("×", _("Close"), () => closeLayer(state)),
  );
  legend.append(el("span", "expected", _("expected")), el("span", "found", _("found")));
  box.append(
    head,
    drawPlot(errors.curve),
    legend,
    ...describe(errors).map(words => el("p", "", words)),
  );
  openLayer(state, box, _("Expected and found errors"));
}
