// How often the panel asks anew: at once, then no sooner than a pause after the last time.

export interface Timer {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

/** Runs `work` soon after it is wanted; many wishes within the pause make one run. */
export class Paced {
  private ranAt = Number.NEGATIVE_INFINITY;
  private cancel: (() => void) | undefined;

  constructor(
    private readonly work: () => void,
    private readonly pauseMs: number,
    private readonly timer: Timer = SYSTEM,
  ) {}

  want(): void {
    if (this.cancel !== undefined) return;
    const wait = Math.max(0, this.ranAt + this.pauseMs - this.timer.now());
    this.cancel = this.timer.after(wait, () => {
      this.cancel = undefined;
      this.ranAt = this.timer.now();
      this.work();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }
}

const SYSTEM: Timer = {
  now: () => Date.now(),
  after(ms, run) {
    const timeout = setTimeout(run, ms);
    return () => clearTimeout(timeout);
  },
};
