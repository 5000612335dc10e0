// Programs run to their end, with their output line by line.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Ended {
  /** 0 for success; null where the program could not be started or was stopped. */
  readonly code: number | null;
  /** What it wrote to stdout. */
  readonly output: string;
  /** The last lines of stdout and stderr together. */
  readonly lastWords: readonly string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export type Run = (program: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;

const LAST_WORDS = 20;

/** A `Run` in a folder, without a window and without input. */
export function runIn(folder: string): Run {
  return (program, args, { signal, onLine } = {}) =>
    new Promise((resolve) => {
      const output: string[] = [];
      const lastWords: string[] = [];
      const child = spawn(program, args, {
        cwd: folder,
        windowsHide: true,
        stdio: ["ignore", "pipe", "pipe"],
        ...(signal && { signal }),
      });
      const hear = (line: string): void => {
        lastWords.push(line);
        if (lastWords.length > LAST_WORDS) lastWords.shift();
        onLine?.(line);
      };
      createInterface(child.stdout).on("line", (line) => {
        output.push(line);
        hear(line);
      });
      createInterface(child.stderr).on("line", hear);
      child.on("error", (error) => resolve({ code: null, output: "", lastWords: [String(error)] }));
      child.on("close", (code) => resolve({ code, output: output.join("\n"), lastWords }));
    });
}
