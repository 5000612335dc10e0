// What launch needs to know of this machine: programs, Pythons, the editor's selected Python.

import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { extensions, workspace } from "vscode";
import type { Machine } from "./launch";

const IMPORTABLE = "import importlib.util as u, sys; sys.exit(u.find_spec('gearshift') is None)";
const PROBE_MS = 15_000;

/** Where a server runs: not in the workspace, whose files a Python would import first. */
export const FOLDER = homedir();

export const machine: Machine = {
  find(program) {
    if (isAbsolute(program)) return isProgram(program) ? program : undefined;
    return folders()
      .flatMap((folder) => endings().map((ending) => join(folder, program + ending)))
      .find(isProgram);
  },

  hasServer(python) {
    return new Promise((resolve) => {
      const options = { cwd: FOLDER, timeout: PROBE_MS, windowsHide: true };
      execFile(python, ["-c", IMPORTABLE], options, (error) => resolve(error === null));
    });
  },

  async selectedPython() {
    if (!workspace.isTrusted) return undefined;
    const extension = extensions.getExtension<PythonExtension>("ms-python.python");
    try {
      const python = await extension?.activate();
      return python?.environments?.getActiveEnvironmentPath().path;
    } catch {
      return undefined; // its trouble is its own to report; PATH is looked through all the same
    }
  },
};

interface PythonExtension {
  environments?: { getActiveEnvironmentPath(): { path: string } };
}

/** PATH, and where pipx and Homebrew put programs: an editor started from a dock has a short PATH. */
function folders(): string[] {
  const path = process.env["PATH"] ?? "";
  const others = [join(homedir(), ".local", "bin"), "/opt/homebrew/bin", "/usr/local/bin"];
  return [...path.split(delimiter), ...others].filter(isAbsolute);
}

function endings(): string[] {
  return process.platform === "win32" ? [".exe", ""] : [""];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
