// The extension comes up, says what it can do, and shows its panel.

import assert from "node:assert/strict";
import { commands, extensions, TabInputWebview, window } from "vscode";
import { type Case, eventually } from "./eventually";

const ID = "gearshift.gearshift";

export const life: readonly Case[] = [
  [
    "the extension is active, and every command of its manifest can be run",
    async () => {
      const extension = extensions.getExtension(ID);
      assert.ok(extension);
      await eventually("the activation", () => extension.isActive || undefined);
      const { contributes } = extension.packageJSON as Manifest;
      const names = contributes.commands.map(({ command }) => command);
      await eventually("all commands", async () => {
        const present = new Set(await commands.getCommands(true));
        return names.every((name) => present.has(name)) || undefined;
      });
    },
  ],
  [
    "the panel is one tab, however often it is opened",
    async () => {
      await commands.executeCommand("gearshift.panel");
      await eventually("the panel's tab", () => panels().length === 1 || undefined);
      await commands.executeCommand("gearshift.panel");
      assert.equal(panels().length, 1);
      await window.tabGroups.close(panels());
      await eventually("its end", () => panels().length === 0 || undefined);
    },
  ],
  [
    "what the walkthrough and the menus run exists",
    async () => {
      const { contributes } = extensions.getExtension(ID)?.packageJSON as Manifest;
      const present = new Set(await commands.getCommands(true));
      const steps = contributes.walkthroughs.flatMap(({ steps }) => steps);
      const linked = steps.flatMap(({ description }) =>
        [...description.matchAll(/\(command:([\w.]+)\)/g)].map(([, name]) => name ?? ""),
      );
      const inMenus = Object.values(contributes.menus).flatMap((items) =>
        items.flatMap(({ command }) => (command === undefined ? [] : [command])),
      );
      assert.ok(linked.length > 0);
      assert.deepEqual([...linked, ...inMenus].filter((name) => !present.has(name)), []);
    },
  ],
];

interface Manifest {
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command?: string }[]>;
    walkthroughs: { steps: { description: string }[] }[];
  };
}

function panels() {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(
    ({ input }) => input instanceof TabInputWebview && input.viewType.includes("gearshift.panel"),
  );
}
