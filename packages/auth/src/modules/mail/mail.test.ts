import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, inject, test } from 'vitest';
import { Browser, registered } from '../../../test/browser.ts';
import { createTestAuth, createTestDatabase, type TestAuth } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import { createTestMailbox } from '../../../test/test-mailbox.ts';
import { createAuth } from '../../create-auth.ts';
import type { Mailer } from '../../kernel/ports.ts';
import { SmtpMailer } from './smtp-mailer.ts';

const over = (url: string) => ({ mailer: new SmtpMailer({ url, from: 'Latchkey <no-reply@example.com>' }) });

const forgot = (t: TestAuth, email: string, headers: Record<string, string> = {}) =>
  new Browser(t).rest('POST', '/auth/forgot-password', { body: { email }, headers });

test('a mail arrives over SMTP, as text and HTML, from who the settings say', async () => {
  await using mailbox = await createTestMailbox();
  await using t = await createTestAuth({ ports: over(mailbox.url), publicUrl: 'https://auth.example.com' });
  await registered(t, 'ada@example.com');

  const mail = await mailbox.next();

  expect(mail.email).toMatchObject({
    from: { name: 'Latchkey', address: 'no-reply@example.com' },
    to: [{ address: 'ada@example.com' }],
    subject: 'Verify your e-mail address · Latchkey',
  });
  expect(mail.raw).toMatch(/^Auto-Submitted: auto-generated/m);
  expect(mail.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(mail.text).toContain(`https://auth.example.com/verify-email#token=${mail.token}`);
  expect(mail.html).toContain(`href="https://auth.example.com/verify-email#token=${mail.token}"`);
  expect(mail.html).toContain(mail.code);
  expect(mail.html).not.toMatch(/<img|<link|<script|url\(/);
});

test('the sender comes from the public address unless it is set, and from the settings if it is', async () => {
  await using mailbox = await createTestMailbox();
  const mail = { url: mailbox.url };
  await using database = await createTestDatabase(inject('postgres'));
  const ports = { mailer: undefined as never };
  await using one = await createTestAuth({ database, mail, publicUrl: 'https://auth.example.com', ports });
  await registered(one, 'ada@example.com');
  expect((await mailbox.next()).email.from?.address).toBe('no-reply@auth.example.com');
  await using other = await createTestAuth({ database, mail: { ...mail, from: 'door@example.com' }, ports });
  await registered(other, 'bob@example.com');
  const froms = [(await mailbox.next()).email.from?.address];
  expect(['door@example.com', 'no-reply@auth.example.com']).toContain(froms[0]);
});

test('mails lead to the pages that the settings name, at the public address', async () => {
  const links = { verifyEmail: '/welcome', resetPassword: '/me/password?from=mail' };
  await using t = await createTestAuth({ publicUrl: 'https://app.example.com', mail: { links } });
  await registered(t, 'ada@example.com');
  const welcome = await t.nextMail('ada@example.com');
  expect(welcome.text).toContain(`https://app.example.com/welcome#token=${welcome.token}`);
  await forgot(t, 'ada@example.com');
  const reset = await t.nextMail('ada@example.com');
  expect(reset.text).toContain(`https://app.example.com/me/password?from=mail#token=${reset.token}`);
});

test.each(['//evil.example.com', '/\\evil.example.com', 'https://evil.example.com', 'welcome', '/a#b'])(
  'a page at %s is refused',
  async (verifyEmail) => {
    const url = 'postgresql://nowhere.invalid/db';
    await expect(createAuth({ databaseUrl: url, mail: { links: { verifyEmail } } })).rejects.toThrow('Use a path');
  },
);

test('who has no mail server is told at the start, once', async () => {
  await using t = await createTestAuth({ ports: { mailer: undefined as never } });
  await using silent = await createTestAuth();
  await registered(t, 'ada@example.com');
  const warnings = ({ log }: TestAuth) => log.filter(({ message }) => message.startsWith('There is no mail server'));
  expect([warnings(t), warnings(silent)]).toEqual([[expect.objectContaining({ level: 'warn' })], []]);
});

test('a mail server that is away delays mails, and no request', async () => {
  await using mailbox = await createTestMailbox();
  await using t = await createTestAuth({ ports: over(mailbox.url) });
  await mailbox.goAway();

  await registered(t, 'ada@example.com');
  await eventually(() => t.log.filter(({ message }) => message === 'A mail waits').length).toBeGreaterThan(0);
  const [row] = await t.database.query<{ status: string; attempts: number }>('select * from auth.mail');
  expect(row).toMatchObject({ status: 'pending' });
  await mailbox.comeBack();

  expect((await mailbox.next()).to).toBe('ada@example.com');
  await eventually(async () => (await t.database.query('select status from auth.mail'))[0]?.status).toBe('sent');
});

test('a mail server that hangs holds up no request and no other one', async () => {
  const sockets = new Set<Socket>();
  const hanging = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const { port } = hanging.address() as AddressInfo;
  await using t = await createTestAuth({ ports: over(`smtp://127.0.0.1:${port}`) });
  for (let count = 0; count < 10; count += 1) await registered(t, `ada-${count}@example.com`);
  await eventually(() => sockets.size).toBeGreaterThan(0);
  // Ten are waiting, and only so many connections are open for them.
  expect(sockets.size).toBeLessThanOrEqual(4);
  expect(await t.database.query(`select 1 from auth.mail where status = 'pending'`)).toHaveLength(10);
  for (const socket of sockets) socket.destroy();
  hanging.close();
});

test('what a mail server says when it refuses a mail is not written down, as it may quote it', async () => {
  await using mailbox = await createTestMailbox({ refuse: (raw) => new Error(`Blocked because of ${raw}`) });
  await using t = await createTestAuth({ ports: over(mailbox.url) });
  await registered(t, 'ada@example.com');
  await eventually(() => t.log.find(({ message }) => message === 'A mail waits')).toBeDefined();
  const written = JSON.stringify([t.log, await t.database.query('select * from auth.mail')]);
  expect(written).not.toContain('token=');
  expect(written).not.toContain('Blocked');
  expect(t.log.find(({ message }) => message === 'A mail waits')?.fields).toMatchObject({
    attempts: 1,
    responseCode: 450,
  });
});

test('of two instances one sends a mail, and one sends what the other left behind', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const sent: string[] = [];
  const mailer: Mailer = { send: async ({ to }) => void sent.push(to) };
  await using one = await createTestAuth({ database, ports: { mailer } });
  await using _other = await createTestAuth({ database, ports: { mailer } });
  for (let count = 0; count < 20; count += 1) await forgot(one, `nobody-${count}@example.com`);
  await Promise.all(Array.from({ length: 10 }, (_, index) => registered(one, `ada-${index}@example.com`)));
  await eventually(() => sent.length).toBe(10);
  expect(new Set(sent).size).toBe(10);

  // As if its process had died with the mail in hand, some time ago.
  await database.query(`update auth.mail set status = 'pending', finished_at = null, next_attempt_at = now()
    where recipient = 'ada-3@example.com'`);
  await eventually(() => sent.length).toBe(11);
  expect(sent.at(-1)).toBe('ada-3@example.com');
});

test('after 24 hours a mail is given up, loudly, and after another week it is forgotten', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const mailer: Mailer = { send: () => Promise.reject(new Error('away')) };
  {
    await using t = await createTestAuth({ database, ports: { mailer } });
    await registered(t, 'ada@example.com');
    await eventually(() => t.log.some(({ message }) => message === 'A mail waits')).toBe(true);
    await database.query(`update auth.mail set created_at = now() - interval '25 hours', next_attempt_at = now()`);
  }
  await using t = await createTestAuth({ database, ports: { mailer } });
  const isGivenUp = () => t.log.some(({ level, message }) => level === 'error' && message.includes('24 hours'));
  await eventually(isGivenUp).toBe(true);
  expect((await database.query('select status from auth.mail'))[0]?.status).toBe('failed');
  expect(JSON.stringify(t.log)).not.toContain('ada@example.com');

  await database.query(`update auth.mail set finished_at = now() - interval '8 days'`);
  await using later = await createTestAuth({ database, ports: { mailer } });
  const rows = () => later.database.query('select 1 from auth.mail');
  await eventually(async () => (await rows()).length).toBe(0);
});

