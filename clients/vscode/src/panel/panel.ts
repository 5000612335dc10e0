// The panel: one webview tab that shows the quota, the spend, the gears and the latest requests.

import { randomBytes } from "node:crypto";
import {
  commands,
  type Disposable,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
} from "vscode";
import type { Connection, Listener } from "../connection";
import { REQUESTS, type Request, SHIFTS, type Shift, SPEND, type Spend, type Status } from "../protocol";
import { type Shown, told } from "./messages";
import { Paced } from "./pace";
import { page } from "./page";

export const PANEL_VIEW = "gearshift.panel";
const RECENT_MS = 500;
/** Sums over a month cost the ledger more than the latest rows. */
const SPEND_MS = 3000;

export class Panel implements Listener, WebviewPanelSerializer, Disposable {
  private view: WebviewPanel | undefined;
  private latest: Status | undefined;
  private trouble: string | undefined;
  private readonly recent = new Paced(() => void this.sendRecent(), RECENT_MS);
  private readonly spend = new Paced(() => void this.sendSpend(), SPEND_MS);

  constructor(
    private readonly extension: Uri,
    private readonly connection: () => Connection,
  ) {}

  /** Show the panel, made if there is none. */
  open(): void {
    if (this.view !== undefined) {
      this.view.reveal();
      return;
    }
    this.adopt(
      window.createWebviewPanel(PANEL_VIEW, "Gearshift", ViewColumn.Beside, this.webviewOptions()),
    );
  }

  /** Fill a panel that was open when the window was closed. */
  deserializeWebviewPanel(view: WebviewPanel): Promise<void> {
    view.webview.options = this.webviewOptions();
    this.adopt(view);
    return Promise.resolve();
  }

  starting(): void {
    this.stopped("Gearshift is starting.");
  }

  status(status: Status): void {
    this.latest = status;
    this.trouble = undefined;
    this.say({ kind: "status", status });
    this.refresh();
  }

  taskFinished(): void {
    this.refresh();
  }

  stopped(reason: string): void {
    this.trouble = reason;
    this.say({ kind: "stopped", reason });
  }

  dispose(): void {
    this.view?.dispose();
  }

  private adopt(view: WebviewPanel): void {
    this.view = view;
    view.iconPath = Uri.joinPath(this.extension, "media", "gear.svg");
    view.onDidDispose(() => {
      this.recent.stop();
      this.spend.stop();
      this.view = undefined;
    });
    view.onDidChangeViewState(() => this.refresh());
    view.webview.onDidReceiveMessage((message: unknown) => this.hear(message));
    view.webview.html = this.html(view.webview);
  }

  private html(webview: Webview): string {
    const address = (name: string): string =>
      webview.asWebviewUri(Uri.joinPath(this.extension, "out", name)).toString();
    const addresses = {
      source: webview.cspSource,
      script: address("panel.js"),
      style: address("panel.css"),
    };
    return page(addresses, randomBytes(16).toString("base64url"));
  }

  private webviewOptions() {
    const localResourceRoots = [Uri.joinPath(this.extension, "out")];
    return { enableScripts: true, localResourceRoots, enableFindWidget: true };
  }

  private hear(message: unknown): void {
    const heard = told(message);
    if (heard?.kind === "run") void commands.executeCommand(`gearshift.${heard.action}`);
    if (heard?.kind !== "ready") return;
    if (this.latest !== undefined) this.say({ kind: "status", status: this.latest });
    if (this.trouble !== undefined) this.say({ kind: "stopped", reason: this.trouble });
    this.refresh();
  }

  private refresh(): void {
    if (this.view?.visible !== true || this.trouble !== undefined) return;
    this.recent.want();
    this.spend.want();
  }

  private async sendRecent(): Promise<void> {
    const { requests } = (await this.ask<{ requests: Request[] }>(REQUESTS)) ?? {};
    if (requests) this.say({ kind: "requests", requests });
    const { shifts } = (await this.ask<{ shifts: Shift[] }>(SHIFTS)) ?? {};
    if (shifts) this.say({ kind: "shifts", shifts });
  }

  private async sendSpend(): Promise<void> {
    const spend = await this.ask<Spend>(SPEND);
    if (spend) this.say({ kind: "spend", spend });
  }

  private ask<T>(method: string): Promise<T | undefined> {
    return this.connection().ask<T>(method);
  }

  private say(shown: Shown): void {
    void this.view?.webview.postMessage(shown);
  }
}
