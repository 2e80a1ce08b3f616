// @ts-check
// Rows mode: one bead a row, Chinese and English side by side.
import { findTurns } from "../model/rows.js";
import { correctionOf, GAP, kind, shown, SIDES, turnOf } from "../model/text.js";
import { button, el } from "./dom.js";
import { _, LANG, MARK, ngettext, percent, reasonOf, STATUS, statusOf } from "./texts.js";

/** @param {Row} row */
export function buildRow(row) {
  const node = el("div", "row");
  node.dataset.id = row.id;
  node.setAttribute("role", "row");
  const number = el("div", "n");
  const tail = el("div", "m");
  number.setAttribute("role", "rowheader");
  const cells = SIDES.map(side => {
    const cell = el("div", `cell ${side}`);
    cell.lang = LANG[side];
    cell.dir = "ltr";
    cell.dataset.side = side;
    cell.setAttribute("role", "gridcell");
    return cell;
  });
  tail.setAttribute("role", "gridcell");
  node.append(number, ...cells, tail);
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {Side} side
 */
export const cellOf = (node, side) =>
  /** @type {HTMLElement} */ (node.children[side === "zh" ? 1 : 2]);

/** @param {Thread[]} notes */
const openNotes = notes => notes.filter(one => one.open);
/** @param {Thread[]} open */
const countNotes = open => ngettext("{count} note", "{count} notes", open.length);

/**
 * @param {HTMLElement} cell
 * @param {Row} row
 * @param {Side} side
 * @param {boolean} original
 */
function fillCell(cell, row, side, original) {
  const correction = correctionOf(row, side);
  const sentences = correction === null || original ? row[side] : [correction];
  cell.classList.toggle("edited", correction !== null && !original);
  cell.classList.toggle("original", correction !== null && original);
  /** @type {Node[]} */
  const parts = [];
  sentences.forEach((text, at) => {
    if (at && GAP[side]) parts.push(document.createTextNode(GAP[side]));
    const sentence = el("span", "s", shown(text));
    sentence.dataset.at = `${at}`;
    parts.push(sentence);
  });
  cell.replaceChildren(...parts);
  cell.classList.toggle("empty", !sentences.length);
  if (!sentences.length) {
    cell.dataset.empty = side === "zh" ? _("no Chinese") : _("no English");
    cell.setAttribute("aria-label", cell.dataset.empty);
  } else {
    delete cell.dataset.empty;
    cell.removeAttribute("aria-label");
  }
}

const VISIBLE = 0.05;

/**
 * The mark of a row whose probability rose or fell visibly with the decisions about others.
 * @param {Row} row
 */
function judgedAgain({ probability: p, was }) {
  if (p === null || was === null || was === undefined || Math.abs(p - was) < VISIBLE) return "";
  return p > was ? "↑" : "↓";
}

/**
 * @param {HTMLElement} node
 * @param {Row} row
 * @param {number} place
 * @param {Issue[]} checks
 * @param {Thread[]} notes
 * @param {boolean} original
 */
export function fillRow(node, row, place, checks, notes, original) {
  node.dataset.status = row.status;
  node.classList.toggle("crossing", row.crossing);
  const tail = node.children[3];
  SIDES.forEach(side => fillCell(cellOf(node, side), row, side, original));
  node.style.setProperty("--doubt", row.probability === null ? "0.5" : String(1 - row.probability));
  const chips = [];
  if (row.status !== "unreviewed") {
    const chip = el("span", `chip ${row.status}`, MARK[row.status]);
    chip.title = shown([statusOf(row), reasonOf(row)].filter(Boolean).join(": "));
    chips.push(chip);
  }
  if (row.note) {
    const chip = el("span", "chip note", "✎");
    chip.title = shown(row.note);
    chips.push(chip);
  }
  const open = openNotes(notes);
  if (open.length) {
    const chip = el("span", "chip notes", countNotes(open));
    chip.title = shown(
      open.flatMap(one => one.said.map(said => `${said.who}: ${said.text}`)).join("\n"),
    );
    chips.push(chip);
  }
  if (kind(row) !== "1-1") chips.push(el("span", "chip kind", kind(row)));
  if (row.crossing) {
    const chip = el("span", "chip", "⤬");
    chip.title = _("cross-linked");
    chips.push(chip);
  }
  for (const label of new Set(checks.map(issue => issue.label))) {
    const chip = el("span", "chip check", label);
    chip.title = checks
      .filter(issue => issue.label === label)
      .map(issue => issue.message)
      .join("\n");
    chips.push(chip);
  }
  const probability = el(
    "span",
    "p",
    judgedAgain(row) +
      (row.probability === null ? "–" : row.probability.toFixed(2).replace(/^0/, "")),
  );
  probability.title =
    _("probability that this row is right: {percent}", { percent: percent(row.probability) }) +
    (judgedAgain(row)
      ? _(", before the decisions about other rows: {percent}", { percent: percent(row.was) })
      : "");
  tail.replaceChildren(...chips, probability);
  numberRow(node, row, place, checks, notes);
}

/**
 * @param {HTMLElement} node
 * @param {Row} row
 * @param {number} place
 * @param {Issue[]} checks
 * @param {Thread[]} notes
 */
export function numberRow(node, row, place, checks, notes) {
  const number = node.children[0];
  number.textContent = `${place + 1}`;
  node.setAttribute("aria-rowindex", `${place + 1}`);
  // Said before the text of a cell when the cursor comes to another row.
  number.setAttribute(
    "aria-label",
    _("row {number}, {status}, probability {percent}", {
      number: place + 1,
      status: _(STATUS[row.status]),
      percent: percent(row.probability),
    }) +
      (kind(row) === "1-1"
        ? ""
        : _(", {zh} Chinese to {en} English sentences", { zh: row.zh.length, en: row.en.length })) +
      (openNotes(notes).length ? `, ${countNotes(openNotes(notes))}` : "") +
      (checks.length
        ? ngettext(", {count} failed check", ", {count} failed checks", checks.length)
        : ""),
  );
}

/**
 * Mark a row that the aligner realigned after a decision, or take the mark off; a click on it puts
 * the former rows back.
 * @param {HTMLElement} node
 * @param {Realigned | undefined} realigned
 * @param {() => void} putBack
 */
export function markRealigned(node, realigned, putBack) {
  const [number, , , tail] = node.children;
  node.classList.toggle("realigned", !!realigned);
  tail.querySelector(".chip.realigned")?.remove();
  if (!realigned) return;
  const words = _("realigned after the decision by {name}", { name: shown(realigned.who) });
  const chip = button("⟳", _("{what}: put back", { what: words }), putBack);
  chip.className = "chip realigned";
  chip.tabIndex = -1; // a key of its own puts the rows back
  tail.prepend(chip);
  number.setAttribute("aria-label", `${number.getAttribute("aria-label")}, ${words}`);
}

function presentation() {
  const node = el("div");
  node.setAttribute("role", "presentation");
  return node;
}

/**
 * @param {Parts["turns"]} turns
 * @param {Row} row
 */
function buildHeading(turns, row) {
  const node = el("div", "turn");
  node.setAttribute("role", "row");
  node.append(presentation());
  for (const side of SIDES) {
    const label = el("div", side, shown(turns[side][turnOf(row, side)] ?? ""));
    label.lang = LANG[side];
    label.dir = "ltr";
    label.setAttribute("role", label.textContent ? "columnheader" : "presentation");
    node.append(label);
  }
  node.append(presentation());
  return node;
}

// Rows of a part if no turn has a name; otherwise a part is a turn. The browser skips parts that are
// out of sight.
const PART = 50;

/**
 * Put the rows in their order, with a heading where a turn begins. Where a row has no node yet, its
 * part keeps room for it.
 * @param {Pick<State, "order" | "rows" | "shown" | "data"> & RowNodes} state
 */
export function placeNodes(state) {
  for (const id of state.painted.keys()) if (!state.rows.has(id)) state.painted.delete(id);
  /** @type {{ heading: Heading | null, nodes: HTMLElement[], unbuilt: number }[]} */
  const parts = [];
  for (const { row, begins } of findTurns(state.order, state.data.turns)) {
    const last = parts.at(-1);
    if (begins) {
      const heading = headingOf(state, row);
      heading.hidden = !!state.shown;
      parts.push({ heading, nodes: [heading], unbuilt: 0 });
    } else if (!last || (last.nodes.length + last.unbuilt >= PART && !last.heading))
      parts.push({ heading: null, nodes: [], unbuilt: 0 });
    const part = parts[parts.length - 1];
    const node = state.els.get(row.id);
    if (node) part.nodes.push(node);
    else part.unbuilt += 1;
  }
  arrange(
    state.box,
    parts.map(({ nodes, unbuilt }, at) => fillPart(state.parts, nodes, unbuilt, at)),
  );
}

/**
 * The heading above a row: built again where the turn of either side is another one.
 * @param {Pick<State, "headings" | "data">} state
 * @param {Row} row
 */
function headingOf({ headings, data }, row) {
  const turn = SIDES.map(side => Math.max(turnOf(row, side), -1)).join("/");
  const known = headings.get(row.id);
  if (known?.__turn === turn) return known;
  /** @type {Heading} */
  const heading = buildHeading(data.turns, row);
  heading.__turn = turn;
  headings.set(row.id, heading);
  return heading;
}

/**
 * @param {HTMLElement[]} parts
 * @param {HTMLElement[]} nodes
 * @param {number} unbuilt how many rows of the part have no node yet
 * @param {number} at
 */
function fillPart(parts, nodes, unbuilt, at) {
  const part = (parts[at] ??= el("div", "part"));
  const size = `${nodes.filter(node => !node.hidden).length + unbuilt}`;
  if (part.dataset.size !== size) {
    part.dataset.size = size;
    part.setAttribute("role", "rowgroup");
    part.style.setProperty("--size", size);
    part.hidden = size === "0";
  }
  arrange(part, nodes);
  return part;
}

/**
 * Put nodes into a box in this order with as few moves as possible.
 * @param {HTMLElement} box
 * @param {HTMLElement[]} nodes
 */
function arrange(box, nodes) {
  /** @type {Set<Element>} */
  const kept = new Set(nodes);
  for (const node of [...box.children]) if (!kept.has(node)) node.remove();
  let at = box.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else box.insertBefore(node, at);
  }
}
