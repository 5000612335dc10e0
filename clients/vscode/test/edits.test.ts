import assert from "node:assert/strict";
import { test } from "node:test";
import { changedFiles, edited, needsConfirmation, withoutConfirmation } from "../src/edits";

const at = (line: number, character: number) => ({ line, character });

test("edits are made where they were meant, in any order", () => {
  const text = "one\r\ntwo\nthree";
  const edits = [
    { range: { start: at(0, 0), end: at(0, 3) }, newText: "1" },
    { range: { start: at(2, 5), end: at(2, 5) }, newText: "!" },
    { range: { start: at(1, 0), end: at(1, 3) }, newText: "😀" },
  ];
  assert.equal(edited(text, edits), "1\r\n😀\nthree!");
});

test("of two insertions at one place the first stays first", () => {
  const place = { start: at(0, 1), end: at(0, 1) };
  assert.equal(edited("ab", [{ range: place, newText: "1" }, { range: place, newText: "2" }]), "a12b");
});

test("a range past the end of a line or of the text is cut to it", () => {
  assert.equal(edited("ab\ncd", [{ range: { start: at(1, 1), end: at(9, 9) }, newText: "!" }]), "ab\nc!");
  assert.equal(edited("", [{ range: { start: at(0, 0), end: at(0, 0) }, newText: "new" }]), "new");
});

const EDIT = {
  documentChanges: [
    { kind: "create" as const, uri: "file:///new.py", options: { ignoreIfExists: true } },
    {
      textDocument: { uri: "file:///new.py", version: null },
      edits: [{ range: { start: at(0, 0), end: at(0, 0) }, newText: "x = 1\n", annotationId: "a" }],
    },
    { textDocument: { uri: "file:///old.py", version: 3 }, edits: [] },
  ],
  changeAnnotations: { a: { label: "Tests", needsConfirmation: true } },
};

test("the files of an edit are told once each, new ones as such", () => {
  const files = changedFiles(EDIT);
  assert.deepEqual(files.map(({ uri, isNew }) => [uri, isNew]), [
    ["file:///new.py", true],
    ["file:///old.py", false],
  ]);
  assert.equal(files[0]?.changed(""), "x = 1\n");
});

test("an edit is confirmed as a whole", () => {
  assert.equal(needsConfirmation(EDIT), true);
  assert.equal(needsConfirmation(withoutConfirmation(EDIT)), false);
  assert.equal(needsConfirmation({ changes: {} }), false);
});
