import { type IncomingMessage, request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import type { Clock } from '../../kernel/ports.ts';
import { type TargetGuard, TargetRefused } from './target-guard.ts';

/** How an attempt ended: with an answer, or with why there was none. */
export interface Outcome {
  /** Null: there was no answer. */
  status: number | null;
  /** How the answer began. */
  body: string | null;
  /** Null: there was one. */
  error: string | null;
  retryAfterSeconds: number | null;
  durationMs: number;
}

interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
}

interface WebhookSenderOptions {
  guard: TargetGuard;
  clock: Clock;
  timeoutSeconds: number;
}

const KEPT_BYTES = 4096;
/** Whoever answers more than this is not listened to any further. */
const READ_BYTES = 65_536;

/**
 * Posts to where the guard lets it, on a connection of its own, within one deadline for all of it: name, connection,
 * headers and body. Redirects are answers like others: nothing follows them.
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Never throws; `closing` cuts it short. */
  async send(post: Post, closing: AbortSignal): Promise<Outcome> {
    const { clock, timeoutSeconds } = this.#options;
    const startedAt = performance.now();
    const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
    const outcome = { status: null, body: null, error: null, retryAfterSeconds: null };
    const duration = () => Math.round(performance.now() - startedAt);
    try {
      const response = await this.#post(post, AbortSignal.any([deadline, closing]));
      const retryAfterSeconds = toSeconds(response.headers['retry-after'], clock.now());
      const body = await readStart(response);
      return { ...outcome, status: response.statusCode ?? 0, body, retryAfterSeconds, durationMs: duration() };
    } catch (error) {
      const reason = deadline.aborted ? 'TIMEOUT' : reasonOf(error);
      return { ...outcome, error: reason, durationMs: duration() };
    }
  }

  async #post({ url: text, headers, body }: Post, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(text);
    const addresses = await within(signal, this.#options.guard.addressesOf(url));
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = url.protocol === 'https:' ? requestByHttps : requestByHttp;
    // No agent: a connection that is kept would lead where a name led earlier.
    request(url, { method: 'POST', headers, agent: false, lookup: lookUpAmong(addresses), signal }, resolve)
      .on('error', reject)
      // An answer of 101 that nobody asked for: Node.js would hang up and say neither `response` nor `error`.
      .on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new UpgradeRefused());
      })
      .end(body);
    return within(signal, promise);
  }
}

/** The receiver wants to speak another protocol. */
class UpgradeRefused extends Error {
  readonly code = 'UPGRADE_REFUSED';
}

/** Answers with what was checked, whatever the name leads to by now. */
const lookUpAmong = (addresses: string[]): LookupFunction => {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (hostname, { all }, callback) => {
    const [first] = found;
    if (first === undefined) callback(new Error(`${hostname} has no address`), '');
    else if (all) callback(null, found);
    else callback(null, first.address, first.family);
  };
};

const within = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** The beginning of the answer as text that PostgreSQL can hold, which excludes NUL. */
const readStart = async (response: IncomingMessage): Promise<string> => {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (bytes < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - bytes));
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > READ_BYTES) break;
  }
  return Buffer.concat(kept).toString('utf8').replaceAll('\0', '\ufffd');
};

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
const toSeconds = (value: string | undefined, now: Date): number | null => {
  if (value === undefined) return null;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now.getTime()) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
};

/** A word for it; what a library says may name files and addresses of this machine. */
const reasonOf = (error: unknown): string => {
  if (error instanceof TargetRefused) return 'TARGET_REFUSED';
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'UNKNOWN';
};
