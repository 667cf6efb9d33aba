import { hash } from 'node:crypto';
import type { Clock, Logger } from '../../kernel/ports.ts';

interface BreachedPasswordsOptions {
  /** What the first five digits are put behind. */
  url: string;
  logger: Logger;
  clock: Clock;
}

const DEADLINE_MS = 2000;
const WARN_INTERVAL_MS = 60_000;

/** An answer has some 40 kB. */
const MAX_BYTES = 1_000_000;

/** `SUFFIX:COUNT`; a count of 0 is padding. */
const ROW = /^(?<suffix>[0-9A-F]{35}):(?<count>\d+)$/i;

/**
 * Asks Have I Been Pwned, or a mirror of it, whether a password is known from a data breach. By k-anonymity: five
 * hexadecimal digits of the SHA-1 go out, which fit a thousand others as well, and the answer is padded, so that
 * its length tells nothing either.
 */
export class BreachedPasswords {
  readonly #options: BreachedPasswordsOptions;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(options: BreachedPasswordsOptions) {
    this.#options = options;
  }

  /** False, too, when nobody answers in time: nobody is kept from a new password because a third party is away. */
  async includes(password: string): Promise<boolean> {
    const digest = hash('sha1', password.normalize('NFC'), 'hex').toUpperCase();
    try {
      const rows = await this.#ask(digest.slice(0, 5));
      return rows.some(({ suffix, count }) => suffix === digest.slice(5) && count > 0);
    } catch (err) {
      this.#warn(err);
      return false;
    }
  }

  async #ask(prefix: string): Promise<{ suffix: string; count: number }[]> {
    const response = await fetch(`${this.#options.url.replace(/\/$/, '')}/${prefix}`, {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'Latchkey' },
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`The list of breached passwords answered ${response.status}`);
    }
    return (await readBounded(response))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map(toRow);
  }

  /** The log is not to be filled by what one warning says. */
  #warn(err: unknown): void {
    const now = this.#options.clock.now().getTime();
    if (now - this.#warnedAt < WARN_INTERVAL_MS) return;
    this.#warnedAt = now;
    this.#options.logger.warn({ err }, 'Breached passwords could not be looked up; new ones are accepted without');
  }
}

const readBounded = async ({ body }: Response): Promise<string> => {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error gives up the rest of the answer.
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('The list of breached passwords is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
};

const toRow = (line: string): { suffix: string; count: number } => {
  const { suffix, count } = ROW.exec(line)?.groups ?? {};
  if (suffix === undefined) throw new Error('The list of breached passwords is not one');
  return { suffix: suffix.toUpperCase(), count: Number(count) };
};
