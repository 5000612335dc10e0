// Ghost text through the editor's own commands: accepted, accepted in part, cycled.

import assert from "node:assert/strict";
import { commands, Selection, type TextEditor } from "vscode";
import { type Case, editorWith, eventually, seconds } from "./eventually";

const BEFORE = '"""A small shop."""\n\n\ndef label(total):\n    return "😀 " + ';
/** How often to look for a suggestion before it is asked for again: some seconds. */
const LOOKS = 25;
const WHOLE = 'f"{total:.2f}"';

export const ghostText: readonly Case[] = [
  [
    "a suggestion is accepted behind a character of two code units",
    async () => {
      const editor = await atTheEnd();
      await accept(editor, "editor.action.inlineSuggest.commit", (line) => line.endsWith(WHOLE));
      assert.equal(lastLine(editor), `    return "😀 " + ${WHOLE}`);
    },
  ],
  [
    "a word is accepted, and the rest goes on from there",
    async () => {
      const editor = await atTheEnd();
      await accept(editor, "editor.action.inlineSuggest.acceptNextWord", (line) => !line.endsWith("+ "));
      assert.notEqual(lastLine(editor), `    return "😀 " + ${WHOLE}`);
      await accept(editor, "editor.action.inlineSuggest.commit", (line) => line.endsWith(WHOLE));
      assert.equal(lastLine(editor), `    return "😀 " + ${WHOLE}`);
    },
  ],
  [
    "asking on brings another suggestion",
    async () => {
      const editor = await atTheEnd(BEFORE.replace("label", "ticket"));
      await eventually("another suggestion", async () => {
        await commands.executeCommand("editor.action.inlineSuggest.trigger");
        await seconds(0.5);
        await commands.executeCommand("editor.action.inlineSuggest.showNext");
        await seconds(0.5);
        await commands.executeCommand("editor.action.inlineSuggest.commit");
        const line = lastLine(editor);
        if (/(str|repr)\(total\)$/.test(line)) return true;
        if (line.endsWith("+ ")) return undefined;
        await commands.executeCommand("undo");
        // Now the editor asks by itself; who triggers then asks again, which it does for nothing else.
        await seconds(1);
        return undefined;
      });
    },
  ],
];

async function atTheEnd(text = BEFORE): Promise<TextEditor> {
  const editor = await editorWith(text);
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  editor.selection = new Selection(end, end);
  return editor;
}

function lastLine({ document }: TextEditor): string {
  return document.lineAt(document.lineCount - 1).text;
}

/** Ask until there is something to accept, and accept it; what came too late is asked for again. */
async function accept(editor: TextEditor, command: string, isDone: (line: string) => boolean): Promise<void> {
  let looks = 0;
  await eventually("a suggestion", async () => {
    if (looks++ % LOOKS === 0) await commands.executeCommand("editor.action.inlineSuggest.trigger");
    await seconds(0.2);
    await commands.executeCommand(command);
    return isDone(lastLine(editor)) || undefined;
  });
}
