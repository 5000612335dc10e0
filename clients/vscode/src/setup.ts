// `gearshift setup` in a terminal: the models are chosen there, and the server reads them.

import { window } from "vscode";
import type { Connection } from "./connection";
import { FOLDER } from "./machine";

const [SERVE, SETUP] = ["serve", "setup"] as const;

/** Run the set-up that belongs to the server that was started; it restarts when the user is done. */
export function setUpModels(connection: Connection): void {
  const { command } = connection;
  if (command === undefined || command.args.at(-1) !== SERVE) {
    void window.showInformationMessage("Gearshift: run `gearshift setup` in a terminal.");
    return;
  }
  const terminal = window.createTerminal({
    name: "Gearshift Setup",
    shellPath: command.command,
    shellArgs: [...command.args.slice(0, -1), SETUP],
    cwd: FOLDER,
  });
  const closing = window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    closing.dispose();
    void connection.restart();
  });
  terminal.show();
}
