// Which command starts the server: the setting, `gearshift` on PATH, or a Python that has it.

export interface Machine {
  /** Absolute path of a program, or undefined. */
  find(program: string): string | undefined;
  /** Whether this Python can import the server. */
  hasServer(python: string): Promise<boolean>;
  /** The Python chosen in the editor, if one is. */
  selectedPython(): Promise<string | undefined>;
}

export type Launch =
  | { readonly found: true; readonly command: string; readonly args: readonly string[] }
  | { readonly found: false; readonly tried: readonly string[] };

/** The first command that can work; else what was tried, in words for the user. */
export async function launch(setting: readonly string[], machine: Machine): Promise<Launch> {
  const [program, ...args] = setting;
  if (program !== undefined) {
    const path = machine.find(program);
    if (path !== undefined) return { found: true, command: path, args };
    return { found: false, tried: [`\`${program}\` (the setting gearshift.serverCommand)`] };
  }
  const tried = ["`gearshift` on PATH"];
  const gearshift = machine.find("gearshift");
  if (gearshift !== undefined) return { found: true, command: gearshift, args: ["serve"] };
  for (const python of await pythons(machine)) {
    if (await machine.hasServer(python)) {
      return { found: true, command: python, args: ["-m", "gearshift", "serve"] };
    }
    tried.push(`the package \`gearshift\` in ${python}`);
  }
  return { found: false, tried };
}

/** The message for a server that can't be started. */
export function explanation(tried: readonly string[]): string {
  return (
    `Gearshift's server was not found. Tried: ${tried.join("; ")}. ` +
    "Install it with `pipx install gearshift`, or set gearshift.serverCommand."
  );
}

async function pythons(machine: Machine): Promise<string[]> {
  const candidates = [
    await machine.selectedPython(),
    machine.find("python3"),
    machine.find("python"),
  ];
  return [...new Set(candidates)].filter((python) => python !== undefined);
}
