// The extension's beginning and end: it joins the parts and leaves the rest to the server.

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { Connection } from "./connection";
import { showMenu } from "./menu";
import { StatusBar } from "./status_bar";

let connection: Connection | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Gearshift", { log: true });
  const statusBar = new StatusBar();
  const opened = new Connection(context, log, statusBar);
  connection = opened;
  context.subscriptions.push(
    log,
    statusBar,
    commands.registerCommand("gearshift.menu", () => showMenu(context)),
    commands.registerCommand("gearshift.restart", () => opened.restart()),
    commands.registerCommand("gearshift.showLog", () => log.show()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("gearshift.serverCommand")) void opened.restart();
    }),
    workspace.onDidGrantWorkspaceTrust(() => void opened.restart()),
  );
  await opened.start();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}
