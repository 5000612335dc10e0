// Pages that the server writes (explanations): shown rendered, beside the work.

import { commands, Uri } from "vscode";
import type { ShowDocumentParams } from "vscode-languageclient";

/** Whether the server asks to show a Markdown page without taking the focus. */
export function isPage(params: ShowDocumentParams): boolean {
  return !params.external && params.takeFocus === false && params.uri.endsWith(".md");
}

/** Show the page; false when this editor has no Markdown preview. */
export async function showPage(uri: string): Promise<boolean> {
  try {
    await commands.executeCommand("markdown.showPreviewToSide", Uri.parse(uri));
    return true;
  } catch {
    return false;
  }
}
