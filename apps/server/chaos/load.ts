interface LoadOptions {
  workers: number;
  ask(worker: number): Promise<Response>;
}

/** What came of asking. */
export interface LoadTally {
  /** How often each status was answered. */
  statuses: Map<number, number>;
  durationsMs: number[];
  /** Answers 503 without `Retry-After`. */
  bare503: number;
  /** Connections that broke, and what hung. */
  broken: string[];
}

/** Asks the same again and again, without pause, and keeps what came of it. */
export class Load {
  readonly #tally: LoadTally = { statuses: new Map(), durationsMs: [], bare503: 0, broken: [] };
  readonly #options: LoadOptions;
  readonly #workers: Promise<void>[];
  #isOver = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, (_, worker) => this.#askOn(worker));
  }

  async end(): Promise<LoadTally> {
    this.#isOver = true;
    await Promise.all(this.#workers);
    return this.#tally;
  }

  async #askOn(worker: number): Promise<void> {
    const { statuses, durationsMs, broken } = this.#tally;
    while (!this.#isOver) {
      const beganAt = performance.now();
      const response = await this.#options.ask(worker).catch((error: Error) => error);
      if (response instanceof Error) {
        broken.push(response.name);
        continue;
      }
      await response.arrayBuffer();
      durationsMs.push(performance.now() - beganAt);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status === 503 && !(Number(response.headers.get('retry-after')) > 0)) this.#tally.bare503 += 1;
    }
  }
}

/** Statuses besides those that may be, with their numbers. */
export const unexpected = ({ statuses, broken, bare503 }: LoadTally, allowed: number[]): string[] => [
  ...[...statuses]
    .filter(([status]) => !allowed.includes(status))
    .map(([status, count]) => `${count} answers ${status}`),
  ...(bare503 > 0 ? [`${bare503} answers 503 without Retry-After`] : []),
  ...(broken.length > 0 ? [`${broken.length} requests broke: ${[...new Set(broken)].join(', ')}`] : []),
];

export const percentile = (values: number[], share: number): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0);
