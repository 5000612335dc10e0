// Edits that ask to be looked at first: a diff of each file, and one answer for all of them.

import {
  commands,
  type Disposable,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import type { ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest } from "vscode-languageclient";
import { changedFiles, needsConfirmation, withoutConfirmation } from "./edits";

const SCHEME = "gearshift-preview";
const PREVIEWING = "gearshift.isPreviewing";
const [ACCEPT, DISCARD] = ["Accept", "Discard"] as const;

type Result = ReturnType<ApplyWorkspaceEditRequest.HandlerSignature>;
type Next = (params: ApplyWorkspaceEditParams) => Result;
type Pair = readonly [resource: Uri, before: Uri, after: Uri];

/** A file of an edit as its preview shows it. */
interface Shown {
  readonly pair: Pair;
  /** Its text when the preview was made; empty for one that is to be made. */
  readonly text: string;
}

export class Previews implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registrations: Disposable[];
  private answer: ((isAccepted: boolean) => void) | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private number = 0;

  constructor() {
    this.registrations = [
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      commands.registerCommand("gearshift.acceptEdit", () => this.answer?.(true)),
      commands.registerCommand("gearshift.discardEdit", () => this.answer?.(false)),
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some(({ input }) => isOurs(input))) this.answer?.(false);
      }),
    ];
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Apply an edit, after a look at it where it asks for one; one at a time. */
  apply(params: ApplyWorkspaceEditParams, next: Next): Result {
    if (!needsConfirmation(params.edit)) return next(params);
    const done = this.turn.then(() => this.confirmed(params, next));
    this.turn = done.catch(() => undefined);
    return done;
  }

  dispose(): void {
    this.answer?.(false);
    for (const each of this.registrations) each.dispose();
  }

  private async confirmed(params: ApplyWorkspaceEditParams, next: Next): Promise<Awaited<Result>> {
    const label = params.label ?? "Gearshift";
    const files = await this.shown(params);
    if (!(await this.isAccepted(label, files.map(({ pair }) => pair)))) {
      return { applied: false, failureReason: "you discarded it in its preview" };
    }
    // The edit of a file that is not open has no version by which the editor would notice.
    for (const { pair, text } of files) {
      if ((await textOf(pair[0])) !== text) return { applied: false, failureReason: changed(pair[0]) };
    }
    return next({ ...params, edit: withoutConfirmation(params.edit) });
  }

  private async isAccepted(label: string, pairs: readonly Pair[]): Promise<boolean> {
    const answered = new Promise<boolean>((resolve) => {
      this.answer = resolve;
    });
    await commands.executeCommand("setContext", PREVIEWING, true);
    try {
      await show(label, pairs);
      void window.showInformationMessage(label, ACCEPT, DISCARD).then((answer) => {
        if (answer !== undefined) this.answer?.(answer === ACCEPT);
      });
      return await answered;
    } finally {
      this.answer = undefined;
      this.texts.clear();
      await commands.executeCommand("setContext", PREVIEWING, false);
      await closeTabs();
    }
  }

  private async shown({ edit }: ApplyWorkspaceEditParams): Promise<Shown[]> {
    this.number++;
    return Promise.all(
      changedFiles(edit).map(async (file): Promise<Shown> => {
        const resource = Uri.parse(file.uri);
        const text = file.isNew ? "" : (await workspace.openTextDocument(resource)).getText();
        const after = this.virtual(resource, "after", file.changed(text));
        const before = file.isNew ? this.virtual(resource, "before", "") : resource;
        return { pair: [resource, before, after], text };
      }),
    );
  }

  private virtual(resource: Uri, side: string, text: string): Uri {
    // The path keeps its ending, by which the editor knows the language.
    const uri = Uri.from({ scheme: SCHEME, path: resource.path, query: `${side}-${this.number}` });
    this.texts.set(uri.toString(), text);
    return uri;
  }
}

/** The text of a file now; empty for one that is not there. */
async function textOf(resource: Uri): Promise<string> {
  try {
    return (await workspace.openTextDocument(resource)).getText();
  } catch {
    return "";
  }
}

function changed(resource: Uri): string {
  const name = workspace.asRelativePath(resource);
  return `${name} was changed while its preview was open; run the command again`;
}

async function show(label: string, pairs: readonly Pair[]): Promise<void> {
  const title = `Gearshift: ${label}`;
  const [first] = pairs;
  if (pairs.length === 1 && first !== undefined) {
    const [, before, after] = first;
    await commands.executeCommand("vscode.diff", before, after, title, { preview: true });
  } else {
    await commands.executeCommand("vscode.changes", title, pairs);
  }
}

/** Whether a tab shows a preview: the diff of one file, or of several. */
function isOurs(input: unknown): boolean {
  const tab = input as { modified?: Uri; textDiffs?: { modified?: Uri }[] } | undefined;
  return [tab?.modified, ...(tab?.textDiffs ?? []).map(({ modified }) => modified)].some(
    (uri) => uri?.scheme === SCHEME,
  );
}

async function closeTabs(): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  await window.tabGroups.close(tabs.filter(({ input }) => isOurs(input)));
}
