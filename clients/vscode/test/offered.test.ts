import assert from "node:assert/strict";
import { test } from "node:test";
import { Offered } from "../src/offered";

const OFFER = {
  uri: "file:///shop.py",
  line: 3,
  character: 11,
  text: "return total(prices)\n    print(1)",
  typed: 7,
  command: "id",
};

function typedAt(line: number, character: number, text: string, replaced = 0) {
  return [{ line, character, replaced, text }];
}

test("an offer is shown once, also while its beginning is typed", () => {
  const offered = new Offered<string>();
  assert.equal(offered.show(OFFER), true);
  assert.equal(offered.show(OFFER), false);
  assert.equal(offered.edited(OFFER.uri, typedAt(3, 11, "t")), undefined);
  assert.equal(offered.show({ ...OFFER, character: 12, typed: 8 }), false);
  assert.equal(offered.show({ ...OFFER, character: 12, text: "return types", typed: 8 }), true);
});

test("a word that comes in one piece was accepted", () => {
  const offered = new Offered<string>();
  offered.show(OFFER);
  assert.deepEqual(offered.edited(OFFER.uri, typedAt(3, 11, "total")), { command: "id", length: 12 });
  assert.deepEqual(offered.edited(OFFER.uri, typedAt(3, 16, "(prices")), { command: "id", length: 19 });
});

test("a line that ends in a new one is followed to the next", () => {
  const offered = new Offered<string>();
  offered.show(OFFER);
  offered.edited(OFFER.uri, typedAt(3, 11, "total(prices)\n"));
  const taken = offered.edited(OFFER.uri, typedAt(4, 0, "    print"));
  assert.equal(taken?.length, "return total(prices)\n    print".length);
});

test("the whole is not a part: its own command tells it", () => {
  const offered = new Offered<string>();
  offered.show(OFFER);
  assert.equal(offered.edited(OFFER.uri, typedAt(3, 11, OFFER.text.slice(7))), undefined);
});

for (const [name, changes] of [
  ["typed letter", typedAt(3, 11, "t")],
  ["other text", typedAt(3, 11, "sum(")],
  ["another place", typedAt(2, 11, "total")],
  ["a replacement", typedAt(3, 11, "total", 2)],
  ["two cursors", [...typedAt(3, 11, "total"), ...typedAt(5, 0, "total")]],
] as const) {
  test(`no part was accepted: ${name}`, () => {
    const offered = new Offered<string>();
    offered.show(OFFER);
    assert.equal(offered.edited(OFFER.uri, changes), undefined);
  });
}

test("a bracket that the editor closed was typed", () => {
  const offered = new Offered<string>();
  offered.show({ ...OFFER, text: "return ()[0]" });
  assert.equal(offered.edited(OFFER.uri, typedAt(3, 11, "()")), undefined);
});

test("an edit of another document changes nothing", () => {
  const offered = new Offered<string>();
  offered.show(OFFER);
  assert.equal(offered.edited("file:///other.py", typedAt(3, 11, "x")), undefined);
  assert.deepEqual(offered.edited(OFFER.uri, typedAt(3, 11, "total")), { command: "id", length: 12 });
});

test("saving a file takes nothing away", () => {
  const offered = new Offered<string>();
  offered.show(OFFER);
  assert.equal(offered.edited(OFFER.uri, []), undefined);
  assert.equal(offered.show(OFFER), false);
});
