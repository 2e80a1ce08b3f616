import assert from "node:assert/strict";
import test from "node:test";
import {
  caretBefore,
  editedText,
  firstOrigins,
  rowOfDraft,
} from "../../../../align/apps/page/static/model/drafts.js";
import { row, table } from "./build.mjs";

test("what is edited is the text itself, in whatever characters it is shown", () => {
  const shown = row("a", ["台灣"], ["x"], { raw: "台湾" });
  assert.deepEqual([editedText(shown, "zh"), editedText(shown, "en")], ["台湾", "x"]);
});
test("a correction is edited further", () =>
  assert.equal(editedText(row("a", ["一"], ["x"], { en_edit: "y" }), "en"), "y"));
test("a draft remembers where its sentences stand", () => {
  assert.deepEqual(firstOrigins(row("a", ["一"], [], { zh_origins: [[2, 7]] })), [
    [2, 7],
    undefined,
  ]);
});

const draft = {
  id: "b",
  side: "en",
  from: [
    [1, 0],
    [3, 4],
  ],
  place: 1,
};
const at = (id, zh_origins, en_origins) =>
  row(id, ["x"], ["x"], { zh_origins: [zh_origins], en_origins: [en_origins] });
test("a draft belongs to its row as long as that is there", () => {
  assert.equal(
    rowOfDraft(table([at("a", [3, 4], [3, 4]), at("b", [9, 9], [9, 9])]), draft).id,
    "b",
  );
});
test("a draft goes with its first sentence to another row", () => {
  assert.equal(
    rowOfDraft(table([at("c", [0, 0], [0, 0]), at("d", [7, 7], [3, 4])]), draft).id,
    "d",
  );
});
test("a draft goes with the other side where its own sentence is gone", () => {
  assert.equal(
    rowOfDraft(table([at("c", [0, 0], [0, 0]), at("d", [1, 0], [5, 5])]), draft).id,
    "d",
  );
});
test("a draft without any sentence left stays at its place", () => {
  assert.equal(
    rowOfDraft(
      table([at("c", [0, 0], [0, 0]), at("d", [2, 2], [5, 5]), at("e", [2, 3], [5, 6])]),
      draft,
    ).id,
    "d",
  );
  assert.equal(rowOfDraft(table([at("c", [0, 0], [0, 0])]), draft).id, "c");
});
test("a draft of a briefing without rows has none", () =>
  assert.equal(rowOfDraft(table([]), draft), undefined));

test("a caret before what was typed has its old place", () =>
  assert.equal(caretBefore("one two", "one big two", 2), 2));
test("a caret behind what was typed has its old place too", () =>
  assert.equal(caretBefore("one two", "one big two", 10), 6));
test("a caret in what was typed is at no word", () =>
  assert.equal(caretBefore("one two", "one big two", 6), null));
test("a caret behind what was deleted has its old place", () =>
  assert.equal(caretBefore("one big two", "one two", 6), 10));
