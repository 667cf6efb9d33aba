import { type Browser, registered } from './browser.ts';
import type { TestAuth } from './create-test-auth.ts';

/** A browser in which an administrator is logged in. */
export const registeredAdmin = async (t: TestAuth, email = 'root@example.com'): Promise<Browser> => {
  const admin = await registered(t, email);
  await t.makeAdmin(email);
  return admin;
};

export const idOf = async (browser: Browser): Promise<string> => (await browser.rest('GET', '/me')).body.user.id;

/** A session whose password was proved too long ago for what is sensitive. */
export const makeStale = async (t: TestAuth): Promise<void> => {
  await t.database.query(`update auth.session set authenticated_at = authenticated_at - interval '1 hour'`);
};
