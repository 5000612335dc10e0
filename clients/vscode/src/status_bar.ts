// The status bar item: gear, used share of the quota, and what the server is doing.

import {
  type Disposable,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
} from "vscode";
import type { Listener } from "./connection";
import type { Status, TaskFinished } from "./protocol";
import { severity, statusPage, statusText } from "./status_text";

const MENU = "gearshift.menu";
const WHY = "gearshift.why";
const PRIORITY = 100;
const TASK_MS = 8000;

export class StatusBar implements Listener, Disposable {
  private readonly item: StatusBarItem;

  constructor() {
    this.item = window.createStatusBarItem("gearshift.status", StatusBarAlignment.Right, PRIORITY);
    this.item.name = "Gearshift";
    this.item.command = MENU;
    this.item.show();
  }

  starting(): void {
    this.show("$(loading~spin) Gearshift", "Gearshift is starting.");
  }

  stopped(reason: string): void {
    this.show("$(circle-slash) Gearshift", reason);
    this.item.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
  }

  status(status: Status): void {
    const page = new MarkdownString(
      `${statusPage(status, clock)}\n\n[Menu](command:${MENU}) · [Why?](command:${WHY})`,
      true,
    );
    page.isTrusted = { enabledCommands: [MENU, WHY] };
    this.show(statusText(status), page);
    const kind = severity(status);
    if (kind !== "normal") {
      this.item.backgroundColor = new ThemeColor(`statusBarItem.${kind}Background`);
    }
  }

  taskFinished(task: TaskFinished): void {
    if (task.outcome !== "applied" || task.label === "none") return;
    const icon = task.label === "verified" ? "verified" : "check";
    window.setStatusBarMessage(`$(${icon}) Gearshift: ${task.action}, ${task.label}`, TASK_MS);
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, tooltip: string | MarkdownString): void {
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Gearshift: ${text.replace(/\$\([^)]*\) ?/g, "")}` };
    this.item.backgroundColor = undefined;
  }
}

function clock(time: Date): string {
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday
    ? time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : time.toLocaleString([], { weekday: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}
