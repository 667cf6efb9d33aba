import { expect, test } from 'vitest';
import { z } from 'zod';
import { Browser, registered } from '../../test/browser.ts';
import { createTestAuth } from '../../test/create-test-auth.ts';
import { type CoreServices, defineModule } from '../index.ts';
import { recentProcedure } from './procedures.ts';

const vault = defineModule({
  name: 'vault',
  run: (_kernel, _core: CoreServices) => ({
    procedures: {
      vault: {
        open: recentProcedure
          .meta({ openapi: { method: 'POST', path: '/vault' }, errors: ['REAUTH_REQUIRED'] })
          .output(z.literal('open'))
          .mutation(() => 'open' as const),
      },
    },
  }),
});

test('a recent procedure asks for a password that was proved within the window', async () => {
  await using t = await createTestAuth({ session: { reauthWindowMinutes: 5 }, ports: { modules: [vault] } });
  const ada = await registered(t, 'ada@example.com');
  expect((await ada.rest('POST', '/vault')).status).toBe(200);
  await t.ageSessions(5);
  expect((await ada.rest('POST', '/vault')).body.error.code).toBe('REAUTH_REQUIRED');
  expect((await ada.mutate('vault.open')).body.error.data.code).toBe('REAUTH_REQUIRED');
  expect((await new Browser(t).rest('POST', '/vault')).body.error.code).toBe('UNAUTHENTICATED');
});
