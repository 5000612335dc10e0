// What was found in code, in words: it is told whatever became of the edit.

import type { Finding, TaskFinished } from "./protocol";

/** A finding in one line: `security, medium: Use of eval. (shop.py:12)`. */
export function findingWords({ kind, severity, message, path, line }: Finding): string {
  const name = path?.split(/[\\/]/).pop();
  const place = name === undefined ? "" : ` (${name}${line === null ? "" : `:${line + 1}`})`;
  return `${kind}, ${severity}: ${message}${place}`;
}

/** The findings of a task that no other message tells: the server's on a refusal, ours on tests. */
export function untold(task: TaskFinished): Finding[] {
  const shown = task.action === "tests" ? task.summary : "";
  const told = `${task.reason ?? ""} ${shown ?? ""}`;
  return (task.findings ?? []).filter(({ message }) => !told.includes(message.replace(/\.$/, "")));
}
