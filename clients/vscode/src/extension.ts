// The extension's beginning and end: it joins the parts and leaves the rest to the server.

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { Connection, type Means } from "./connection";
import { Environment, wheelIn } from "./environment";
import { Keys } from "./keys";
import { showMenu } from "./menu";
import { Panel, PANEL_VIEW } from "./panel/panel";
import { Results } from "./results";
import { setUpModels } from "./setup";
import { StatusBar } from "./status_bar";

let connection: Connection | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Gearshift", { log: true });
  const statusBar = new StatusBar();
  const results = new Results();
  const panel = new Panel(context.extensionUri, () => opened);
  const keys = new Keys(context.secrets);
  const wheel = wheelIn(context.asAbsolutePath("out/server"));
  const means: Means = {
    context,
    log,
    keys,
    environment:
      wheel === undefined ? undefined : new Environment(context.globalStorageUri.fsPath, wheel),
    listeners: [statusBar, results, panel],
  };
  const opened = new Connection(means);
  connection = opened;
  const own: Record<string, () => unknown> = {
    menu: () => showMenu(context),
    panel: () => panel.open(),
    restart: () => opened.restart(),
    showLog: () => log.show(),
    setKey: () => opened.askKey(),
    forgetKey: () => keys.forget(),
    openTests: () => results.openTests(),
    setup: () => setUpModels(opened),
    useFullNext: () => commands.executeCommand("gearshift.useFull", { scope: "next" }),
  };
  context.subscriptions.push(
    log,
    statusBar,
    panel,
    ...Object.entries(own).map(([name, run]) => commands.registerCommand(`gearshift.${name}`, run)),
    window.registerWebviewPanelSerializer(PANEL_VIEW, panel),
    keys.onDidChange(() => void opened.restart()),
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
