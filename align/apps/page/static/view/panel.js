// @ts-check
// Everything that opens over or beside the rows: details, menu, key list, small questions.
/** @param {string} title */
function section(title, ...children) {
  const node = el("section");
  node.append(el("h2", "", title), ...children);
  return node;
}
/** @param {string} label @param {string} address */
function link(label, address) {
  const node = el("a", "", label);
  node.href = /^https?:/.test(address) ? address : "#";
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}
/** @param {string} at */
const timeOf = at => new Date(at).toLocaleString(texts().lang, { dateStyle: "medium", timeStyle: "short" });
/** @param {State} S @param {Row} row @param {Thread} thread */
function threadOf(S, row, thread) {
  const box = el("div", "thread"), list = el("ol", "history");
  if (thread.was) box.append(el("p", "quiet", _("written on: {text}", { text: thread.was })));
  for (const one of thread.said) list.append(el("li", "", `${timeOf(one.at)} · ${one.who} · ${one.text}`));
  box.append(list, button(_("Reply"), "", () => writeNote(S, row, thread)));
  box.append(thread.open ? button(_("Resolve"), "", () => closeNote(S, row, thread)) : el("span", "quiet", _("resolved")));
  return box;
}
/** @param {State} S */
function paintPanel(S) {
  const row = S.rows.get(S.cur);
  S.panel.hidden = !S.ui.panel || !row;
  S.root.classList.toggle("with-panel", !S.panel.hidden);
  if (S.panel.hidden) return;
  const known = helpOf(S);
  const signature = `${row.id}|${row.rev}|${!!known}|${row.s}|${S.checks(row).length}|${JSON.stringify(S.notes(row))}`;
  if (S.panelSignature === signature) return;
  S.panelSignature = signature;
  const head = el("header");
  head.append(el("strong", "", _("Row {number}", { number: S.place.get(row.id) + 1 })), el("span", "", `${statusOf(row)} · ${percent(row.p)}`), button("×", _("Close"), () => S.run("details")));
  const parts = [head];
  const checks = S.checks(row);
  if (checks.length) {
    const list = el("ul");
    checks.forEach(issue => list.append(el("li", "", issue.message)));
    parts.push(section(_("Failed checks"), list));
  }
  if (row.why || row.note) parts.push(section(_("Note"), el("p", "", [reasonOf(row), row.note].filter(Boolean).join(": "))));
  if (S.notes(row).length) parts.push(section(_("Notes"), ...S.notes(row).map(one => threadOf(S, row, one))));
  for (const side of SIDES)
    if (row[side + "x"] !== null) {
      const text = el("p", side, shown(published(row, side)));
      text.lang = LANG[side];
      parts.push(section(_("As published"), text));
    }
  if (!known) { parts.push(el("p", "quiet", _("Looking up words …"))); S.panel.replaceChildren(...parts); return; }
  if (known.numbers.length) {
    const list = el("dl", "pairs");
    known.numbers.forEach(one => list.append(el("dt", "", one.source), el("dd", "", one.target)));
    parts.push(section(_("Numbers"), list));
  }
  if (known.words.length) {
    const list = el("dl", "words");
    const listed = new Set(); // a word that comes again is not explained again
    for (const word of known.words) {
      if (listed.has(word.text)) continue;
      listed.add(word.text);
      const term = el("dt", "", word.text);
      term.lang = LANG.zh;
      list.append(term, el("dd", "py", word.pinyin), el("dd", "", word.gloss));
    }
    // Forty entries would push all else out of sight: they are folded away until asked for.
    const folded = el("details");
    folded.open = S.ui.dictionary ?? false;
    folded.addEventListener("toggle", () => { S.ui.dictionary = folded.open; });
    folded.append(el("summary", "", _("Words")), list);
    parts.push(folded);
  }
  if (known.history.length) {
    const list = el("ol", "history");
    known.history.forEach(one => {
      const item = el("li", "", `${timeOf(one.at)} · ${one.who} · ${one.action}${one.note ? ` · ${one.note}` : ""}`);
      item.append(button("↺", _("Restore the state before this"), () => S.act("restore", { rows: [row.id], target: one.seq })));
      list.append(item);
    });
    parts.push(section(_("History"), list));
  }
  const links = el("p", "links");
  if (known.url_zh) links.append(link(_("Chinese original"), known.url_zh));
  if (known.url_en) links.append(link(_("English original"), known.url_en));
  if (links.children.length) parts.push(section(_("On the original page"), links));
  S.panel.replaceChildren(...parts);
}