test('a mail of a change that was rolled back is never sent', async () => {
  await using t = await createTestAuth();
  await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  const answers = await Promise.all(Array.from({ length: 10 }, () => new Browser(t).register('bob@example.com')));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  await t.nextMail('bob@example.com');
  expect(await t.database.query(`select 1 from auth.mail where recipient = 'bob@example.com'`)).toHaveLength(1);
});

test('the host of a link never comes from a request', async () => {
  await using t = await createTestAuth({ publicUrl: 'https://auth.example.com' });
  await registered(t, 'ada@example.com');
  await t.nextMail('ada@example.com');
  const { status } = await forgot(t, 'ada@example.com', {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.example',
    origin: 'https://auth.example.com',
  });
  expect(status).toBe(202);
  const mail = await t.nextMail('ada@example.com');
  expect(mail.text + mail.html).not.toContain('evil.example');
  expect(mail.text).toContain('https://auth.example.com/reset-password#token=');
});

test('what a visitor says about themselves cannot break out of a mail', async () => {
  await using t = await createTestAuth();
  const ada = new Browser(t, '<b>"Bcc: eve@example.com"</b>');
  await ada.register('ada@example.com');
  await t.nextMail('ada@example.com');
  await ada.rest('POST', '/auth/change-password', {
    body: { currentPassword: 'tidal-copper-lantern', newPassword: 'amber-violet-anchor' },
  });
  const mail = await t.nextMail('ada@example.com');
  expect(mail.subject).toBe('Your password was changed · Latchkey');
  expect(mail.html).not.toContain('<b>');
});

test('notices can be switched off one by one', async () => {
  await using t = await createTestAuth({ mail: { notices: { passwordChanged: false } } });
  const ada = await registered(t, 'ada@example.com');
  await ada.rest('POST', '/auth/change-password', {
    body: { currentPassword: 'tidal-copper-lantern', newPassword: 'amber-violet-anchor' },
  });
  await ada.rest('POST', '/auth/change-email', { body: { newEmail: 'countess@example.com' } });
  await t.nextMail('countess@example.com');
  const templates = await t.database.query<{ template: string }>('select template from auth.mail order by template');
  expect(templates.map(({ template }) => template)).toEqual(['change_email', 'email_change_requested', 'verify_email']);
});
