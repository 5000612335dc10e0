// Which refactoring is meant: one that the server offers at the cursor, or the user's own words.

import { type QuickPickItem, window } from "vscode";
import type { CodeAction, LanguageClient, Range } from "vscode-languageclient/node";

const INSTRUCTION = "instruction";

export interface Wish {
  readonly refactoring: string;
  readonly instruction?: string;
}

interface Choice extends QuickPickItem {
  readonly wish?: Wish;
}

/** Ask for a refactoring at a place; undefined when the user gives up. */
export async function askRefactoring(
  client: LanguageClient,
  uri: string,
  range: Range,
): Promise<Wish | undefined> {
  const offered = await offers(client, uri, range);
  return new Promise((resolve) => {
    const box = window.createQuickPick<Choice>();
    box.title = "Gearshift: Refactor";
    box.placeholder = "for example: use a dictionary instead of the if chain";
    box.matchOnDescription = true;
    const own = (text: string): Choice => ({
      label: text === "" ? "$(edit) Say what should change…" : `$(edit) ${text}`,
      description: text === "" ? "" : "your own words",
      alwaysShow: true,
      ...(text !== "" && { wish: { refactoring: INSTRUCTION, instruction: text } }),
    });
    const fill = (): void => {
      const text = box.value.trim();
      const typed = own(text);
      // What fits the words comes first; without words the offers do.
      box.items = text === "" ? [...offered, typed] : [typed, ...offered];
      const fitting = offered.find(({ label }) => text !== "" && label.toLowerCase().startsWith(text.toLowerCase()));
      box.activeItems = [fitting ?? (text === "" ? (offered[0] ?? typed) : typed)];
    };
    box.onDidChangeValue(fill);
    box.onDidAccept(() => {
      const wish = box.activeItems[0]?.wish;
      if (wish === undefined) return; // nothing was said yet
      resolve(wish);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined); // no effect after an accept
      box.dispose();
    });
    fill();
    box.show();
  });
}

/** Ask for the user's own words. */
export async function askInstruction(): Promise<string | undefined> {
  const instruction = await window.showInputBox({
    title: "Gearshift: Refactor",
    prompt: "What should change in the selection, or in the symbol at the cursor?",
    placeHolder: "for example: use a dictionary instead of the if chain",
  });
  return instruction?.trim() || undefined;
}

/** What the server offers there, apart from the user's own words. */
async function offers(client: LanguageClient, uri: string, range: Range): Promise<Choice[]> {
  const params = {
    textDocument: { uri },
    range,
    context: { diagnostics: [], only: ["refactor"], triggerKind: 1 },
  };
  const actions = await client.sendRequest<CodeAction[] | null>("textDocument/codeAction", params);
  return (actions ?? []).flatMap(({ title, command }) => {
    const [argument] = (command?.arguments ?? []) as { refactoring?: string }[];
    const refactoring = argument?.refactoring;
    const isRefactoring = command?.command === "gearshift.refactor" && refactoring !== undefined;
    return isRefactoring && refactoring !== INSTRUCTION ? [{ label: title, wish: { refactoring } }] : [];
  });
}
