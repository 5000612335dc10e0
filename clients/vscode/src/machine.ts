// What launch needs to know of this machine: programs, Pythons, the editor's selected Python.

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { type Disposable, type Event, extensions, type Uri, workspace } from "vscode";
import type { Environment } from "./environment";
import type { Machine } from "./launch";
import { runIn } from "./run";

const IMPORTABLE = "import importlib.util as u, sys; sys.exit(u.find_spec('gearshift') is None)";
const PROBE_MS = 15_000;
const PYTHON_EXTENSION = "ms-python.python";

/** Where a server runs: not in the workspace, whose files a Python would import first. */
export const FOLDER = homedir();

/** Programs run from there. */
export const run = runIn(FOLDER);

/** This machine, with the private environment if the extension came with a server. */
export function machineWith(environment: Environment | undefined): Machine {
  return {
    find,
    selectedPython,
    privatePython: () => environment?.python,
    async hasServer(python) {
      const signal = AbortSignal.timeout(PROBE_MS);
      return (await run(python, ["-c", IMPORTABLE], { signal })).code === 0;
    },
  };
}

/** Absolute path of a program, or undefined. */
export function find(program: string): string | undefined {
  if (isAbsolute(program)) return isProgram(program) ? program : undefined;
  return folders()
    .flatMap((folder) => endings().map((ending) => join(folder, program + ending)))
    .find(isProgram);
}

/** The Python chosen for this window; none in a workspace that is not trusted. */
export async function selectedPython(): Promise<string | undefined> {
  if (!workspace.isTrusted) return undefined;
  const extension = extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  try {
    const { environments } = (await extension?.activate()) ?? {};
    if (environments === undefined) return namedPython(folder);
    const chosen = environments.getActiveEnvironmentPath(folder);
    const { executable } = (await environments.resolveEnvironment(chosen)) ?? {};
    return executable?.uri?.fsPath ?? chosen.path;
  } catch {
    return undefined; // its trouble is its own to report; PATH is looked through all the same
  }
}

/** Call `act` whenever another Python is selected; undefined until the Python extension is active. */
export function whenPythonIsSelected(act: () => void): Disposable | undefined {
  const extension = extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  if (!extension?.isActive) return undefined;
  return extension.exports.environments?.onDidChangeActiveEnvironmentPath?.(act);
}

/** The Python that the settings name, for a window without the Python extension. */
function namedPython(folder: Uri | undefined): string | undefined {
  const named = workspace.getConfiguration("python", folder).get<unknown>("defaultInterpreterPath");
  if (typeof named !== "string" || named === "") return undefined;
  const path = named.replaceAll("${workspaceFolder}", folder?.fsPath ?? "");
  return isAbsolute(path) ? find(path) : undefined;
}

/** The part of the Python extension's interface that is used here. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: unknown): { path: string };
    readonly onDidChangeActiveEnvironmentPath?: Event<unknown>;
    resolveEnvironment(
      chosen: unknown,
    ): Promise<{ executable: { uri?: { fsPath: string } | undefined } } | undefined>;
  };
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
