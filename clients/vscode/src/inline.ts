// Ghost text as the server is told of it: what was shown, and what was accepted in part.

import {
  type Command,
  type Disposable,
  type InlineCompletionItem,
  type InlineCompletionList,
  type Position,
  Range,
  type TextDocument,
  window,
  workspace,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type Change, Offered } from "./offered";
import { DID_ACCEPT_PART, DID_SHOW } from "./protocol";

type Items = InlineCompletionItem[] | InlineCompletionList | null | undefined;

/** VS Code tells only extensions with proposed interfaces what it shows, so it is inferred. */
export class Inline implements Disposable {
  private readonly offered = new Offered<Command | undefined>();
  private readonly listening: Disposable;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.listening = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const changes = contentChanges.map(
        ({ range, rangeLength, text }): Change => ({
          line: range.start.line,
          character: range.start.character,
          replaced: rangeLength,
          text: text.replaceAll("\r\n", "\n"),
        }),
      );
      const taken = this.offered.edited(document.uri.toString(), changes);
      if (taken !== undefined) {
        this.tell(DID_ACCEPT_PART, { item: { command: taken.command }, acceptedLength: taken.length });
      }
    });
  }

  /** Take note of an answer that the editor is about to show at `position`. */
  answered(document: TextDocument, position: Position, items: Items): void {
    const [item] = Array.isArray(items) ? items : (items?.items ?? []);
    const editor = window.activeTextEditor;
    if (item === undefined || editor?.document !== document) return;
    if (!editor.selection.active.isEqual(position)) return;
    const text = typeof item.insertText === "string" ? item.insertText : item.insertText.value;
    const start = item.range?.start ?? position;
    const isNew = this.offered.show({
      uri: document.uri.toString(),
      line: position.line,
      character: position.character,
      text: text.replaceAll("\r\n", "\n"),
      typed: document.getText(new Range(start, position)).length,
      command: item.command,
    });
    if (isNew) this.tell(DID_SHOW, { item: { command: item.command } });
  }

  dispose(): void {
    this.listening.dispose();
  }

  private tell(method: string, params: object): void {
    const client = this.client();
    if (client?.isRunning()) void client.sendNotification(method, params);
  }
}
