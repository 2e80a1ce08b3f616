// @ts-check
// The panel to the right of the rows: the details of the row at the cursor.
import { published, shown, SIDES, correctionOf } from "../model/text.js";
import { currentHelp } from "../model/queue.js";
import { button, el } from "./dom.js";
import { section } from "./layers.js";
import { _, LANG, percent, reasonOf, statusOf, timeOf } from "./texts.js";

/**
 * @param {string} label
 * @param {string} address
 */
function link(label, address) {
  const node = el("a", "", label);
  node.href = /^https?:/.test(address) ? address : "#";
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

/**
 * @param {Thread} thread
 * @param {() => void} reply
 * @param {() => void} close
 */
function buildThread(thread, reply, close) {
  const box = el("div", "thread");
  const list = el("ol", "history");
  if (thread.was) box.append(el("p", "quiet", _("written about: {text}", { text: thread.was })));
  for (const one of thread.said)
    list.append(el("li", "", `${timeOf(one.at)} · ${one.who} · ${one.text}`));
  box.append(list, button(_("Reply"), "", reply));
  box.append(thread.open ? button(_("Resolve"), "", close) : el("span", "quiet", _("resolved")));
  return box;
}

/** @param {Issue[]} checks */
function buildChecks(checks) {
  const list = el("ul");
  for (const issue of checks) list.append(el("li", "", issue.message));
  return section(_("Failed checks"), list);
}

/**
 * @param {Row} row
 * @param {Side} side
 */
function buildPublished(row, side) {
  const text = el("p", side, shown(published(row, side)));
  text.lang = LANG[side];
  return section(_("Original text"), text);
}

/** @param {WholeHelp["numbers"]} numbers */
function buildNumbers(numbers) {
  const list = el("dl", "pairs");
  for (const { source, target } of numbers) list.append(el("dt", "", source), el("dd", "", target));
  return section(_("Numbers"), list);
}

/**
 * Forty entries would push all else out of sight: they are folded away until asked for.
 * @param {Word[]} words
 * @param {Pick<State, "ui">} state
 */
function buildWords(words, { ui }) {
  const list = el("dl", "words");
  const folded = el("details");
  const listed = new Set(); // a word that comes again is not explained again
  for (const word of words) {
    if (listed.has(word.text)) continue;
    listed.add(word.text);
    const term = el("dt", "", word.text);
    term.lang = LANG.zh;
    list.append(term, el("dd", "py", word.pinyin), el("dd", "", word.gloss));
  }
  folded.open = ui.dictionary ?? false;
  folded.addEventListener("toggle", () => {
    ui.dictionary = folded.open;
  });
  folded.append(el("summary", "", _("Words")), list);
  return folded;
}

/**
 * @param {WholeHelp["history"]} history
 * @param {(seq: number) => void} restore
 */
function buildHistory(history, restore) {
  const list = el("ol", "history");
  for (const one of history) {
    const parts = [timeOf(one.at), one.who, one.action, one.what, one.note];
    if (one.undone) parts.push(_("undone by {name}", { name: one.undone }));
    const item = el("li", one.undone ? "quiet" : "", parts.filter(Boolean).join(" · "));
    item.append(
      button(
        "↺",
        one.undone ? _("Restore what was undone") : _("Restore the state before this change"),
        () => restore(one.seq),
      ),
    );
    list.append(item);
  }
  return section(_("History"), list);
}

/** @param {WholeHelp} help */
function buildLinks(help) {
  const links = el("p", "links");
  if (help.url_zh) links.append(link(_("Chinese original"), help.url_zh));
  if (help.url_en) links.append(link(_("English original"), help.url_en));
  return links.children.length ? [section(_("Original pages"), links)] : [];
}

/**
 * The help of the row at the cursor, if it has come whole and is of the row as it is now.
 * @param {Pick<State, "help" | "rows" | "cur">} state
 */
export function helpOf({ help, rows, cur }) {
  const current = currentHelp(help.get(cur), rows.get(cur));
  return current?.whole ? /** @type {WholeHelp} */ (current) : null;
}

/** @param {Panel} state */
export function paintPanel(state) {
  const row = state.rows.get(state.cur);
  state.panel.hidden = !state.ui.panel || !row;
  state.root.classList.toggle("with-panel", !state.panel.hidden);
  if (!row || state.panel.hidden) return;
  const help = helpOf(state);
  const checks = state.checks(row);
  const notes = state.notes(row);
  const signature = `${row.id}|${row.revision}|${!!help}|${row.status}|${checks.length}|${JSON.stringify(notes)}`;
  if (state.panelSignature === signature) return;
  state.panelSignature = signature;
  const head = el("header");
  head.append(
    el("strong", "", _("Row {number}", { number: (state.place.get(row.id) ?? 0) + 1 })),
    el("span", "", `${statusOf(row)} · ${percent(row.probability)}`),
    button("×", _("Close"), () => state.run("details")),
  );
  const parts = [head];
  if (checks.length) parts.push(buildChecks(checks));
  if (row.why || row.note)
    parts.push(
      section(_("Note"), el("p", "", [reasonOf(row), row.note].filter(Boolean).join(": "))),
    );
  if (notes.length)
    parts.push(
      section(
        _("Notes"),
        ...notes.map(thread =>
          buildThread(
            thread,
            () => state.reply(row, thread),
            () => state.closeNote(row, thread),
          ),
        ),
      ),
    );
  for (const side of SIDES)
    if (correctionOf(row, side) !== null) parts.push(buildPublished(row, side));
  if (help) {
    if (help.numbers.length) parts.push(buildNumbers(help.numbers));
    if (help.words.length) parts.push(buildWords(help.words, state));
    if (help.history.length)
      parts.push(
        buildHistory(help.history, seq =>
          state.actNear("restore", { rows: [row.id], target: seq }),
        ),
      );
    parts.push(...buildLinks(help));
  } else parts.push(el("p", "quiet", _("Looking up words …")));
  state.panel.replaceChildren(...parts);
}
