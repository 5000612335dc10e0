// Heavy tasks: offered as code actions, made as edits, with a diff first where the user wants one.

import assert from "node:assert/strict";
import {
  type CodeAction,
  commands,
  Range,
  Selection,
  TabInputTextDiff,
  type TextEditor,
  window,
  workspace,
} from "vscode";
import { type Case, editorWith, eventually, inWorkspace, seconds, withSettings } from "./eventually";

const SHOP = '"""A small shop."""\n\n\ndef label(total):\n    amount = f"{total:.2f}"\n    return f"😀 {amount}"\n';
const DOCUMENTED = /"""(Show|Return) the total with two decimals\."""/;

export const edits: readonly Case[] = [
  [
    "the menu of refactorings has Gearshift's, with what they do",
    async () => {
      const { document } = await inFunction();
      const actions = await eventually("code actions", async () => {
        const range = new Range(4, 4, 4, 4);
        const found = await commands.executeCommand<CodeAction[]>(
          "vscode.executeCodeActionProvider",
          document.uri,
          range,
          "refactor",
        );
        const own = found.filter(({ kind }) => kind?.value.includes(".gearshift."));
        return own.length > 0 ? own : undefined;
      });
      const kinds = new Set(actions.map(({ kind }) => kind?.value.split(".").at(-1)));
      for (const kind of ["instruction", "simplify", "generateTests", "document", "explain"]) {
        assert.ok(kinds.has(kind), `${kind} is offered`);
      }
      assert.ok(actions.every(({ command }) => command?.command.startsWith("gearshift.")));
    },
  ],
  [
    "an edit whose file came about while its preview was open leaves the file alone",
    async () => {
      await withSettings({ "edits.preview": "always", "verify.run": "never" }, async () => {
        await inFunction();
        await commands.executeCommand("gearshift.generateTests");
        const { modified } = await eventually("the preview", () => preview());
        const file = inWorkspace("shop.py").with({ path: modified.path });
        const own = "# mine\n";
        await workspace.fs.writeFile(file, new TextEncoder().encode(own));
        await commands.executeCommand("gearshift.acceptEdit");
        await eventually("its end", () => preview() === undefined || undefined);
        const { getText } = await workspace.openTextDocument(file);
        await seconds(1);
        assert.equal(getText(), own);
        await workspace.fs.delete(file);
      });
    },
  ],
  [
    "tests are generated, verified, and opened on demand",
    async () => {
      await inFunction();
      await commands.executeCommand("gearshift.generateTests");
      const isThere = async () => {
        const [file] = await workspace.findFiles("**/test_*.py");
        return file;
      };
      const file = await eventually("the tests", isThere);
      await eventually("their text", async () => {
        const { getText } = await workspace.openTextDocument(file);
        return /def test_label_rounds/.test(getText()) || undefined;
      });
      await eventually("the offer to open them", async () => {
        await commands.executeCommand("gearshift.openTests");
        return window.activeTextEditor?.document.uri.path === file.path || undefined;
      });
    },
  ],
  [
    "an edit that was discarded in its preview is not made, one that was accepted is",
    async () => {
      await withSettings({ "edits.preview": "always" }, async () => {
        const { document } = await inFunction();
        await commands.executeCommand("gearshift.document");
        await eventually("the preview", () => preview());
        assert.equal(document.getText(), SHOP);
        await commands.executeCommand("gearshift.discardEdit");
        await eventually("its end", () => preview() === undefined || undefined);
        assert.equal(document.getText(), SHOP);

        await inFunction();
        await commands.executeCommand("gearshift.document");
        const shown = await eventually("the preview", () => preview());
        const after = await workspace.openTextDocument(shown.modified);
        assert.match(after.getText(), DOCUMENTED);
        await commands.executeCommand("gearshift.acceptEdit");
        await eventually("the edit", () => DOCUMENTED.test(document.getText()) || undefined);
        await eventually("its end", () => preview() === undefined || undefined);
      });
    },
  ],
];

async function inFunction(): Promise<TextEditor> {
  const editor = await editorWith(SHOP);
  editor.selection = new Selection(4, 4, 4, 4);
  return editor;
}

function preview(): TabInputTextDiff | undefined {
  const inputs = window.tabGroups.all.flatMap((group) => group.tabs).map(({ input }) => input);
  return inputs.find(
    (input): input is TabInputTextDiff =>
      input instanceof TabInputTextDiff && input.modified.scheme === "gearshift-preview",
  );
}
