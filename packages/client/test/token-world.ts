import { randomBytes } from 'node:crypto';
import { tokensModule } from '@latchkey/auth';
import { createTestAuth, PASSWORD, type TestAuth } from '@latchkey/auth/testing';
import type { EndReason } from '@latchkey/contract';
import { AuthApiError, type AuthClient, createAuthClient, TokenKeeper, type TokenOptions } from '../src/index.ts';
import { TestClock } from './test-clock.ts';

type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What a client sent. */
interface SentRequest {
  path: string;
  headers: Headers;
}

/** A client with tokens, whose network and clock are in the hands of a test. */
export interface TokenDevice {
  client: AuthClient;
  keeper: TokenKeeper;
  clock: TestClock;
  sent: SentRequest[];
  /** Why it was signed out, each time. */
  ends: (EndReason | null)[];
  /** Stands between the client and the service. */
  network: { pass: (send: () => Promise<Response>, path: string, init?: RequestInit) => Promise<Response> };
  /** How many refreshes were asked for. */
  refreshes(): number;
  signIn(): Promise<void>;
}

export interface TokenWorld extends AsyncDisposable {
  t: TestAuth;
  /** Of the service. */
  clock: TestClock;
  /** The module, for what it offers to its operator. */
  tokens: ReturnType<typeof tokensModule>;
  openDevice(options?: TokenOptions): TokenDevice;
}

export const REFRESH = '/api/v1/auth/refresh';

export const LIFETIME_SECONDS = 900;

export const account = { email: 'ada@example.com', password: PASSWORD };

/** A service that issues tokens, and somebody who has an account there. */
export const createTokenWorld = async (algorithm: 'RS256' | 'ES256' = 'ES256'): Promise<TokenWorld> => {
  const clock = new TestClock();
  const tokens = tokensModule({ encryptionKey: randomBytes(32), algorithm });
  const t = await createTestAuth({ trustedServices: ['127.0.0.1'], ports: { clock, modules: [tokens] } });
  await createAuthClient({ url: t.url }).auth.register.mutate(account);
  const keepers: TokenKeeper[] = [];
  return {
    t,
    clock,
    tokens,
    openDevice: (options) => {
      const device = openDevice(t.url, options);
      keepers.push(device.keeper);
      return device;
    },
    [Symbol.asyncDispose]: async () => {
      for (const keeper of keepers) keeper.close();
      await t[Symbol.asyncDispose]();
    },
  };
};

export const offline = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'));

export const failureOf = (call: Promise<unknown>): Promise<AuthApiError> =>
  call.then(
    () => {
      throw new Error('The call was expected to fail');
    },
    (error: unknown) => {
      if (error instanceof AuthApiError) return error;
      throw error;
    },
  );

export const manyCalls = ({ client }: TokenDevice, count = 50) =>
  Promise.allSettled(Array.from({ length: count }, () => client.auth.me.query()));

export const successes = (outcomes: PromiseSettledResult<unknown>[]): number =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;

const openDevice = (url: string, options: TokenOptions = {}): TokenDevice => {
  const sent: SentRequest[] = [];
  const ends: (EndReason | null)[] = [];
  const clock = new TestClock();
  const network: TokenDevice['network'] = { pass: (send) => send() };
  const send: Fetch = (input, init) => {
    const { pathname: path } = new URL(String(input));
    sent.push({ path, headers: new Headers(init?.headers) });
    return network.pass(() => fetch(input, init), path, init);
  };
  const onSignedOut = (reason: EndReason | null) => void ends.push(reason);
  const keeper = new TokenKeeper({ url, fetch: send, clock, onSignedOut, ...options });
  const client = createAuthClient({ url, fetch: send, tokens: keeper });
  return {
    client,
    keeper,
    clock,
    sent,
    ends,
    network,
    refreshes: () => sent.filter(({ path }) => path === REFRESH).length,
    signIn: async () => void (await client.tokens.issue.mutate(account)),
  };
};
