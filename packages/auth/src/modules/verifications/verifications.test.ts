import { expect, test } from 'vitest';
import { Browser, registered } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import { type CoreServices, defineModule, type Kernel, type Mailer } from '../../index.ts';
import { formatCode, normalizeCode, Secrets } from '../../kernel/secrets.ts';

const ADA = 'ada@example.com';

/** Lets a test ask for verifications as another module does. */
const createInviter = () => {
  const found: { kernel?: Kernel; core?: CoreServices } = {};
  const module = defineModule({
    name: 'inviter',
    run: (kernel, core: CoreServices) => {
      Object.assign(found, { kernel, core });
      return { procedures: {} };
    },
  });
  const invite = (userId: string, email: string) =>
    found.kernel?.database.write(async (transaction) =>
      found.core?.verifications.request(transaction, { purpose: 'invitation', userId, email }),
    );
  return { module, invite };
};

const reset = (t: Parameters<typeof registered>[0], body: object) =>
  new Browser(t).rest('POST', '/auth/reset-password', { body: { newPassword: 'amber-violet-anchor', ...body } });

test('whoever is invited chooses a first password, which verifies the address', async () => {
  const { module, invite } = createInviter();
  await using t = await createTestAuth({ ports: { modules: [module] } });
  await registered(t, ADA);
  await t.nextMail(ADA);
  const [user] = await t.database.query<{ id: string }>('select id from auth."user"');
  await t.database.query('delete from auth.password');

  await invite(user?.id ?? '', ADA);
  const { subject, text, token, code } = await t.nextMail(ADA);
  expect([subject, text.includes('within 7 days')]).toEqual(['You have been invited · Latchkey', true]);
  const verifying = await new Browser(t).rest('POST', '/auth/verify-email', { body: { token } });
  expect(verifying.body.error.code).toBe('TOKEN_INVALID');
  expect((await reset(t, { token })).status).toBe(204);

  const login = await new Browser(t).login(ADA, 'amber-violet-anchor');
  expect([login.status, login.body.user.emailVerified]).toEqual([200, true]);
  expect((await reset(t, { token })).body.error.code).toBe('TOKEN_INVALID');
  expect((await reset(t, { email: ADA, code })).body.error.code).toBe('TOKEN_INVALID');
});

test('a mail that is sent twice holds two links, of which the later one counts', async () => {
  const sent: string[] = [];
  const mailer: Mailer = {
    send: async ({ text }) => {
      sent.push(/#token=([\w-]+)/.exec(text)?.[1] ?? '');
      if (sent.length === 1) throw new Error('The mail went out, and the connection was lost before that was said');
    },
  };
  await using t = await createTestAuth({ ports: { mailer } });
  await registered(t, ADA);
  await eventually(() => sent.length).toBe(2);
  const verify = (token: string | undefined) => new Browser(t).rest('POST', '/auth/verify-email', { body: { token } });
  expect((await verify(sent[0])).body.error.code).toBe('TOKEN_INVALID');
  expect((await verify(sent[1])).status).toBe(204);
});

test('a verification that is void by now is not mailed', async () => {
  const arrived = Promise.withResolvers<void>();
  const mailer: Mailer = { send: async () => Promise.reject(new Error(String(arrived.resolve()))) };
  await using t = await createTestAuth({ ports: { mailer } });
  await registered(t, ADA);
  await arrived.promise;
  await t.database.query('update auth.verification set superseded_at = now()');
  await eventually(async () => (await t.database.query('select 1 from auth.mail')).length).toBe(0);
});

test('a code is read however it is typed, and drawn from letters that nobody confuses', () => {
  const secrets = new Secrets({ now: () => new Date() });
  const codes = Array.from({ length: 200 }, () => secrets.createCode());
  for (const code of codes) {
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(normalizeCode(` ${formatCode(code).toLowerCase()} `)).toBe(code);
  }
  expect(new Set(codes).size).toBe(200);
  expect(normalizeCode('oOil-1abC')).toBe('00111ABC');
});
