import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** What this benchmark itself left behind has settled by then. */
const SETTLE_MS = 100;
const LOOK_MS = 300;

interface Ticks {
  busy: number;
  all: number;
}

const readTicks = (): Ticks => {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
};

/** Looks in the breaks how much of the processors other programs take: beside other load the numbers are rough. */
export class ForeignLoad {
  #busy = 0;
  #all = 0;

  /** Takes a break. */
  async look(signal: AbortSignal): Promise<void> {
    await sleep(SETTLE_MS, undefined, { signal });
    const before = readTicks();
    await sleep(LOOK_MS, undefined, { signal });
    const after = readTicks();
    this.#busy += after.busy - before.busy;
    this.#all += after.all - before.all;
  }

  /** From 0 to 1. */
  get share(): number {
    return this.#all === 0 ? 0 : this.#busy / this.#all;
  }
}
