// @ts-check
// Notes and flags that are written, and texts that Python refused because somebody else was faster.
import { refusedTexts } from "../model/queue.js";
import { corrected, likelyReason, unchanged } from "../model/rows.js";
import { finalText } from "../model/text.js";
import { button, compared, el } from "./dom.js";
import { ask, closeLayer, openLayer } from "./layers.js";
import { readKept, writeKept } from "./storage.js";
import { _, local, N_ } from "./texts.js";

/** @typedef {Pick<State, "root" | "layer" | "ui" | "columns" | "side" | "grid" | "act" | "data">} Noting */

// What a flag can be about; stored in English, shown in the reader's language.
const REASONS = [N_("boundaries"), N_("number"), N_("name"), N_("translation"), N_("omission"), N_("source text"), N_("other")];

// A note that is being written, or that was refused, is there again when the page is loaded.
/** @param {string} briefing @param {KeptNote | null} note */
const keepNote = (briefing, note) => writeKept("sessionStorage", `review-note/${briefing}`, note);

/** @param {string} briefing @param {KeptNote} note @returns {(values: Record<string, string> | null) => void} */
const keeper = (briefing, note) => values => keepNote(briefing, values && { ...note, values });

// A note, or a reply to one: the row stays as it is, so that no key has to wait for the answer.
/** @param {Noting} S @param {Row} row @param {Thread} [thread] */
export function writeNote(S, row, thread) {
  ask(S, {
    label: thread ? _("Reply to the note") : _("Write a note on the row"),
    fields: [{ name: "note", label: thread?.said.at(-1)?.text ?? _("Note") }],
    done: values => S.act(thread ? "reply" : "annotate", { rows: [row.id], reason: thread?.key ?? "", ...values }, unchanged),
    keep: keeper(S.data.briefing, { id: row.id, thread: thread?.key }),
  });
}
/** @param {Pick<State, "act">} S @param {Row} row @param {Thread} thread */
export const closeNote = (S, row, thread) => S.act("close-note", { rows: [row.id], reason: thread.key }, unchanged);

/** @param {Noting & Pick<State, "rows" | "checks">} S @param {string} id @param {(values: Record<string, string>) => void} flag */
export function writeFlag(S, id, flag) {
  const row = S.rows.get(id), value = row ? likelyReason(S.checks(row)) : "";
  ask(S, {
    label: _("Flag: what is wrong?"),
    fields: [{ name: "reason", label: _("Reason"), options: REASONS, value }, { name: "note", label: _("Note") }],
    done: flag,
    keep: keeper(S.data.briefing, { id, flag: true }),
  });
}
/** @param {Noting & Pick<State, "editing" | "go" | "rows" | "cur" | "notes" | "run">} S */
export function resumeNote(S) {
  const note = readKept("sessionStorage", `review-note/${S.data.briefing}`, /** @type {KeptNote | null} */ (null));
  if (!note || S.layer || S.editing) return;
  S.go(note.id);
  const row = S.rows.get(S.cur);
  if (!row) return;
  if (note.flag) S.run("flag"); else writeNote(S, row, S.notes(row).find(one => one.key === note.thread));
  const layer = /** @type {HTMLElement | null} */ (S.layer);
  for (const [name, value] of Object.entries(note.values ?? {})) {
    const field = /** @type {HTMLInputElement | null} */ (layer?.querySelector(`[name="${name}"]`));
    if (field) field.value = value;
  }
}

// A text that Python refused is there when the cell is edited again.
/** @param {Pick<State, "refused" | "conflicts" | "data">} S @param {Wire[]} wires */
export function saveRefused(S, wires) {
  const { briefing } = S.data;
  for (const wire of wires) {
    const id = wire.rows?.[0] ?? "", { note, reason = "" } = wire;
    if (note) keepNote(briefing, { id, flag: wire.action === "flag", thread: reason, values: { reason, note } });
    for (const { side, text } of refusedTexts(wire)) {
      S.refused.set(id + side, text);
      S.conflicts.add({ briefing, id, side, text, why: local(S.data.msg) });
    }
  }
}
// Both texts side by side, once nothing else is open.
/** @param {Noting & Pick<State, "conflicts" | "refused" | "briefing" | "editing" | "rows">} S */
export function showConflict(S) {
  const conflict = [...S.conflicts].find(one => one.briefing === S.briefing);
  if (!conflict || S.editing || S.layer) return;
  const { id, side, text, why } = conflict, row = S.rows.get(id), theirs = row ? finalText(row, side) : "";
  const box = el("div", "ask conflict");
  const close = button(_("Use theirs"), "", () => { S.refused.delete(id + side); closeLayer(S); });
  const keep = button(_("Keep mine"), "", () => { close.click(); S.act("edit", { rows: [id], [`${side}_text`]: text }, corrected(side, text)); });
  box.append(el("h2", "", why), el("b", "", _("Mine")), compared(side, text, theirs), el("b", "", _("Theirs")));
  if (row) box.append(compared(side, theirs, text), keep, close);
  else box.append(el("p", "quiet", _("This row no longer exists: it was merged, split or moved.")), button(_("Close"), "", () => closeLayer(S)));
  box.addEventListener("close", () => S.conflicts.delete(conflict));
  openLayer(S, box, _("Your edit was not saved"));
}
