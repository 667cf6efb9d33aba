import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance, LoggedIn } from './instance.ts';
import { emptyTally, type Tally } from './tally.ts';

interface StormOptions {
  /** Where sessions are revoked. */
  revoking: Instance;
  /** Where they are checked. */
  checking: Instance;
  sessions: LoggedIn[];
}

/** A session under observation; instants of `performance.now()`. */
interface Observed extends LoggedIn {
  revocationBegan: number;
  revocationAnswered: number;
}

const CHECKERS = 16;
const REVOKE_INTERVAL_MS = 100;
const GIVE_UP_MS = 10_000;

/** Checks at one instance, without pause, sessions that are being revoked at another one, and judges each answer. */
export class Storm {
  readonly tally: Tally = emptyTally();
  readonly #options: StormOptions;
  readonly #sessions: Observed[];
  readonly #owner: LoggedIn;
  readonly #workers: Promise<void>[];
  #isOver = false;
  #faultEndedAt = Number.POSITIVE_INFINITY;

  constructor(options: StormOptions) {
    const [owner, ...others] = options.sessions;
    if (owner === undefined) throw new Error('A storm needs sessions');
    this.#options = options;
    this.#owner = owner;
    this.#sessions = others.map((session) => ({
      ...session,
      revocationBegan: Number.POSITIVE_INFINITY,
      revocationAnswered: Number.POSITIVE_INFINITY,
    }));
    this.#workers = [this.#revokeAll(), ...Array.from({ length: CHECKERS }, () => this.#checkOn())];
  }

  faultEnded(): void {
    this.#faultEndedAt = performance.now();
  }

  /** The sessions whose revocation was answered. */
  revokedIds(): Set<string> {
    const revoked = this.#sessions.filter(({ revocationAnswered }) => Number.isFinite(revocationAnswered));
    return new Set(revoked.map(({ sessionId }) => sessionId));
  }

  async end(): Promise<Tally> {
    this.#isOver = true;
    await Promise.all(this.#workers);
    return this.tally;
  }

  async #revokeAll(): Promise<void> {
    for (const session of this.#sessions) {
      if (this.#isOver) return;
      session.revocationBegan = performance.now();
      const { url } = this.#options.revoking;
      const response = await fetch(`${url}/api/v1/auth/sessions/${session.sessionId}`, {
        method: 'DELETE',
        headers: { cookie: this.#owner.cookie, origin: url },
      }).catch(() => null);
      // Told "unavailable", it may have been revoked or not: no promise was given.
      if (response?.status === 204) {
        session.revocationAnswered = performance.now();
        this.tally.revoked += 1;
      }
      await sleep(REVOKE_INTERVAL_MS);
    }
  }

  async #checkOn(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      const session = this.#sessions[(turn * 7 + Math.floor(turn / 3)) % this.#sessions.length];
      if (session !== undefined) await this.#check(session);
    }
  }

  async #check(session: Observed): Promise<void> {
    const beganAt = performance.now();
    const response = await fetch(`${this.#options.checking.url}/api/v1/auth/session`, {
      headers: { cookie: session.cookie },
      signal: AbortSignal.timeout(GIVE_UP_MS),
    }).catch((error: Error) => error);
    const endedAt = performance.now();
    this.tally.checks += 1;
    if (response instanceof Error) return void this.tally.malformed.push(response.name);
    await response.arrayBuffer();
    if (response.status === 200) {
      if (session.revocationAnswered < beganAt) this.tally.acceptedAfterRevocation += 1;
    } else if (response.status === 401) {
      if (session.revocationBegan > endedAt) this.tally.falselyRefused += 1;
    } else this.#judgeRefusal(response, endedAt - beganAt);
    if (response.status >= 500 && endedAt > this.#faultEndedAt) {
      this.tally.recoveredAfterMs = Math.max(this.tally.recoveredAfterMs, endedAt - this.#faultEndedAt);
    }
  }

  #judgeRefusal({ status, headers }: Response, waitedMs: number): void {
    const isInContract = status === 503 && Number(headers.get('retry-after')) > 0;
    if (!isInContract) return void this.tally.malformed.push(`status ${status}`);
    this.tally.unavailable += 1;
    this.tally.longestWaitMs = Math.max(this.tally.longestWaitMs, waitedMs);
  }
}
