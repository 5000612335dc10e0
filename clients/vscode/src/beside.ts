// What the server shows without taking the focus: opened beside the work, pages rendered.

import { commands, Uri, ViewColumn, window } from "vscode";
import type { ShowDocumentParams } from "vscode-languageclient";

/** Whether the server asks to show a file and leave the cursor where it is. */
export function isBeside(params: ShowDocumentParams): boolean {
  return params.external !== true && params.takeFocus === false;
}

/** Show the file; false when this editor can't. */
export async function showBeside(params: ShowDocumentParams): Promise<boolean> {
  const uri = Uri.parse(params.uri);
  try {
    if (uri.path.endsWith(".md")) {
      await commands.executeCommand("markdown.showPreviewToSide", uri);
    } else {
      const options = { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true };
      await window.showTextDocument(uri, options);
    }
    return true;
  } catch {
    return false; // the server then says it in a message
  }
}
