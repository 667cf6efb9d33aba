import { type CreateAppTokenInput, type CreatedAppToken, Scope } from '@latchkey/contract';
import { appTokensModule } from '../src/index.ts';
import { type Browser, registered } from './browser.ts';
import { createTestAuth, type TestAuth } from './create-test-auth.ts';

type TestOptions = NonNullable<Parameters<typeof createTestAuth>[0]>;

/** A running auth with app tokens. */
export const createAppTokenAuth = ({ ports, ...options }: TestOptions = {}): Promise<TestAuth> =>
  createTestAuth({ ...options, ports: { ...ports, modules: [appTokensModule(), ...(ports?.modules ?? [])] } });

export const EVERY_SCOPE = Scope.options;

/** What people may give who are no administrators. */
export const USER_SCOPES = EVERY_SCOPE.filter((scope) => !scope.startsWith('admin:'));

type Wishes = Partial<Omit<CreateAppTokenInput, 'scopes'> & { scopes: readonly Scope[] }>;

/** An app token of whoever is logged in. */
export const createdBy = async (browser: Browser, wishes: Wishes = {}): Promise<CreatedAppToken> => {
  const body = { name: 'Nightly backup', scopes: USER_SCOPES, ...wishes };
  const created = await browser.rest('POST', '/auth/app-tokens', { body });
  if (created.status !== 201) throw new Error(`No app token: ${JSON.stringify(created.body)}`);
  return created.body;
};

/** Somebody who has just registered, and an app token of theirs. */
export const registeredWithAppToken = async (t: TestAuth, email: string, wishes: Wishes = {}) => {
  const browser = await registered(t, email);
  return { browser, ...(await createdBy(browser, wishes)) };
};
