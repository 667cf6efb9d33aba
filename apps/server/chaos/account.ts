import { randomInt } from 'node:crypto';
import { type LoggedIn, logInBy, PASSWORD } from './instance.ts';

/** `holds`: its cookie must be accepted. `ended`: never again. `unknown`: nobody was told what became of it. */
type State = 'holds' | 'ended' | 'unknown';

interface Known extends LoggedIn {
  state: State;
}

/** What the answer to a check says. */
const STATES = new Map<number, State>([
  [200, 'holds'],
  [401, 'ended'],
]);

const GIVE_UP_MS = 10_000;

/**
 * Somebody who changes things and remembers what was promised: an answer is a promise, a connection that breaks is
 * none.
 */
export class Account {
  readonly email: string;
  /** Changes that were answered. */
  changes = 0;
  readonly #url: string;
  readonly #sessions: Known[] = [];

  constructor(url: string, email: string) {
    this.#url = `${url}/api/v1`;
    this.email = email;
  }

  async register(): Promise<void> {
    this.#sessions.push({ ...(await this.#logIn('/auth/register')), state: 'holds' });
  }

  /** Changes something, whatever comes to mind; false when nobody answered. */
  async change(): Promise<boolean> {
    const [owner, ...others] = this.#sessions.filter(({ state }) => state === 'holds');
    const other = others[randomInt(Math.max(others.length, 1))];
    const choice = randomInt(10);
    if (owner === undefined || other === undefined || choice < 4) return this.#addSession();
    if (choice < 6) return this.#end([other], () => this.#send('DELETE', `/auth/sessions/${other.sessionId}`, owner));
    if (choice < 8) return this.#end([other], () => this.#send('POST', '/auth/logout', other));
    if (choice < 9) return this.#send('PATCH', '/me', owner, { name: `Ada ${this.changes}` });
    const open = this.#sessions.filter((session) => session !== owner && session.state !== 'ended');
    return this.#end(open, () => this.#send('DELETE', '/auth/sessions/all', owner));
  }

  /**
   * Compares what the server accepts now with what it has promised; answers what is broken, in words. Leaves off when
   * nobody answers any more.
   */
  async verify(): Promise<string[]> {
    const problems: string[] = [];
    for (const session of this.#sessions) {
      const status = await this.#look(session);
      if (status === null) return problems;
      const state = STATES.get(status);
      if (state === undefined) problems.push(`a check was answered ${status}`);
      else if (session.state === 'unknown') session.state = state;
      else if (session.state !== state)
        problems.push(state === 'holds' ? 'a session that was ended came back' : 'a session that holds was refused');
    }
    return problems;
  }

  get cookies(): number {
    return this.#sessions.length;
  }

  async #addSession(): Promise<boolean> {
    const session = await this.#logIn('/auth/login').catch(() => null);
    if (session === null) return false;
    this.#sessions.push({ ...session, state: 'holds' });
    this.changes += 1;
    return true;
  }

  async #end(sessions: Known[], act: () => Promise<boolean>): Promise<boolean> {
    for (const session of sessions) session.state = 'unknown';
    const isAnswered = await act();
    if (isAnswered) for (const session of sessions) session.state = 'ended';
    return isAnswered;
  }

  #logIn(path: string): Promise<LoggedIn> {
    return logInBy(`${this.#url}${path}`, { email: this.email, password: PASSWORD });
  }

  async #send(method: string, path: string, { cookie }: Known, body?: object): Promise<boolean> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { cookie, origin: new URL(this.#url).origin, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(GIVE_UP_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(() => null);
    if (response?.ok !== true) return false;
    this.changes += 1;
    return true;
  }

  async #look({ cookie }: Known): Promise<number | null> {
    const response = await fetch(`${this.#url}/auth/session`, { headers: { cookie } }).catch(() => null);
    return response?.status ?? null;
  }
}
