// The argument of a command that was started from the palette or a menu: the place of the cursor.

import { languages, type TextEditor, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

const TASKS = new Set([
  "gearshift.refactor",
  "gearshift.generateTests",
  "gearshift.document",
  "gearshift.explain",
  "gearshift.fix",
]);

/** The arguments to send for `command`; undefined when the user gave up. */
export async function commandArguments(
  client: LanguageClient,
  command: string,
  given: readonly unknown[],
): Promise<unknown[] | undefined> {
  // A menu passes the file's Uri object, a code action passes the server's own argument.
  if (isServersOwn(given[0])) return [...given];
  const editor = window.activeTextEditor;
  if (command === "gearshift.why") return editor === undefined ? [] : [place(client, editor)];
  if (!TASKS.has(command)) return [];
  if (editor === undefined) {
    void window.showInformationMessage("Gearshift: open a file first.");
    return undefined;
  }
  const argument: Record<string, unknown> = {
    ...place(client, editor),
    range: client.code2ProtocolConverter.asRange(editor.selection),
    version: editor.document.version,
  };
  if (command === "gearshift.fix") argument["diagnostics"] = problems(client, editor);
  if (command === "gearshift.refactor") {
    const instruction = await askInstruction();
    if (instruction === undefined) return undefined;
    argument["instruction"] = instruction;
  }
  return [argument];
}

function isServersOwn(argument: unknown): boolean {
  if (typeof argument !== "object" || argument === null) return false;
  return "scope" in argument || typeof (argument as { uri?: unknown }).uri === "string";
}

function place(client: LanguageClient, editor: TextEditor): Record<string, unknown> {
  const converter = client.code2ProtocolConverter;
  return {
    uri: converter.asUri(editor.document.uri),
    position: converter.asPosition(editor.selection.active),
  };
}

/** The problems that touch the selection's lines. */
function problems(client: LanguageClient, { document, selection }: TextEditor): unknown[] {
  const found = languages
    .getDiagnostics(document.uri)
    .filter(({ range }) => {
      return range.start.line <= selection.end.line && range.end.line >= selection.start.line;
    });
  return client.code2ProtocolConverter.asDiagnosticsSync(found);
}

async function askInstruction(): Promise<string | undefined> {
  const instruction = await window.showInputBox({
    title: "Gearshift: Refactor",
    prompt: "What should change in the selection, or in the symbol at the cursor?",
    placeHolder: "for example: use a dictionary instead of the if chain",
  });
  return instruction?.trim() || undefined;
}
