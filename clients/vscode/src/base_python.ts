// The Python that the private environment is made with: the first that is new enough and whole.

import type { Run } from "./run";

export const LEAST_MINOR = 10;
const NEWEST_MINOR = 14;

export interface Base {
  readonly command: readonly string[];
  readonly version: string;
}

export type Search = { base: Base } | { reason: string };

/** Prints the version, then what makes an environment, where it is there. */
const PROBE =
  "import sys; print('%d.%d' % sys.version_info[:2]); import ensurepip, venv; print('whole')";

/** Commands to try, the best first; `launcher` is the one that Windows has for all its Pythons. */
export function candidates(
  find: (program: string) => string | undefined,
  selected: string | undefined,
  isWindows: boolean,
): string[][] {
  const names = ["python3", "python"];
  for (let minor = NEWEST_MINOR; minor >= LEAST_MINOR; minor--) names.push(`python3.${minor}`);
  const found = [selected, ...names.map(find)].filter((path) => path !== undefined);
  const launcher = isWindows ? find("py") : undefined;
  const commands = [...new Set(found)].map((path) => [path]);
  return launcher === undefined ? commands : [...commands, [launcher, "-3"]];
}

/** The first candidate that can make an environment, or why none can: a sentence to act on. */
export async function findBase(commands: readonly string[][], run: Run): Promise<Search> {
  let old: string | undefined;
  let partial: string | undefined;
  for (const command of commands) {
    const [program = "", ...args] = command;
    const { output } = await run(program, [...args, "-c", PROBE]);
    const [version = "", whole] = output.split(/\s+/);
    if (!/^3\.\d+$/.test(version)) continue;
    const isNewEnough = Number(version.slice(2)) >= LEAST_MINOR;
    if (isNewEnough && whole === "whole") return { base: { command, version } };
    const name = `Python ${version} (${command.join(" ")})`;
    if (isNewEnough) partial ??= name;
    else old ??= name;
  }
  return { reason: reason(old, partial) };
}

function reason(old: string | undefined, partial: string | undefined): string {
  const needed = `Gearshift's server needs Python 3.${LEAST_MINOR} or newer`;
  if (partial !== undefined) {
    return (
      `${partial} has no \`venv\`, which Gearshift's server is installed with. ` +
      "On Debian and Ubuntu the package python3-venv has it. Install it and try again."
    );
  }
  const found = old === undefined ? "no Python was found" : `only ${old} was found`;
  return `${needed}, and ${found}. Install it from python.org or your system's packages, then try again.`;
}
