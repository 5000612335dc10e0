// How a task ended, as the user is told: a word in the status bar, and a way to new tests.

import { commands, Uri, ViewColumn, window, workspace } from "vscode";
import type { Listener } from "./connection";
import { findingWords, untold } from "./findings";
import type { TaskFinished } from "./protocol";
import { MANAGE_TRUST } from "./status_bar";

const SHOWN_MS = 8000;
const [OPEN, TRUST] = ["Open Tests", "Manage Trust"] as const;
const HAS_TESTS = "gearshift.hasTests";

export class Results implements Listener {
  private tests: Uri | undefined;

  starting(): void {}
  status(): void {}
  stopped(): void {}

  taskFinished(task: TaskFinished): void {
    for (const found of untold(task)) {
      void window.showWarningMessage(`Gearshift: ${findingWords(found)}`);
    }
    if (task.outcome !== "applied") return;
    if (task.label !== "none") {
      const icon = task.label === "verified" ? "verified" : "check";
      window.setStatusBarMessage(`$(${icon}) Gearshift: ${task.action}, ${task.label}`, SHOWN_MS);
    }
    const [path] = task.files ?? [];
    if (task.action === "tests" && path !== undefined) void this.offerTests(Uri.file(path), task);
  }

  /** Open the tests that were generated last. */
  async openTests(): Promise<void> {
    if (this.tests === undefined) {
      void window.showInformationMessage("Gearshift: no tests were generated in this window yet.");
      return;
    }
    const seen = window.visibleTextEditors.find(({ document }) => isSame(document.uri, this.tests));
    const column = seen?.viewColumn ?? ViewColumn.Beside;
    await window.showTextDocument(this.tests, { viewColumn: column });
  }

  private async offerTests(file: Uri, { summary, label }: TaskFinished): Promise<void> {
    this.tests = file;
    await commands.executeCommand("setContext", HAS_TESTS, true);
    const mayRun = workspace.isTrusted || label === "verified";
    const what = (summary || "Tests were generated.") + (mayRun ? "" : " This workspace is not trusted.");
    const text = label === "none" ? what : `${what} (${label})`;
    const answer = await window.showInformationMessage(text, ...(mayRun ? [OPEN] : [OPEN, TRUST]));
    if (answer === OPEN) await this.openTests();
    if (answer === TRUST) await commands.executeCommand(MANAGE_TRUST);
  }
}

function isSame(one: Uri, other: Uri | undefined): boolean {
  return one.toString() === other?.toString();
}
