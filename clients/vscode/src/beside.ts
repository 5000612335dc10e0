// What the server shows without taking the focus: opened beside the work.

import { Uri, ViewColumn, window } from "vscode";
import type { ShowDocumentParams } from "vscode-languageclient";

/** Whether the server asks to show a file and leave the cursor where it is. */
export function isBeside(params: ShowDocumentParams): boolean {
  return params.external !== true && params.takeFocus === false;
}

/** Show the file; false when this editor can't, and the server says it in a message. */
export async function showBeside(params: ShowDocumentParams): Promise<boolean> {
  // Not as a rendered preview of Markdown: that one takes the focus, whatever is asked for.
  const options = { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true };
  try {
    await window.showTextDocument(Uri.parse(params.uri), options);
    return true;
  } catch {
    return false;
  }
}
