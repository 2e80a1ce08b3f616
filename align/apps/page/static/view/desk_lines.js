// @ts-check
// Lines of the list of briefings: the cells of each column.
import { ageOf, COLUMNS, columnsFor } from "../model/desk.js";
import { el } from "./dom.js";
import { _, LANG, numeral, texts } from "./texts.js";

/**
 * How a line is drawn: its top in pixels, and what a click on its title or its box does.
 * @typedef {{ top: number, isChosen: boolean, isCurrent: boolean, open: () => void, choose: (range: boolean) => void }} Drawn
 */

/** The columns in the order of the page's language. */
export const ordered = () => columnsFor(texts().lang);

/**
 * Return a cell with a tick box.
 * @param {boolean} on
 * @param {string} label
 * @param {(event: MouseEvent) => void} done
 */
export function buildChoice(on, label, done) {
  const cell = el("div", "choice");
  const box = el("input");
  cell.setAttribute("role", "gridcell");
  box.type = "checkbox";
  box.checked = on;
  box.tabIndex = -1;
  box.setAttribute("aria-label", label);
  box.addEventListener("mousedown", event => event.preventDefault());
  box.addEventListener("click", event => {
    event.preventDefault();
    done(event);
  });
  cell.append(box);
  return cell;
}

/**
 * @param {DeskLine} line
 * @param {Side} side
 * @param {() => void} open
 */
function buildTitle(line, side, open) {
  const cell = el("div", `c-${side} title`);
  const link = el("a", "", line[side] || (side === "en" ? line.zh || line.id : ""));
  link.href = `?briefing=${encodeURIComponent(line.id)}`;
  link.tabIndex = -1;
  link.lang = LANG[line[side] || side === "zh" ? side : "zh"];
  link.title = [line[side], line.site].filter(Boolean).join(" · ");
  link.addEventListener("click", event => {
    // A new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
  if (link.textContent) cell.append(link);
  return cell;
}

/** @param {DeskLine} line */
function buildDone({ done, rows, flagged }) {
  const cell = el("div", "c-done");
  const share = rows ? done / rows : 1;
  const bar = el("span", "share");
  bar.style.setProperty("--share", `${share * 100}%`);
  cell.title =
    _("{done} of {all} reviewed", { done: numeral(done), all: numeral(rows) }) +
    (flagged ? ` · ${_("{number} flagged", { number: numeral(flagged) })}` : "");
  cell.append(
    bar,
    el("span", "", `${Math.floor(share * 100)}%`),
    flagged ? el("span", "flag", ` ⚑${flagged}`) : "",
  );
  return cell;
}

/** @param {string} changed */
function sayAge(changed) {
  const [count, unit] = ageOf((Date.now() - Date.parse(changed)) / 1000);
  return count
    ? new Intl.RelativeTimeFormat(texts().lang, { style: "narrow" }).format(-count, unit)
    : _("just now");
}

/**
 * @param {DeskColumn} name
 * @param {string} text
 */
const cell = (name, text) => el("div", `c-${name}`, text);
/** @param {number} wrong */
const sayWrong = wrong =>
  wrong < 0.05 ? "" : wrong < 10 ? wrong.toFixed(1) : numeral(Math.round(wrong));

/**
 * Return the node of a line of the list.
 * @param {DeskLine} line
 * @param {number} at its place in the list
 * @param {Drawn} drawn
 */
export function buildLine(line, at, { top, isChosen, isCurrent, open, choose }) {
  const node = el("div", "line");
  node.id = `desk-line-${at}`;
  node.dataset.id = line.id;
  node.setAttribute("role", "row");
  node.setAttribute("aria-rowindex", `${at + 2}`);
  node.setAttribute("aria-selected", `${isChosen}`);
  node.style.top = `${top}px`;
  node.classList.toggle("cur", isCurrent);
  const wrong = sayWrong(line.wrong);
  /** @type {Record<DeskColumn, HTMLElement>} */
  const cells = {
    date: cell("date", line.date || "—"),
    en: buildTitle(line, "en", open),
    zh: buildTitle(line, "zh", open),
    rows: cell("rows", numeral(line.rows)),
    done: buildDone(line),
    wrong: cell("wrong", wrong),
    notes: cell("notes", line.notes ? numeral(line.notes) : ""),
    owners: cell("owners", line.owners.join(", ")),
    changed: cell("changed", sayAge(line.changed)),
  };
  for (const name of COLUMNS) cells[name].setAttribute("role", "gridcell");
  cells.owners.title = line.owners.join(", ");
  cells.wrong.title = wrong && _("Likely wrong");
  cells.notes.title = line.notes ? _("Open notes") : "";
  node.append(
    buildChoice(isChosen, _("Select “{title}”", { title: line.en || line.zh || line.id }), event =>
      choose(event.shiftKey),
    ),
    ...ordered().map(name => cells[name]),
  );
  return node;
}
