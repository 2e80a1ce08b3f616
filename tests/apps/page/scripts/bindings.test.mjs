import assert from "node:assert/strict";
import test from "node:test";
import { giveKeys, isUsual, ownersOf } from "../../../../align/apps/page/static/model/bindings.js";

const COMMANDS = [
  { name: "accept", keys: ["a", "Control+Enter"], usual: ["a", "Control+Enter"] },
  { name: "merge", keys: ["m"], usual: ["m"] },
  { name: "reject", keys: ["v"], usual: ["x"] },
];

test("a free key is added and all others stay", () => {
  assert.deepEqual(ownersOf(COMMANDS, "merge", ["m", "y"]), []);
  assert.deepEqual(giveKeys(COMMANDS, "merge", ["m", "y"]), {
    accept: ["a", "Control+Enter"],
    merge: ["m", "y"],
    reject: ["v"],
  });
});
test("a key of another command is told, and moves only with its other keys left there", () => {
  assert.deepEqual(
    ownersOf(COMMANDS, "reject", ["v", "a"]).map(one => one.name),
    ["accept"],
  );
  assert.deepEqual(giveKeys(COMMANDS, "reject", ["v", "a"]), {
    accept: ["Control+Enter"],
    merge: ["m"],
    reject: ["v", "a"],
  });
});
test("a key that is pressed twice is there once", () =>
  assert.deepEqual(giveKeys(COMMANDS, "merge", ["m", "m"]).merge, ["m"]));
test("a command has its usual keys or others", () =>
  assert.deepEqual(COMMANDS.map(isUsual), [true, true, false]));
