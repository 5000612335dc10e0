// The status bar item: gear, used share of the quota, and what the server is doing.

import {
  type Disposable,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import type { Listener } from "./connection";
import type { Status } from "./protocol";
import { severity, statusPage, statusText } from "./status_text";
import { clock } from "./words";

const PANEL = "gearshift.panel";
const MENU = "gearshift.menu";
const WHY = "gearshift.why";
/** The editor's own page about trust. */
export const MANAGE_TRUST = "workbench.trust.manage";
const UNTRUSTED =
  "This workspace is not trusted: its settings and its Python are left alone, and nothing is run. " +
  `[Manage](command:${MANAGE_TRUST})`;
const PRIORITY = 100;

export class StatusBar implements Listener, Disposable {
  private readonly item: StatusBarItem;

  constructor() {
    this.item = window.createStatusBarItem("gearshift.status", StatusBarAlignment.Right, PRIORITY);
    this.item.name = "Gearshift";
    this.item.command = PANEL;
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
    const now = new Date();
    const links = `[Panel](command:${PANEL}) · [Menu](command:${MENU}) · [Why?](command:${WHY})`;
    const text = statusPage(status, (time) => clock(time, now));
    const parts = workspace.isTrusted ? [text, links] : [text, UNTRUSTED, links];
    const page = new MarkdownString(parts.join("\n\n"), true);
    page.isTrusted = { enabledCommands: [PANEL, MENU, WHY, MANAGE_TRUST] };
    this.show(statusText(status), page);
    const kind = severity(status.quota.pressure, status.quota);
    if (kind !== "normal") {
      this.item.backgroundColor = new ThemeColor(`statusBarItem.${kind}Background`);
    }
  }

  taskFinished(): void {}

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
