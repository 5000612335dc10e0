// The private environment: the server that comes with the extension, installed for itself alone.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Base } from "./base_python";
import { claim, isClaim } from "./claim";
import type { Run } from "./run";

/** Written last: without it the environment is half made. */
const MARK = ".gearshift-ready";
const PREFIX = "server-";
const LOOK_MS = 500;

export type Installed = { python: string } | { reason: string };

export interface Install {
  readonly base: Base;
  readonly run: Run;
  readonly signal: AbortSignal;
  /** What is being done, for people. */
  readonly report: (step: string) => void;
  readonly log: (line: string) => void;
  readonly proxy?: string | undefined;
}

export class Environment {
  private readonly folder: string;

  /** In `storage`, for one wheel: another wheel makes another environment. */
  constructor(
    private readonly storage: string,
    private readonly wheel: string,
  ) {
    const hash = createHash("sha256").update(readFileSync(wheel)).digest("hex");
    this.folder = join(storage, `${PREFIX}${hash.slice(0, 16)}`);
  }

  /** Its Python, once the environment is whole. */
  get python(): string | undefined {
    return existsSync(join(this.folder, MARK)) ? this.pythonPath : undefined;
  }

  private get pythonPath(): string {
    const isWindows = process.platform === "win32";
    return isWindows ? join(this.folder, "Scripts", "python.exe") : join(this.folder, "bin", "python");
  }

  /** Make it, or wait for another window that does. */
  async make(install: Install): Promise<Installed> {
    mkdirSync(this.storage, { recursive: true });
    let giveBack = claim(this.folder);
    while (giveBack === undefined) {
      if (install.signal.aborted) return { reason: CANCELLED };
      install.report("waiting for another window");
      // Two that saw each other's claim and stepped back would do so again at the same pace.
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS * (1 + Math.random())));
      giveBack = claim(this.folder);
    }
    try {
      if (this.python === undefined) {
        const reason = await this.fill(install);
        if (reason !== undefined) return { reason };
      }
      return { python: this.pythonPath };
    } finally {
      giveBack();
    }
  }

  private async fill(install: Install): Promise<string | undefined> {
    const { base, signal, report, run, log } = install;
    rmSync(this.folder, { recursive: true, force: true });
    report(`making an environment with Python ${base.version}`);
    const [program = "", ...args] = base.command;
    const made = await run(program, [...args, "-m", "venv", this.folder], { signal, onLine: log });
    if (made.code !== 0) return failed("making an environment", made.lastWords, signal);
    // The embedded model is an extra: a machine that has no build of it can still use others.
    for (const extra of ["[local]", ""]) {
      const { code, lastWords } = await this.pip(extra, install);
      if (code === 0) {
        writeFileSync(join(this.folder, MARK), basename(this.wheel));
        this.forgetOthers();
        return undefined;
      }
      if (extra === "" || signal.aborted) return failed("installing the server", lastWords, signal);
      report("trying without the embedded model");
    }
    return undefined;
  }

  private pip(extra: string, { run, signal, report, log, proxy }: Install) {
    const quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"];
    const wheel = `gearshift${extra} @ ${pathToFileURL(this.wheel).href}`;
    const way = proxy ? ["--proxy", proxy] : [];
    report("installing the server");
    return run(this.pythonPath, ["-m", "pip", "install", ...quiet, ...way, wheel], {
      signal,
      onLine: (line) => {
        log(line);
        const step = /^\s*(Collecting|Downloading|Installing)\s+([\w.-]+)/.exec(line);
        if (step) report(`${step[1]?.toLowerCase()} ${step[2]}`);
      },
    });
  }

  /** Environments of earlier versions; one that another window still runs may refuse. */
  private forgetOthers(): void {
    for (const name of readdirSync(this.storage)) {
      const path = join(this.storage, name);
      if (!name.startsWith(PREFIX) || isClaim(name) || path === this.folder) continue;
      try {
        rmSync(path, { recursive: true, force: true });
      } catch {
        // Windows keeps files that are in use; the next installation tries again.
      }
    }
  }
}

export const CANCELLED = "The installation of Gearshift's server was cancelled.";

/** The path of the wheel in a folder of the extension, if it was packaged with one. */
export function wheelIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((each) => each.endsWith(".whl"));
  return name === undefined ? undefined : join(folder, name);
}

function failed(step: string, lastWords: readonly string[], signal: AbortSignal): string {
  if (signal.aborted) return CANCELLED;
  const errors = lastWords.filter((line) => /\berror\b/i.test(line));
  const why = (errors.at(-1) ?? lastWords.at(-1) ?? "it said nothing").trim();
  return `Gearshift's server could not be installed: ${step} failed (${why}). The log has all of it.`;
}
