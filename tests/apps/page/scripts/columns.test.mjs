import assert from "node:assert/strict";
import test from "node:test";
import {
  linkAt,
  listParagraphs,
  newPairs,
  signatureOf,
} from "../../../../align/apps/page/static/model/columns.js";
import { published } from "../../../../align/apps/page/static/model/text.js";
import { row, rowsNamed } from "./build.mjs";

const texts = paragraphs => paragraphs.map(one => one.pieces.map(piece => piece.text));
test("sentences come in the order of their document, whatever rows they are in", () => {
  const rows = [
    row("a", ["二"], [], { zh_origins: [[0, 5]] }),
    row("b", ["一"], [], { zh_origins: [[0, 0]] }),
  ];
  assert.deepEqual(texts(listParagraphs(rows, "zh")), [["一", "二"]]);
});
test("each paragraph stands alone", () => {
  assert.deepEqual(
    texts(
      listParagraphs(
        [
          row("a", [], ["One.", "Two."], {
            en_origins: [
              [0, 0],
              [1, 0],
            ],
          }),
        ],
        "en",
      ),
    ),
    [["One."], ["Two."]],
  );
});
test("a correction takes the place of its sentences", () => {
  assert.deepEqual(
    texts(listParagraphs([row("a", [], ["One.", "Two."], { en_edit: "1, 2." })], "en")),
    [["1, 2."]],
  );
});
test("text added to an empty cell has no place in the document", () => {
  assert.deepEqual(listParagraphs([row("a", ["一"], [], { en_edit: "new" })], "en"), []);
});
test("a paragraph tells its turn where another one begins", () => {
  const rows = [0, 0, 1].map((en_turn, at) =>
    row(`${at}`, [], ["x"], { en_turn, en_origins: [[at, 0]] }),
  );
  assert.deepEqual(
    listParagraphs(rows, "en").map(one => one.turn),
    [0, null, 1],
  );
});
test("running text is drawn again when a row, its revision or its status changes", () => {
  const before = signatureOf(rowsNamed("ab"));
  assert.equal(signatureOf(rowsNamed("ab")), before);
  for (const more of [{ revision: 2 }, { status: "accepted" }])
    assert.notEqual(signatureOf(rowsNamed("ab", { a: more })), before);
  assert.notEqual(signatureOf(rowsNamed("a")), before);
});
const LINKS = [
  {
    zh: [[0, 2]],
    en: [
      [4, 8],
      [10, 12],
    ],
  },
  { zh: [[2, 3]], en: [[0, 3]] },
];
test("a character belongs to the link whose words hold it", () => {
  assert.equal(linkAt(LINKS, "zh", 1), LINKS[0]);
  assert.equal(linkAt(LINKS, "zh", 2), LINKS[1]);
  assert.equal(linkAt(LINKS, "en", 11), LINKS[0]);
  assert.equal(linkAt(LINKS, "en", 9), undefined);
});
test("an alternative shows only what is not there already", () => {
  const rows = [row("a", ["一"], ["One"]), row("b", ["二"], ["Two"])];
  const found = newPairs(
    [
      ["一", "One"],
      ["二", "Two and more"],
      ["三", ""],
    ],
    rows,
    published,
    rows[0],
  );
  assert.deepEqual(
    found.map(one => [one.pair[0], one.against.id]),
    [
      ["二", "b"],
      ["三", "a"],
    ],
  );
});
