import { randomBytes } from 'node:crypto';
import { type TokenOptionsInput, tokensModule } from '../src/index.ts';
import { createTestAuth, PASSWORD, type TestAuth } from './create-test-auth.ts';

type TestOptions = NonNullable<Parameters<typeof createTestAuth>[0]>;

/** A running auth with tokens. */
export const createTokenAuth = (
  { ports, ...options }: TestOptions = {},
  given: Partial<TokenOptionsInput> = {},
): Promise<TestAuth> => {
  const module = tokensModule({ encryptionKey: randomBytes(32), ...given });
  return createTestAuth({ ...options, ports: { ...ports, modules: [module] } });
};

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the service answered is what the test is about
  body: any;
}

/** A program that calls with a bearer token, or with none: no cookies, no `Origin`. */
export const call = async (
  t: Pick<TestAuth, 'url'>,
  route: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const [method = 'GET', path = '/'] = route.split(' ');
  const response = await fetch(`${t.url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
};

export const refresh = (t: Pick<TestAuth, 'url'>, refreshToken: string): Promise<Answer> =>
  call(t, 'POST /api/v1/auth/refresh', { body: { refreshToken } });

/** The tokens of somebody who registers and logs in with an app. */
export const registeredWithTokens = async (t: TestAuth, email: string) => {
  await call(t, 'POST /api/v1/auth/register', { body: { email, password: PASSWORD } });
  return loggedInWithTokens(t, email);
};

export const loggedInWithTokens = async (
  t: Pick<TestAuth, 'url'>,
  email: string,
): Promise<{ accessToken: string; refreshToken: string; expiresIn: number; refreshExpiresIn: number }> => {
  const { status, body } = await call(t, 'POST /api/v1/auth/token', { body: { email, password: PASSWORD } });
  if (status !== 200) throw new Error(`No tokens: ${JSON.stringify(body)}`);
  return body;
};
