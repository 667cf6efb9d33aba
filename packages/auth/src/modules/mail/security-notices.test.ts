import { expect, test } from 'vitest';
import { Browser, loggedIn, registered, SAFARI } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { LIMITS } from '../../kernel/limits/limit-table.ts';

const { points } = LIMITS.login.account;

const guess = async (browser: Browser, attempts: number): Promise<void> => {
  for (let count = 0; count < attempts; count += 1) await browser.login('ada@example.com', 'not-the-password');
};

test('a login on a device that is new is told by mail, with device and address; one on a known device is not', async () => {
  await using t = await createTestAuth();
  const laptop = await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  await laptop.login('ada@example.com');
  await loggedIn(t, 'ada@example.com', SAFARI);
  const { subject, text } = await t.nextMail('ada@example.com');
  expect(subject).toBe('A login from a new device · Latchkey');
  expect(text).toMatch(/^Safari on iOS · 127\.0\.0\.1 · \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
  expect(await t.database.query(`select 1 from auth.mail where template = 'new_device'`)).toHaveLength(1);
});

test('what a mail says of a device cannot become markup', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  await loggedIn(t, 'ada@example.com', '<b>curl</b>/8.1');
  expect((await t.nextMail('ada@example.com')).html).not.toContain('<b>curl');
});

test('an account that is locked tells its owner, once', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 1 });
  await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  await guess(new Browser(t), points + 3);
  const { subject, text } = await t.nextMail('ada@example.com');
  expect(subject).toBe('Too many attempts to log in · Latchkey');
  expect(text).toContain('http://localhost:4000/forgot-password');
  expect(await t.database.query(`select 1 from auth.mail where template = 'account_locked'`)).toHaveLength(1);
});

test('neither is told where that is switched off', async () => {
  const notices = { newDevice: false, accountLocked: false };
  await using t = await createTestAuth({ rateLimitFactor: 1, mail: { notices } });
  await registered(t, 'ada@example.com');
  await loggedIn(t, 'ada@example.com', SAFARI);
  await guess(new Browser(t), points + 1);
  expect((await t.events()).map(({ type }) => type)).toContain('user.locked');
  expect(await t.database.query('select template from auth.mail')).toEqual([{ template: 'verify_email' }]);
});

test('a new password by mail lifts the lock that guesses at the old one have brought', async () => {
  await using t = await createTestAuth({ rateLimitFactor: 1 });
  await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  await guess(new Browser(t), points + 1);
  await t.nextMail('ada@example.com');
  expect((await new Browser(t).login('ada@example.com')).status).toBe(429);

  await new Browser(t).rest('POST', '/auth/forgot-password', { body: { email: 'ada@example.com' } });
  const token = /#token=([\w-]+)/.exec((await t.nextMail('ada@example.com')).text)?.[1];
  const newPassword = 'velvet-harbour-signal';
  await new Browser(t).rest('POST', '/auth/reset-password', { body: { token, newPassword } });
  expect((await new Browser(t).login('ada@example.com', newPassword)).status).toBe(200);
});
