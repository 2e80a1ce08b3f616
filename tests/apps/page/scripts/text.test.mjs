import assert from "node:assert/strict";
import test from "node:test";
import {
  asLines,
  bothTexts,
  compareTexts,
  finalText,
  findPlaces,
  isCorrected,
  kind,
  other,
  published,
  readCell,
  shown,
  startOfSentence,
  withCell,
} from "../../../../align/apps/page/static/model/text.js";
import { row } from "./build.mjs";

const pair = row("a", ["一。", "二。"], ["One.", "Two."], { en_edit: "1, 2." });

test("Chinese sentences follow each other without a gap, English ones with a blank", () => {
  assert.deepEqual([published(pair, "zh"), published(pair, "en")], ["一。二。", "One. Two."]);
});
test("a correction is the final text of its side only", () => {
  assert.deepEqual([finalText(pair, "zh"), finalText(pair, "en")], ["一。二。", "1, 2."]);
  assert.equal(bothTexts(pair), "一。二。\n1, 2.");
});
test("rows are copied as lines of two columns, edits included", () => {
  const edited = row("b", ["三。"], ["x"], { en_edit: "Three\tor\nmore." });
  assert.equal(
    asLines([pair, edited, row("c", [], ["Four."])]),
    "一。二。\t1, 2.\n三。\tThree or more.\n\tFour.",
  );
});
test("a correction that is empty is a correction all the same", () => {
  const empty = row("a", [], ["One."], { en_edit: "" });
  assert.deepEqual([finalText(empty, "en"), isCorrected(empty)], ["", true]);
});
test("a row without corrections is not corrected", () =>
  assert.equal(isCorrected(row("a")), false));
test("each side has another one", () => assert.deepEqual([other("zh"), other("en")], ["en", "zh"]));
test("the kind of a row counts its sentences", () =>
  assert.deepEqual([kind(pair), kind(row("a", [], ["x"]))], ["2-2", "0-1"]));
test("one side of a row is changed and the other stays", () => {
  const changed = withCell(pair, "zh", { sentences: ["三。"], turn: 4 });
  assert.deepEqual(readCell(changed, "zh"), {
    sentences: ["三。"],
    origins: pair.zh_origins,
    correction: null,
    turn: 4,
  });
  assert.deepEqual(readCell(changed, "en"), readCell(pair, "en"));
  assert.deepEqual(pair.zh, ["一。", "二。"]);
});
test("a mark that turns the direction of text is shown as a box", () => {
  assert.equal(shown("a\u202eb\u2066c\u200f"), "a\ufffdb\ufffdc\ufffd");
  assert.equal(shown("水 water"), "水 water");
});
test("a sentence begins behind those before it and their gaps", () => {
  assert.deepEqual(
    [0, 1].map(at => startOfSentence(pair, "en", at)),
    [0, 5],
  );
  assert.equal(startOfSentence(pair, "zh", 1), 2);
});
test("two texts are compared from both ends", () => {
  assert.deepEqual(compareTexts("the old lake", "the new lake"), ["the ", "old", " lake"]);
  assert.deepEqual(compareTexts("水清了", "湖水清了"), ["", "", "水清了"]);
});
test("equal texts do not differ, and all of a text differs from none", () => {
  assert.deepEqual(compareTexts("water", "water"), ["water", "", ""]);
  assert.deepEqual(compareTexts("water", ""), ["", "water", ""]);
});
test("a comparison cuts no rare character in half", () => {
  assert.deepEqual(compareTexts("𠮷", "𠮶"), ["", "𠮷", ""]);
});
test("a repeated letter is counted from one end only", () => {
  assert.deepEqual(compareTexts("aaa", "aa"), ["aa", "a", ""]);
});
test("what is sought is found in upper and lower case", () => {
  assert.deepEqual(findPlaces("Water, WATER", "water"), [
    [0, 5],
    [7, 12],
  ]);
});
test("blanks around and between the words sought do not count", () => {
  assert.deepEqual(findPlaces("clean water", "  clean \t water "), [[0, 11]]);
});
test("nothing is found where nothing is sought", () =>
  assert.deepEqual(findPlaces("water", "  "), []));
test("places that are found do not overlap", () =>
  assert.deepEqual(findPlaces("aaaa", "aa"), [
    [0, 2],
    [2, 4],
  ]));
test("a text that is longer in lower case is searched as it is", () => {
  assert.deepEqual(findPlaces("İstanbul water", "water"), [[9, 14]]);
});
