// The tests that need the real extension host: `run` is what VS Code calls, and waits for.

import { type Case, seconds } from "./eventually";
import { edits } from "./edits";
import { ghostText } from "./ghost_text";
import { life } from "./life";
import { python } from "./python";

const CASES: readonly Case[] = [...life, ...ghostText, ...edits, ...python];
const LONGEST_MS = 300_000;

export async function run(): Promise<void> {
  const failed: string[] = [];
  for (const [name, body] of CASES) {
    const begun = Date.now();
    try {
      await Promise.race([body(), seconds(LONGEST_MS / 1000).then(() => assertInTime())]);
      console.log(`ok ${name} (${Date.now() - begun} ms)`);
    } catch (error) {
      failed.push(name);
      console.log(`not ok ${name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  console.log(`ran ${CASES.length}`);
  if (failed.length > 0) throw new Error(`failed: ${failed.join("; ")}`);
}

function assertInTime(): never {
  throw new Error(`it did not end within ${LONGEST_MS} ms`);
}
