// Edits of the protocol, read without the editor: which files they change, and into what.

import type { TextEdit, WorkspaceEdit } from "vscode-languageclient";

export interface ChangedFile {
  readonly uri: string;
  readonly isNew: boolean;
  /** The text that the file would have, given the one it has. */
  changed(text: string): string;
}

/** Whether a part of the edit is to be confirmed by the user. */
export function needsConfirmation(edit: WorkspaceEdit): boolean {
  return Object.values(edit.changeAnnotations ?? {}).some((each) => each.needsConfirmation === true);
}

/** The same edit, confirmed. */
export function withoutConfirmation(edit: WorkspaceEdit): WorkspaceEdit {
  const confirmed = Object.entries(edit.changeAnnotations ?? {}).map(
    ([id, annotation]) => [id, { ...annotation, needsConfirmation: false }] as const,
  );
  return { ...edit, changeAnnotations: Object.fromEntries(confirmed) };
}

/** The files of an edit, in its order; positions are in UTF-16, as VS Code negotiates. */
export function changedFiles(edit: WorkspaceEdit): ChangedFile[] {
  const files = new Map<string, { isNew: boolean; edits: TextEdit[] }>();
  const at = (uri: string) => {
    const file = files.get(uri) ?? { isNew: false, edits: [] };
    files.set(uri, file);
    return file;
  };
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) at(uri).edits.push(...edits);
  for (const change of edit.documentChanges ?? []) {
    if ("textDocument" in change) {
      at(change.textDocument.uri).edits.push(...(change.edits as TextEdit[]));
    } else if (change.kind === "create") {
      at(change.uri).isNew = true;
    }
  }
  return [...files].map(([uri, { isNew, edits }]) => ({
    uri,
    isNew,
    changed: (text) => edited(text, edits),
  }));
}

/** `text` with the edits made; ranges beyond its end are cut to it. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const offset = ({ line, character }: { line: number; character: number }): number => {
    const start = starts[line];
    if (start === undefined) return text.length;
    return Math.min(start + character, starts[line + 1] ?? text.length);
  };
  const placed = edits.map((each, n) => ({
    start: offset(each.range.start),
    end: offset(each.range.end),
    text: each.newText,
    n,
  }));
  // From the last to the first; of two at one place, the one that was named first comes first.
  placed.sort((a, b) => b.start - a.start || b.n - a.n);
  return placed.reduce((done, { start, end, text: put }) => done.slice(0, start) + put + done.slice(end), text);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return starts;
}
