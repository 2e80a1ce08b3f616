import assert from "node:assert/strict";
import test from "node:test";
import {
  bindKeys,
  comesTooSoon,
  fitsWords,
  groupCommands,
  isChord,
  isSafeWhileTyping,
  keyName,
  keyOf,
  nextFocus,
  pretty,
  typesInto,
  worksControl,
} from "../../../../align/apps/page/static/model/keys.js";

const press = (key, held = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const COMMANDS = [
  { name: "accept", label: "Accept", keys: ["a", "Enter"], group: "Judge" },
  { name: "next", label: "Next row", keys: ["j"], group: "Go" },
  { name: "reject", label: "Reject", keys: [], group: "Judge" },
];

test("a letter is its own name", () => assert.equal(press("a"), "a"));
test("the space bar has a name", () => assert.equal(press(" "), "Space"));
test("Shift is named with a letter and not with a sign", () =>
  assert.deepEqual(
    [press("J", { shiftKey: true }), press("?", { shiftKey: true })],
    ["Shift+J", "?"],
  ));
test("Command counts as Control, whatever the case of its letter", () =>
  assert.equal(press("Z", { metaKey: true }), "Control+z"));
test("several keys that are held have one order", () => {
  assert.equal(
    press("ArrowUp", { ctrlKey: true, shiftKey: true, altKey: true }),
    "Control+Alt+Shift+ArrowUp",
  );
});
test("a letter of any script is one", () =>
  assert.equal(press("Ж", { shiftKey: true }), "Shift+Ж"));
test("arrows are read as arrows", () =>
  assert.deepEqual(["Control+ArrowUp", "Shift+ArrowLeft", "a"].map(pretty), [
    "Ctrl+↑",
    "Shift+←",
    "a",
  ]));
test("every key of a command is bound to it", () => {
  assert.deepEqual(
    [...bindKeys(COMMANDS)],
    [
      ["a", "accept"],
      ["Enter", "accept"],
      ["j", "next"],
    ],
  );
});
test("a command without a key, or that is unknown, has none", () => {
  assert.deepEqual(
    [keyOf(COMMANDS, "accept"), keyOf(COMMANDS, "reject"), keyOf(COMMANDS, "none")],
    ["a", undefined, undefined],
  );
});
test("commands of a group stand together", () => {
  assert.deepEqual(
    [...groupCommands(COMMANDS)].map(([group, commands]) => [group, commands.length]),
    [
      ["Judge", 2],
      ["Go", 1],
    ],
  );
});
test("a command is found by any part of its words", () => {
  assert.deepEqual(
    ["ro ne", "", "ROW", "rows"].map(typed => fitsWords("Next row", typed)),
    [true, true, true, false],
  );
});
test("a text box takes letters, a box to tick does not", () => {
  assert.equal(typesInto({ tagName: "INPUT", type: "checkbox" }), false);
  assert.equal(typesInto({ tagName: "INPUT", type: "search" }), true);
  assert.equal(typesInto({ tagName: "TEXTAREA" }), true);
  assert.equal(typesInto({ tagName: "DIV", isContentEditable: true }), true);
  assert.equal(typesInto({}), false);
});
test("a button keeps Enter and leaves letters", () => {
  assert.deepEqual(
    [
      worksControl("BUTTON", "Enter"),
      worksControl("BUTTON", "a"),
      worksControl(undefined, "Enter"),
    ],
    [true, false, false],
  );
});
test("a field keeps its arrows, a link does not", () =>
  assert.deepEqual(
    [worksControl("INPUT", "ArrowUp"), worksControl("A", "ArrowUp")],
    [true, false],
  ));
test("few keys work while something is typed", () => {
  assert.deepEqual(["Control+Enter", "F2", "a", "Enter", "Control+z"].map(isSafeWhileTyping), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
test("the focus goes round in a list", () => {
  const keys = { ahead: "ArrowDown", back: "ArrowUp" };
  const to = (key, at) => nextFocus(key, at, 3, keys);
  assert.deepEqual(
    [to("ArrowDown", 2), to("ArrowUp", 0), to("Home", 1), to("End", 1), to("ArrowDown", -1)],
    [0, 2, 0, 2, 0],
  );
});
test("another key does not move the focus", () =>
  assert.equal(nextFocus("x", 0, 3, { ahead: "ArrowDown", back: "ArrowUp" }), undefined));

test("what can change many rows, and Enter, wait until a briefing was open for a second", () => {
  assert.deepEqual(
    [
      comesTooSoon("send", "g", 300),
      comesTooSoon("edit", "Enter", 300),
      comesTooSoon("accept", "a", 300),
    ],
    [true, true, false],
  );
  assert.equal(comesTooSoon("send", "g", 1200), false);
});
test("a chord is a key with Ctrl or Alt", () => {
  assert.deepEqual(["Alt+ArrowDown", "Control+z", "Shift+R", "Enter"].map(isChord), [
    true,
    true,
    false,
    false,
  ]);
});
