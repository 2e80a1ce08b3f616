import assert from "node:assert/strict";
import test from "node:test";
import {
  aroundMark,
  countCharacters,
  goesDown,
  moveMark,
  moveSplit,
  nearestPlace,
  placesOf,
  proposeCut,
  proposeSplit,
  sentenceAt,
} from "../../../../align/apps/page/static/model/dividing.js";
import { row } from "./build.mjs";

const long = row(
  "a",
  ["增长3.5%，即1,200元；", "好"],
  ["Up 3.5 percent, or 1,200 yuan (so), he said.", "Good"],
);

test("a text is cut after stops and between sentences, not inside of numbers", () => {
  assert.deepEqual(placesOf(long, "zh"), [0, 7, 15, 16]);
  assert.deepEqual(placesOf(long, "en"), [0, 16, 36, 45, 49]);
});
test("a text is cut between words or characters", () => {
  assert.deepEqual(placesOf(row("a", [], ["One two"]), "en", true), [0, 4, 7]);
  assert.deepEqual(placesOf(row("a", ["水清"], []), "zh", true), [0, 1, 2]);
});
test("a rare character is not cut in half", () =>
  assert.deepEqual(placesOf(row("a", ["𠮷水"], []), "zh", true), [0, 2, 3]));
test("an empty side has one place", () =>
  assert.deepEqual(placesOf(row("a", [], ["x"]), "zh"), [0]));
test("the cut that is proposed takes like shares of both texts, near the middle", () => {
  const pair = row(
    "a",
    ["一二，三四五六，七八九。"],
    ["One two, three four five six, seven eight nine."],
  );
  assert.deepEqual(proposeCut(pair), { zh: 8, en: 30 });
});
test("a text without a stop is cut between words", () => {
  assert.deepEqual(proposeCut(row("a", ["一二三四"], ["One two, three four"])), { zh: 2, en: 9 });
});
test("a side without text is cut at its start", () =>
  assert.deepEqual(proposeCut(row("a", [], ["One, two"])), { zh: 0, en: 5 }));
test("the mark goes to the next place either way, and stays at an end", () => {
  const places = [0, 4, 9];
  assert.deepEqual(
    [
      moveMark(places, 4, 1),
      moveMark(places, 4, -1),
      moveMark(places, 9, 1),
      moveMark(places, 0, -1),
    ],
    [9, 0, 9, 0],
  );
});
test("a mark between two places goes to the nearer on its way", () => {
  assert.deepEqual([moveMark([0, 4, 9], 6, 1), moveMark([0, 4, 9], 6, -1)], [9, 4]);
});
test("a click puts the mark at the nearest place", () =>
  assert.deepEqual(
    [0, 3, 8].map(at => nearestPlace([0, 4, 9], at)),
    [0, 4, 9],
  ));
test("Python is told characters", () => {
  assert.deepEqual(countCharacters(row("a", ["𠮷水"], ["ab"]), { zh: 2, en: 1 }), { zh: 1, en: 1 });
});
test("the words around the mark are said", () => {
  assert.equal(aroundMark("One two three four five", 8), "One two ┃three four f");
  assert.equal(aroundMark("abc", 0), "┃abc");
});
test("a caret is in a sentence and at a place in it", () => {
  const pair = row("a", ["一。", "二。"], ["One.", "Two."]);
  assert.deepEqual(
    [0, 4, 5, 7, 99].map(at => sentenceAt(pair, "en", at)),
    [
      { at: 0, offset: 0 },
      { at: 0, offset: 4 },
      { at: 1, offset: 0 },
      { at: 1, offset: 2 },
      { at: 1, offset: 94 },
    ],
  );
  assert.deepEqual(sentenceAt(pair, "zh", 3), { at: 1, offset: 1 });
});
test("a split keeps all but the last sentence in the upper row, at first", () => {
  assert.deepEqual(proposeSplit(row("a", ["a", "b", "c"], ["x"])), { zh: 2, en: 1 });
  assert.deepEqual(proposeSplit(row("a", [], ["x", "y"])), { zh: 0, en: 1 });
});
test("a split goes no further than there are sentences", () => {
  const two = row("a", ["a", "b"], []);
  assert.deepEqual(
    [
      moveSplit(two, "zh", 2, 1),
      moveSplit(two, "zh", 0, -1),
      moveSplit(two, "en", 0, 1),
      moveSplit(two, "zh", 1, 1),
    ],
    [2, 0, 0, 2],
  );
});
test("the sentences behind a split go down", () => {
  assert.deepEqual(
    [0, 1, 2].map(at => goesDown({ zh: 1, en: 2 }, "zh", at)),
    [false, true, true],
  );
});
