import { expect, test } from 'vitest';
import { registered } from '../../../test/browser.ts';
import { createTestAuth } from '../../../test/create-test-auth.ts';
import { type CoreServices, defineModule, type Kernel } from '../../index.ts';
import type { NewEvent } from '../../kernel/event-log.ts';

const CALLER = { ipAddress: '203.0.113.7', userAgent: null, traceId: 'a'.repeat(32) };

/** Records what other modules record. */
const createRecorder = () => {
  const found: { kernel?: Kernel } = {};
  const module = defineModule({
    name: 'recorder',
    run: (kernel, _core: CoreServices) => {
      found.kernel = kernel;
      return { procedures: {} };
    },
  });
  const record = (event: NewEvent) => found.kernel?.database.write(async (transaction) => transaction.record(event));
  return { module, record };
};

const setUp = async (notices: { newDevice?: boolean; accountLocked?: boolean } = {}) => {
  const { module, record } = createRecorder();
  const t = await createTestAuth({ ports: { modules: [module] }, mail: { notices } });
  const ada = await registered(t, 'ada@example.com');
  const userId: string = (await ada.rest('GET', '/me')).body.user.id;
  await t.nextMail('ada@example.com');
  return { t, record, userId };
};

test('a login on a device that is new is told by mail, with device and address', async () => {
  const { t, record, userId } = await setUp();
  await using _ = t;
  await record({ type: 'user.login', caller: CALLER, userId, data: { newDevice: false } });
  await record({ type: 'user.login', caller: CALLER, userId, data: { newDevice: true, device: 'Safari on <iOS>' } });
  const { subject, text, html } = await t.nextMail('ada@example.com');
  expect(subject).toBe('A login from a new device · Latchkey');
  expect(text).toMatch(/^Safari on <iOS> · 203\.0\.113\.7 · \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
  expect(html).toContain('Safari on &lt;iOS&gt;');
  expect(await t.database.query(`select 1 from auth.mail where template = 'new_device'`)).toHaveLength(1);
});

test('an account that is locked tells its owner', async () => {
  const { t, record, userId } = await setUp();
  await using _ = t;
  await record({ type: 'user.locked', caller: CALLER, userId, actorId: null });
  const { subject, text } = await t.nextMail('ada@example.com');
  expect(subject).toBe('Too many attempts to log in · Latchkey');
  expect(text).toContain('http://localhost:4000/forgot-password');
});

test('neither is told where that is switched off', async () => {
  const { t, record, userId } = await setUp({ newDevice: false, accountLocked: false });
  await using _ = t;
  await record({ type: 'user.login', caller: CALLER, userId, data: { newDevice: true } });
  await record({ type: 'user.locked', caller: CALLER, userId });
  await t.auth.close();
  expect(await t.database.query('select template from auth.mail')).toEqual([{ template: 'verify_email' }]);
});
