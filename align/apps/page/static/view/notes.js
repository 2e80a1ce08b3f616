// @ts-check
// Notes and flags that are written, and texts that Python refused because somebody else was faster.
import { refusedTexts } from "../model/queue.js";
import { corrected, likelyReason, unchanged } from "../model/rows.js";
import { finalText } from "../model/text.js";
import { button, compared, el } from "./dom.js";
import { ask, closeLayer, openLayer } from "./layers.js";
import { readKept, writeKept } from "./storage.js";
import { _, LANG, local, N_ } from "./texts.js";

/** @typedef {Pick<State, "root" | "layer" | "home" | "act" | "data">} Noting */

// What a flag can be about; stored in English, shown in the reader's language.
const REASONS = [
  N_("boundaries"),
  N_("number"),
  N_("name"),
  N_("translation"),
  N_("omission"),
  N_("source text"),
  N_("other"),
];

/**
 * A note that is being written, or that was refused, is there again when the page is loaded.
 * @param {string} briefing
 * @param {KeptNote | null} note
 */
const keepNote = (briefing, note) => writeKept("sessionStorage", `review-note/${briefing}`, note);

/**
 * @param {string} briefing
 * @param {KeptNote} note
 * @returns {(values: Record<string, string> | null) => void}
 */
const keeper = (briefing, note) => values => keepNote(briefing, values && { ...note, values });

/**
 * A note, or a reply to one: the row stays as it is, so that no key has to wait for the answer.
 * @param {Noting} state
 * @param {Row} row
 * @param {Thread} [thread]
 */
export function writeNote(state, row, thread) {
  ask(state, {
    label: thread ? _("Reply to the note") : _("Write a note on the row"),
    fields: [{ name: "note", label: thread?.said.at(-1)?.text ?? _("Note") }],
    done: values =>
      state.act(
        thread ? "reply" : "annotate",
        { rows: [row.id], reason: thread?.key ?? "", ...values },
        unchanged,
      ),
    keep: keeper(state.data.briefing, { id: row.id, thread: thread?.key }),
  });
}

/**
 * @param {Pick<State, "act">} state
 * @param {Row} row
 * @param {Thread} thread
 */
export const closeNote = (state, row, thread) =>
  state.act("close-note", { rows: [row.id], reason: thread.key }, unchanged);

/**
 * @param {Noting & Pick<State, "rows" | "checks">} state
 * @param {string} id
 * @param {(values: Record<string, string>) => void} flag
 */
export function writeFlag(state, id, flag) {
  const row = state.rows.get(id);
  const value = row ? likelyReason(state.checks(row)) : "";
  ask(state, {
    label: _("Flag: what is wrong?"),
    fields: [
      { name: "reason", label: _("Reason"), options: REASONS, value },
      { name: "note", label: _("Note") },
    ],
    done: flag,
    keep: keeper(state.data.briefing, { id, flag: true }),
  });
}

/** @param {Noting & Pick<State, "editing" | "go" | "rows" | "cur" | "notes" | "run">} state */
export function resumeNote(state) {
  const note = readKept(
    "sessionStorage",
    `review-note/${state.data.briefing}`,
    /** @type {KeptNote | null} */ (null),
  );
  if (!note || state.layer || state.editing) return;
  state.go(note.id);
  const row = state.rows.get(state.cur);
  if (!row) return;
  if (note.flag) state.run("flag");
  else
    writeNote(
      state,
      row,
      state.notes(row).find(one => one.key === note.thread),
    );
  const layer = /** @type {HTMLElement | null} */ (state.layer);
  for (const [name, value] of Object.entries(note.values ?? {})) {
    const field = /** @type {HTMLInputElement | null} */ (layer?.querySelector(`[name="${name}"]`));
    if (field) field.value = value;
  }
}

/**
 * A text that Python refused is there when the cell is edited again.
 * @param {Pick<State, "refused" | "conflicts" | "data">} state
 * @param {Wire[]} wires
 */
export function saveRefused(state, wires) {
  const { briefing } = state.data;
  for (const wire of wires) {
    const id = wire.rows?.[0] ?? "";
    const { note, reason = "" } = wire;
    const versions = state.data.conflicts[`${wire.seq}`];
    if (note)
      keepNote(briefing, {
        id,
        flag: wire.action === "flag",
        thread: reason,
        values: { reason, note },
      });
    for (const { side, text } of refusedTexts(wire)) {
      const kept = {
        briefing,
        id: versions?.row ?? id,
        side: versions?.side ?? side,
        text: versions?.mine ?? text,
        why: local(state.data.msg),
        versions,
      };
      state.refused.set(kept.id + kept.side, kept.text);
      state.conflicts.add(kept);
    }
  }
}

/** @type {Record<Choice["name"], string>} */
const ANSWERS = {
  both: N_("Edit both together"),
  mine: N_("Save my text"),
  theirs: N_("Keep their text"),
};
/** @type {Record<Choice["name"], string>} */
const KEPT = {
  both: N_("keeps the words of both; you save the result"),
  mine: N_("keeps your words"),
  theirs: N_("keeps their words"),
};

/**
 * What an answer keeps and what it removes.
 * @param {Choice} choice
 * @param {Side} side
 */
function describeChoice({ name, removes }, side) {
  const line = el("p", "quiet", `${_(KEPT[name])}; `);
  if (!removes.length) {
    line.append(_("removes nothing"));
    return line;
  }
  line.append(_("removes:"));
  for (const words of removes) {
    const node = el("del", side, words);
    node.lang = LANG[side];
    line.append(" ", node);
  }
  return line;
}

/** @typedef {Noting & Pick<State, "conflicts" | "refused" | "briefing" | "editing" | "rows" | "draft" | "say">} Choosing */

/**
 * Both texts and what can be made of them, once nothing else is open. The first answer removes
 * nothing.
 * @param {Choosing} state
 */
export function showConflict(state) {
  const conflict = [...state.conflicts].find(one => one.briefing === state.briefing);
  if (!conflict || state.editing || state.layer) return;
  const { id, side, text, why, versions } = conflict;
  const row = state.rows.get(id);
  const theirs = versions?.theirs ?? (row ? finalText(row, side) : "");
  const box = el("div", "ask conflict");
  box.append(
    el("h2", "", why),
    el("b", "", _("Mine")),
    compared(side, text, theirs),
    el("b", "", _("Theirs")),
  );
  box.append(
    row
      ? compared(side, theirs, text)
      : el("p", "quiet", _("This row no longer exists: it was merged, split or moved.")),
  );
  for (const choice of versions?.choices ?? [])
    box.append(
      button(_(ANSWERS[choice.name]), "", () => answer(state, conflict, choice)),
      describeChoice(choice, side),
    );
  box.append(
    button(_("Decide later"), "", () => closeLayer(state)),
    el("p", "quiet", _("your text stays in this browser; edit the row to see it")),
  );
  box.addEventListener("close", () => state.conflicts.delete(conflict));
  openLayer(state, box, _("Your edit was not saved"));
}

/**
 * @param {Choosing} state
 * @param {Conflict} conflict
 * @param {Choice} choice
 */
function answer(state, { id, side, why }, { name, edits, is_draft: isDraft }) {
  closeLayer(state);
  state.refused.delete(id + side);
  const stored = isDraft ? edits.slice(0, -1) : edits;
  const draft = isDraft ? edits.at(-1) : undefined;
  for (const [row, where, text] of stored)
    state.act("edit", { rows: [row], [`${where}_text`]: text }, corrected(where, text));
  if (draft) state.draft(draft[0], draft[1], draft[2]);
  if (name === "theirs") state.say(why);
}
