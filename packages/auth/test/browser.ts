import request, { type Response } from 'supertest';
import { PASSWORD, type TestAuth } from './create-test-auth.ts';

/** User agents that name themselves clearly. */
export const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

interface TrpcOptions {
  /** As a batch of one, which is how tRPC's client sends single calls. */
  isBatch?: boolean;
  headers?: Record<string, string>;
}

/** A browser without a screen: keeps cookies and says where its requests come from. Speaks REST and tRPC. */
export class Browser {
  readonly #t: TestAuth;
  readonly #headers: Record<string, string>;
  /** Of the session. */
  cookie: string | null = null;
  /** By which the device is known; stays when the session ends. */
  deviceCookie: string | null = null;

  constructor(t: TestAuth, userAgent: string = FIREFOX) {
    this.#t = t;
    this.#headers = { 'user-agent': userAgent, 'sec-fetch-site': 'same-origin' };
  }

  async rest(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    { body, headers = {} }: CallOptions = {},
  ): Promise<Response> {
    const call = request(this.#t.url)[method.toLowerCase() as 'get'](`/api/v1${path}`);
    return this.#send(call, body, headers);
  }

  query(name: string, input?: unknown, { isBatch = false, headers = {} }: TrpcOptions = {}): Promise<Response> {
    const search = new URLSearchParams(isBatch ? { batch: '1' } : {});
    if (input !== undefined) search.set('input', JSON.stringify(isBatch ? { 0: input } : input));
    return this.#send(request(this.#t.url).get(`/trpc/${name}?${search}`), undefined, headers);
  }

  mutate(name: string, input?: unknown, { isBatch = false, headers = {} }: TrpcOptions = {}): Promise<Response> {
    const call = request(this.#t.url)
      .post(`/trpc/${name}${isBatch ? '?batch=1' : ''}`)
      .set('content-type', 'application/json');
    return this.#send(call, isBatch ? { 0: input } : input, headers);
  }

  async register(email: string, password = PASSWORD): Promise<Response> {
    return this.rest('POST', '/auth/register', { body: { email, password } });
  }

  async login(email: string, password = PASSWORD): Promise<Response> {
    return this.rest('POST', '/auth/login', { body: { email, password } });
  }

  get token(): string {
    return this.cookie?.split('=')[1] ?? '';
  }

  async #send(call: request.Test, body: unknown, headers: Record<string, string>): Promise<Response> {
    const cookie = [this.cookie, this.deviceCookie].filter((pair) => pair !== null).join('; ');
    call.set({ ...this.#headers, ...(cookie !== '' && { cookie }), ...headers });
    const response = await (body === undefined ? call : call.send(body as object));
    for (const line of response.get('set-cookie') ?? []) {
      const pair = /max-age=0\b/i.test(line) ? null : (line.split(';')[0] ?? null);
      if (/^(__Host-)?latchkey_device=/.test(line)) this.deviceCookie = pair;
      else this.cookie = pair;
    }
    return response;
  }
}

/** A browser that has just registered. */
export const registered = async (t: TestAuth, email: string, userAgent?: string): Promise<Browser> => {
  const browser = new Browser(t, userAgent);
  const { status } = await browser.register(email);
  if (status !== 201) throw new Error(`${email} could not register: ${status}`);
  return browser;
};

/** Another device of the same user. */
export const loggedIn = async (t: TestAuth, email: string, userAgent?: string): Promise<Browser> => {
  const browser = new Browser(t, userAgent);
  const { status } = await browser.login(email);
  if (status !== 200) throw new Error(`${email} could not log in: ${status}`);
  return browser;
};

/** How many guesses were answered before the first one was refused. */
export const refusedAfter = async (t: TestAuth, email: string): Promise<number> => {
  for (let guesses = 0; ; guesses += 1) {
    if ((await new Browser(t).login(email, 'not-the-password')).status === 429) return guesses;
  }
};
