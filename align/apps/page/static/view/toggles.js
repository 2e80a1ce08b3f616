// @ts-check
// What the page does after a decision by itself, switched on and off by commands.
import { _ } from "./texts.js";

/** @param {Pick<State, "toggle" | "say" | "ui">} state */
export function toggleMending(state) {
  state.toggle("mending");
  state.say(
    state.ui.mending
      ? _("edited rows are now accepted automatically")
      : _("edited rows are no longer accepted automatically"),
  );
}

/** @param {Pick<State, "toggle" | "say" | "ui">} state */
export function toggleRealigning(state) {
  state.toggle("realigning");
  state.say(
    state.ui.realigning
      ? _("rows are now realigned after your decisions")
      : _("rows are no longer realigned after your decisions"),
  );
}
