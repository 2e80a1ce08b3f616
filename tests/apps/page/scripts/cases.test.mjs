// The cases that Python's operations satisfy too (test_cases.py): what the page foresees is what comes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  countCharacters,
  goesDown,
  sentenceAt,
} from "../../../../align/apps/page/static/model/dividing.js";
import {
  corrected,
  joinRows,
  judged,
  passSentences,
  reopened,
  sortRows,
} from "../../../../align/apps/page/static/model/rows.js";
import { published, SIDES } from "../../../../align/apps/page/static/model/text.js";
import { byIds, row } from "./build.mjs";

const CASES = JSON.parse(readFileSync(new URL("../cases.json", import.meta.url), "utf-8"));

const readRows = rows =>
  rows.map((one, position) =>
    row(`${position}`, one.zh, one.en, {
      position,
      zh_edit: one.zh_edit ?? null,
      en_edit: one.en_edit ?? null,
      status: one.status ?? "unreviewed",
      why: one.reason ?? "",
      crossing: one.crossing ?? false,
    }),
  );
const describe = rows =>
  rows.map(({ zh, en, zh_edit, en_edit, status, why }) => ({
    zh,
    en,
    zh_edit,
    en_edit,
    status,
    reason: why,
  }));
const usual = { zh_edit: null, en_edit: null, status: "unreviewed", reason: "" };

// The sentences of both rows after a division, which has no sketch of its own.
function divide(one, upper) {
  const parts = side => [
    one[side].filter((_text, at) => upper(side, at)),
    one[side].filter((_text, at) => !upper(side, at)),
  ];
  const [zh, en] = SIDES.map(parts);
  return [
    { ...one, zh: zh[0], en: en[0] },
    { ...one, zh: zh[1], en: en[1] },
  ];
}

function foresee(rows, action) {
  const known = byIds(rows);
  const ids = rows.map(one => one.id);
  const after = changed => sortRows(changed.values());
  if ("merge" in action)
    return after(
      joinRows(
        known,
        action.merge.map(place => ids[place]),
      ),
    );
  if ("shift" in action)
    return after(
      passSentences(
        known,
        ids[action.shift],
        ids[action.shift + (action.up ? -1 : 1)],
        action.side,
        action.up,
        action.count,
      ),
    );
  if ("split" in action)
    return divide(rows[action.split], (side, at) => !goesDown(action, side, at));
  if ("split_text" in action) {
    const one = rows[action.split_text];
    assert.deepEqual(countCharacters(one, action.marks), action.characters);
    const [zh, en] = SIDES.map(side => [
      published(one, side).slice(0, action.marks[side]).trim(),
      published(one, side).slice(action.marks[side]).trim(),
    ]);
    return [
      { ...one, zh: [zh[0]], en: [en[0]] },
      { ...one, zh: [zh[1]], en: [en[1]] },
    ];
  }
  if ("cut" in action) {
    const one = rows[action.cut];
    const { side } = action;
    const where = sentenceAt(one, side, action.caret);
    const text = one[side][where.at];
    assert.deepEqual(where, { at: action.at, offset: action.offset });
    const halves = [text.slice(0, where.offset).trim(), text.slice(where.offset).trim()];
    return [
      {
        ...one,
        [side]: one[side].flatMap((sentence, at) => (at === where.at ? halves : [sentence])),
      },
    ];
  }
  if ("judge" in action)
    return rows.map(
      action.status === "unreviewed" ? reopened : judged(action.status, "bo", action.reason),
    );
  return rows.map(corrected(action.side, action.text));
}

for (const { name, rows: given, do: action, after, refused } of CASES)
  test(`${name}, as Python does it`, () => {
    const rows = readRows(given);
    if (refused) assert.deepEqual(describe(foresee(rows, action)), describe(rows));
    else
      assert.deepEqual(
        describe(foresee(rows, action)),
        after.map(one => ({ ...usual, ...one })),
      );
  });
