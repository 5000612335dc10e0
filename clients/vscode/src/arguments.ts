// The argument of a command that was started from the palette or a menu: the place of the cursor.

import { languages, type TextEditor, window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { askInstruction, askRefactoring } from "./refactoring";

const TASKS = new Set([
  "gearshift.refactor",
  "gearshift.generateTests",
  "gearshift.document",
  "gearshift.explain",
  "gearshift.fix",
]);

type Argument = Record<string, unknown>;

/** The arguments to send for `command`; undefined when the user gave up. */
export async function commandArguments(
  client: LanguageClient,
  command: string,
  given: readonly unknown[],
): Promise<unknown[] | undefined> {
  // A menu passes the file's Uri object, a code action passes the server's own argument.
  if (isServersOwn(given[0])) return completed(given[0]);
  const editor = window.activeTextEditor;
  if (command === "gearshift.why") return editor === undefined ? [] : [place(client, editor)];
  if (!TASKS.has(command)) return [];
  if (editor === undefined) {
    void window.showInformationMessage("Gearshift: open a file first.");
    return undefined;
  }
  const range = client.code2ProtocolConverter.asRange(editor.selection);
  const argument: Argument = {
    ...place(client, editor),
    range,
    version: editor.document.version,
  };
  if (command === "gearshift.fix") argument["diagnostics"] = problems(client, editor);
  if (command === "gearshift.refactor") {
    const wish = await askRefactoring(client, argument["uri"] as string, range);
    if (wish === undefined) return undefined;
    Object.assign(argument, wish);
  }
  return [argument];
}

/** A code action's argument; the one for the user's own words has none of them yet. */
async function completed(argument: Argument): Promise<unknown[] | undefined> {
  if (argument["refactoring"] !== "instruction" || argument["instruction"]) return [argument];
  const instruction = await askInstruction();
  return instruction === undefined ? undefined : [{ ...argument, instruction }];
}

function isServersOwn(argument: unknown): argument is Argument {
  if (typeof argument !== "object" || argument === null) return false;
  return "scope" in argument || typeof (argument as { uri?: unknown }).uri === "string";
}

function place(client: LanguageClient, editor: TextEditor): Argument {
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
