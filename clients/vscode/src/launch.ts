// Which command starts the server: the setting, the selected Python, PATH, the private environment.

export interface Machine {
  /** Absolute path of a program, or undefined. */
  find(program: string): string | undefined;
  /** Whether this Python can import the server. */
  hasServer(python: string): Promise<boolean>;
  /** The Python chosen in the editor, if one is. */
  selectedPython(): Promise<string | undefined>;
  /** The Python of the environment that was made for this version of the extension, if it was. */
  privatePython(): string | undefined;
}

export type Launch =
  | { readonly found: true; readonly command: string; readonly args: readonly string[] }
  | { readonly found: false; readonly tried: readonly string[] };

export type Command = Extract<Launch, { found: true }>;

/** The first command that can work; else what was tried, in words for the user. */
export async function launch(setting: readonly string[], machine: Machine): Promise<Launch> {
  const [program, ...args] = setting;
  if (program !== undefined) {
    const path = machine.find(program);
    if (path !== undefined) return { found: true, command: path, args };
    return { found: false, tried: [`\`${program}\` (the setting gearshift.serverCommand)`] };
  }
  const tried: string[] = [];
  const selected = await machine.selectedPython();
  if (selected !== undefined) {
    if (await machine.hasServer(selected)) return withPython(selected);
    tried.push(inPython(selected));
  }
  const gearshift = machine.find("gearshift");
  if (gearshift !== undefined) return { found: true, command: gearshift, args: ["serve"] };
  tried.push("`gearshift` on PATH");
  const made = machine.privatePython();
  if (made !== undefined) return withPython(made);
  for (const python of others(machine, selected)) {
    if (await machine.hasServer(python)) return withPython(python);
    tried.push(inPython(python));
  }
  return { found: false, tried };
}

/** The command for a Python that has the server. */
export function withPython(python: string): Command {
  return { found: true, command: python, args: ["-m", "gearshift", "serve"] };
}

/** Whether two commands start the same server. */
export function isSame(one: Command, other: Command | undefined): boolean {
  return [one.command, ...one.args].join("\0") === [other?.command, ...(other?.args ?? [])].join("\0");
}

/** The message for a server that can't be started. */
export function explanation(tried: readonly string[]): string {
  return (
    `Gearshift's server was not found. Tried: ${tried.join("; ")}. ` +
    "Install it with `pipx install gearshift`, or set gearshift.serverCommand."
  );
}

function inPython(python: string): string {
  return `the package \`gearshift\` in ${python}`;
}

function others(machine: Machine, selected: string | undefined): string[] {
  const candidates = new Set([machine.find("python3"), machine.find("python")]);
  candidates.delete(selected);
  return [...candidates].filter((python) => python !== undefined);
}
