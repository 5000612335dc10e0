// The menu behind the status bar item: every command of the extension, by its title.

import { commands, type ExtensionContext, window } from "vscode";

/** Itself, and what has a meaning only beside a preview. */
const LEFT_OUT = new Set(["gearshift.menu", "gearshift.acceptEdit", "gearshift.discardEdit"]);
const SETTINGS = "workbench.action.openSettings";

/** Show the menu and run what was chosen. */
export async function showMenu(context: ExtensionContext): Promise<void> {
  const manifest = context.extension.packageJSON as {
    contributes: { commands: { command: string; title: string }[] };
  };
  const present = new Set(await commands.getCommands(true));
  const items = manifest.contributes.commands
    .filter(({ command }) => !LEFT_OUT.has(command) && present.has(command))
    .map(({ command, title }) => ({ label: title, command }));
  items.push({ label: "Open Settings", command: SETTINGS });
  const chosen = await window.showQuickPick(items, { title: "Gearshift" });
  if (chosen === undefined) return;
  const args = chosen.command === SETTINGS ? [`@ext:${context.extension.id}`] : [];
  await commands.executeCommand(chosen.command, ...args);
}
