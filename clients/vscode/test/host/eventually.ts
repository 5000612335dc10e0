// What the tests share: their shape, waiting for what comes about, and the workspace's file.

import assert from "node:assert/strict";
import { Range, type TextEditor, Uri, window, workspace, WorkspaceEdit } from "vscode";

export type Case = readonly [name: string, body: () => Promise<void>];

const LOOK_MS = 50;
const WAIT_MS = 200_000;

export function seconds(n: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, n * 1000));
}

/** What `look` returns, once that is something; fails with `what` when it never is. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await seconds(LOOK_MS / 1000);
  }
  assert.fail(`never came: ${what}`);
}

/** The path of a file of the workspace. */
export function inWorkspace(name: string): Uri {
  const [folder] = workspace.workspaceFolders ?? [];
  assert.ok(folder, "a folder is open");
  return Uri.joinPath(folder.uri, name);
}

/** An editor on `shop.py` that holds `text`, with the cursor at the end of its last line of code. */
export async function editorWith(text: string): Promise<TextEditor> {
  const document = await workspace.openTextDocument(inWorkspace("shop.py"));
  const editor = await window.showTextDocument(document, { viewColumn: 1 });
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
  await workspace.applyEdit(edit);
  return editor;
}

/** Do something while the user's settings are others. */
export async function withSettings(
  values: Readonly<Record<string, unknown>>,
  run: () => Promise<void>,
): Promise<void> {
  const settings = workspace.getConfiguration("gearshift");
  const names = Object.keys(values);
  const before = names.map((name) => settings.inspect(name)?.globalValue);
  for (const name of names) await settings.update(name, values[name], true);
  try {
    await run();
  } finally {
    for (const [i, name] of names.entries()) await settings.update(name, before[i], true);
  }
}
