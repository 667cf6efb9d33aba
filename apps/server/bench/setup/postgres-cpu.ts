import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the processes of a PostgreSQL have used; only Linux tells. */
export class PostgresCpu {
  readonly #postmaster: number;
  readonly #usedBefore = new Map<number, number>();
  #microseconds = 0;

  private constructor(postmaster: number) {
    this.#postmaster = postmaster;
  }

  /** @param dataFolder of its cluster */
  static async of(dataFolder: string): Promise<PostgresCpu> {
    const [pid] = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n');
    return new PostgresCpu(Number(pid));
  }

  /** Of all its processes together since the first look, in microseconds; null where nobody tells. */
  async microseconds(): Promise<number | null> {
    const pids = await this.#processes().catch(() => null);
    if (pids === null) return null;
    for (const pid of pids) {
      const used = await usedMicroseconds(pid).catch(() => null);
      if (used === null) continue;
      this.#microseconds += used - (this.#usedBefore.get(pid) ?? 0);
      this.#usedBefore.set(pid, used);
    }
    return this.#microseconds;
  }

  async #processes(): Promise<number[]> {
    const children = await readFile(`/proc/${this.#postmaster}/task/${this.#postmaster}/children`, 'utf8').catch(
      () => null,
    );
    if (children !== null) return children.split(' ').filter(Boolean).map(Number);
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const parents = await Promise.all(pids.map((pid) => parentOf(pid).catch(() => null)));
    return pids.filter((_, index) => parents[index] === this.#postmaster);
  }
}

/** `pid (name) state parent …` (proc_pid_stat(5)). */
const parentOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

/** The first number is nanoseconds on a processor. */
const usedMicroseconds = async (pid: number): Promise<number> =>
  Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ', 1)[0]) / 1000;
