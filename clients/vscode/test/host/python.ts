// Which Python the server comes from: the environment that is selected in the Python extension.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { extensions, workspace } from "vscode";
import { type Case, eventually, withSettings } from "./eventually";

const [FIRST = "", SECOND = ""] = (process.env["SELECTED_PYTHON"] ?? "").split(delimiter);
/** How these Pythons were called: a line each time. */
const CALLS = process.env["SELECTED_PYTHON_CALLS"] ?? "";

export const python: readonly Case[] = [
  [
    "without a command in the settings the selected environment's server is started",
    async () => {
      assert.equal(readFileSync(CALLS, "utf8"), "");
      await withSettings({ serverCommand: undefined }, async () => {
        await started(FIRST, 1);

        await exported().environments?.updateActiveEnvironmentPath(SECOND);
        await started(SECOND, 1);
      });
    },
  ],
  [
    "where the Python extension knows of no environments its setting names the Python",
    async () => {
      const extension = exported();
      const { environments } = extension;
      const settings = workspace.getConfiguration("python");
      extension.environments = undefined;
      await settings.update("defaultInterpreterPath", FIRST, true);
      try {
        await withSettings({ serverCommand: undefined }, () => started(FIRST, 2));
      } finally {
        await settings.update("defaultInterpreterPath", undefined, true);
        extension.environments = environments;
      }
    },
  ],
];

interface PythonExtension {
  environments: { updateActiveEnvironmentPath(path: string): Promise<void> } | undefined;
}

function exported(): PythonExtension {
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  assert.ok(extension);
  return extension.exports;
}

/** Wait until a Python was started as the server so many times. */
async function started(path: string, times: number): Promise<void> {
  await eventually(`the server of ${path}`, () => {
    const calls = readFileSync(CALLS, "utf8").split("\n");
    return calls.filter((call) => call === `${path} -m gearshift serve`).length >= times || undefined;
  });
}
