// Which Python the server comes from: the environment that is selected in the Python extension.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { extensions } from "vscode";
import { type Case, eventually, withSettings } from "./eventually";

/** How the selected Python was called, a line each time. */
const CALLS = process.env["SELECTED_PYTHON_CALLS"] ?? "";

export const python: readonly Case[] = [
  [
    "without a command in the settings the selected environment's server is started",
    async () => {
      assert.ok(extensions.getExtension("ms-python.python"));
      assert.equal(readFileSync(CALLS, "utf8"), "");
      await withSettings({ serverCommand: undefined }, async () => {
        const isStarted = () => /^-m gearshift serve$/m.test(readFileSync(CALLS, "utf8")) || undefined;
        await eventually("the server of the selected Python", isStarted);
      });
    },
  ],
];
