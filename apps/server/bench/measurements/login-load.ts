import type { Seed } from '../setup/seed.ts';

interface LoginLoadOptions {
  latchkeyUrl: string;
  seed: Seed;
  /** Logins under way at any time. */
  concurrency: number;
}

/**
 * People who log in, one after the other, each with a browser of their own that keeps its cookie. As soon as one
 * has got in, the next one tries.
 */
export class LoginLoad {
  /** When each login was done, by `performance.now()`. */
  readonly completedAt: number[] = [];
  readonly #failures = new Map<string, number>();
  readonly #cookies = new Map<string, string>();
  readonly #options: LoginLoadOptions;
  #next = 0;
  #isRunning = false;
  #loops: Promise<void>[] = [];

  constructor(options: LoginLoadOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#loops = Array.from({ length: this.#options.concurrency }, () => this.#loop());
  }

  /** Lets what is under way finish. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  /** What was not as it should be, for people; empty when all is well. */
  takeFailures(): string[] {
    const failures = [...this.#failures].map(([what, count]) => `${count} logins: ${what}`);
    this.#failures.clear();
    return failures;
  }

  async #loop(): Promise<void> {
    const { users } = this.#options.seed;
    while (this.#isRunning) {
      const email = users[this.#next % users.length]?.email ?? '';
      this.#next += 1;
      try {
        await this.#login(email);
        this.completedAt.push(performance.now());
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        this.#failures.set(what, (this.#failures.get(what) ?? 0) + 1);
        // A server that is gone refuses at once: no need to ask it a thousand times a second.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #login(email: string): Promise<void> {
    const { latchkeyUrl, seed } = this.#options;
    const cookie = this.#cookies.get(email);
    const answer = await fetch(`${latchkeyUrl}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: latchkeyUrl, ...(cookie !== undefined && { cookie }) },
      body: JSON.stringify({ email, password: seed.password }),
    });
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`status ${answer.status} ${body.slice(0, 120)}`);
    const [setCookie = ''] = answer.headers.getSetCookie();
    this.#cookies.set(email, setCookie.split(';', 1)[0] ?? '');
  }
}

/**
 * Events per second in a window. It counts from one event to another one, because with a few of them a second
 * the edges of the window would weigh several percent.
 */
export const rateWithin = (instants: number[], from: number, to: number): number => {
  const inside = instants.filter((instant) => instant >= from && instant <= to);
  const [first] = inside;
  const last = inside.at(-1);
  return first === undefined || last === undefined || last === first
    ? 0
    : ((inside.length - 1) * 1000) / (last - first);
};