// -- layers over the table: at most one at a time ------------------------------------------------
/** @param {State} S */
function closeLayer(S) {
  if (!S.layer) return;
  S.layer.dispatchEvent(new Event("close"));
  S.layer.remove();
  S.layer = null;
  home(S);
}
/** @param {State} S @param {HTMLElement} node @param {string} label */
function openLayer(S, node, label) {
  closeLayer(S);
  node.classList.add("layer");
  if (!node.hasAttribute("role")) { node.setAttribute("role", "dialog"); node.setAttribute("aria-modal", "true"); }
  node.setAttribute("aria-label", label);
  S.layer = node;
  S.root.append(node);
  const first = node.querySelector("select,input,button") ?? node;
  first.focus({ preventScroll: true });
  first.select?.(); // what is typed takes the place of what is proposed
}
/** @param {State} S */
function showKeys(S) {
  const box = el("div", "keys-list"), head = el("header"), columns = el("div", "columns");
  head.append(el("h2", "", _("All keys")), button("×", _("Close"), () => closeLayer(S)));
  box.append(head, columns);
  const groups = new Map();
  for (const command of S.commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  for (const [group, commands] of groups) {
    const list = el("dl");
    commands.forEach(command => {
      const keys = el("dt");
      command.keys.forEach(key => keys.append(el("kbd", "", pretty(key)), " "));
      list.append(keys, el("dd", "", command.label));
    });
    columns.append(section(group, list));
  }
  const editing = el("dl");
  [["Enter, F2", _("Save")], ["Tab", _("Save and edit the next row")], ["Alt+Enter", _("End the sentence at the cursor")], ["Escape", _("Leave without saving")]]
    .forEach(([keys, label]) => editing.append(el("dt", "", keys), el("dd", "", label)));
  columns.append(section(_("While editing"), editing), el("p", "quiet", _("Change keys in Settings. Escape closes this.")));
  openLayer(S, box, _("All keys"));
}
/** @param {string} key */
const pretty = key => key.replace("Control", "Ctrl").replace("ArrowUp", "↑").replace("ArrowDown", "↓").replace("ArrowLeft", "←").replace("ArrowRight", "→");
const MENU = ["accept", "accept-many", "reject", "flag", "annotate", "reply", "close-note", "reopen", "alone", "edit", "merge-up", "merge-down", "split", "split-choose", "split-inside", "shift-up", "shift-down", "text-up", "text-down", "send", "join", "link", "unlink", "resolve", "undo", "redo", "details", "next-briefing"];
/** @param {State} S @param {Command} command */
function menuItem(S, command) {
  const item = button("", "", () => { closeLayer(S); S.run(command.name); });
  item.append(el("span", "", command.label), el("kbd", "", command.keys.map(pretty).join(" ")));
  return item;
}
/** @param {State} S */
function showMenu(S, x, y) {
  const box = el("div", "menu");
  box.setAttribute("role", "menu");
  for (const name of MENU) {
    const item = menuItem(S, S.commands.find(one => one.name === name));
    item.setAttribute("role", "menuitem");
    box.append(item);
  }
  openLayer(S, box, _("All moves"));
  const area = S.root.getBoundingClientRect();
  box.style.left = `${Math.max(0, Math.min(x - area.left, area.width - box.offsetWidth - 4))}px`;
  box.style.top = `${Math.max(0, Math.min(y - area.top, area.height - box.offsetHeight - 4))}px`;
}
// All commands by any part of their names.
/** @param {State} S */
function showPalette(S) {
  const box = el("div", "menu palette"), input = el("input"), items = S.commands.map(command => menuItem(S, command));
  input.setAttribute("aria-label", _("Find a command"));
  input.placeholder = _("Find a command");
  input.oninput = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    for (const item of items) item.hidden = !words.every(word => item.textContent.toLowerCase().includes(word));
  };
  box.append(input, ...items);
  openLayer(S, box, _("Find a command"));
}
/** @param {State} S @param {KeyboardEvent} event */
function menuKey(S, event) {
  const items = [...S.layer.querySelectorAll("button:not([hidden])")], at = items.findIndex(one => one === focused(S));
  if (event.key === "Enter" && at < 0) { items[0]?.click(); return true; }
  const to = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1, ...(at < 0 ? {} : { Home: 0, End: -1 }) }[event.key];
  if (to !== undefined) items.at(to % items.length)?.focus();
  return to !== undefined;
}
// Tab goes round within what is open.
/** @param {State} S @param {boolean} [back] */
function cycleFocus(S, back) {
  const items = [...S.layer.querySelectorAll("button, input, select")];
  const at = items.findIndex(one => one === focused(S));
  items.at((at + (back ? -1 : 1)) % items.length)?.focus();
}
// ``foresee`` says beforehand what the values will do; ``kept`` names a note that outlives the page while it is written.
/** @param {State} S @param {string} label @param {Field[]} fields @param {(values: any) => unknown} done @param {(values: any) => string} [foresee] @param {KeptNote} [kept] */
function ask(S, label, fields, done, foresee, kept) {
  const box = el("div", "ask"), form = el("form");
  box.append(form);
  form.append(el("h2", "", label));
  for (const field of fields) {
    const line = el("label", "", field.label);
    const input = /** @type {HTMLInputElement} */ (el(field.options ? "select" : "input"));
    input.name = field.name;
    if (field.options) field.options.forEach(value => { const option = el("option", "", _(value)); option.value = value; input.append(option); });
    else input.value = String(field.value ?? "");
    if (field.type) { input.type = field.type; input.required = true; input.step = String(field.step ?? 1); }
    line.append(input);
    form.append(line);
  }
  const values = () => Object.fromEntries(new FormData(form)), words = el("p", "quiet");
  if (foresee) {
    words.setAttribute("role", "status");
    form.append(words);
    const say = () => { words.textContent = foresee(values()); };
    form.oninput = say;
    say();
  }
  if (kept) {
    form.oninput = () => keepNote(S, { ...kept, values: /** @type {Record<string, string>} */ (values()) });
    box.addEventListener("close", () => keepNote(S, null));
  }
  const ok = el("button", "primary", _("OK"));
  ok.type = "submit";
  form.append(ok, button(_("Cancel"), "", () => closeLayer(S)));
  form.addEventListener("submit", event => {
    event.preventDefault();
    const given = values();
    closeLayer(S);
    done(given);
  });
  openLayer(S, box, label);
}
