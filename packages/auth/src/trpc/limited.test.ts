import { expect, test } from 'vitest';
import { z } from 'zod';
import { Browser, registered } from '../../test/browser.ts';
import { createTestAuth } from '../../test/create-test-auth.ts';
import { AuthError, type CoreServices, defineModule, limited, protectedProcedure, publicProcedure } from '../index.ts';
import { LIMITS } from '../kernel/limits/limit-table.ts';

/** Operations that are limited by what is said of them, and count how often they ran. */
const createVault = () => {
  const runs = { open: 0, knock: 0 };
  const module = defineModule({
    name: 'vault',
    run: (_kernel, _core: CoreServices) => ({
      procedures: {
        vault: {
          open: protectedProcedure
            .meta({ openapi: { method: 'POST', path: '/vault' }, errors: ['AUTH_INVALID'] })
            .input(z.strictObject({ code: z.string() }))
            .use(limited('provePassword', ({ ctx }) => ({ user: ctx.principal.user.id })))
            .output(z.literal('open'))
            .mutation(({ input }) => {
              runs.open += 1;
              if (input.code !== 'right') throw new AuthError('AUTH_INVALID');
              return 'open' as const;
            }),
          knock: publicProcedure
            .meta({ openapi: { method: 'GET', path: '/vault/{email}', protect: false } })
            .input(z.strictObject({ email: z.string().min(3) }))
            .use(limited('forgotPassword', ({ input, address }) => ({ address, account: input.email })))
            .output(z.string())
            .query(({ input }) => {
              runs.knock += 1;
              return input.email;
            }),
        },
      },
    }),
  });
  return { module, runs };
};

test('a user is limited on every device, and success gives the attempts back', async () => {
  const { module, runs } = createVault();
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { modules: [module] } });
  const laptop = await registered(t, 'ada@example.com');
  const phone = new Browser(t);
  await phone.login('ada@example.com');
  const { points } = LIMITS.provePassword.user;
  const open = (device: Browser, code: string) => device.rest('POST', '/vault', { body: { code } });

  for (let count = 0; count < points - 1; count += 1) await open(laptop, 'wrong');
  expect((await open(phone, 'right')).status).toBe(200);
  for (let count = 0; count < points; count += 1) {
    expect((await (count % 2 === 0 ? open(laptop, 'wrong') : open(phone, 'wrong'))).status).toBe(401);
  }
  runs.open = 0;
  const rest = await open(phone, 'right');
  const trpc = await laptop.mutate('vault.open', { code: 'right' });

  expect([rest.status, trpc.status, runs.open]).toEqual([429, 429, 0]);
  expect(rest.headers['retry-after']).toBe(String(rest.body.error.details.retryAfterSeconds));
  expect((await open(await registered(t, 'bob@example.com'), 'right')).status).toBe(200);
});

test('a batch of queries counts call by call, and where one limit refuses the others are spared', async () => {
  const { module, runs } = createVault();
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { modules: [module] } });
  const { account, address } = LIMITS.forgotPassword;
  const input = encodeURIComponent(
    JSON.stringify(Object.fromEntries(Array(10).fill({ email: 'ada@example.com' }).entries())),
  );

  await fetch(`${t.url}/trpc/${Array(10).fill('vault.knock').join(',')}?batch=1&input=${input}`);
  expect(runs.knock).toBe(account.points);

  for (let count = 0; count < 30; count += 1)
    await new Browser(t).query('vault.knock', { email: `user-${count}@example.com` });
  expect(runs.knock).toBe(account.points + address.points - 10);
  const rows = await t.database.query(`select 1 from auth.rate_limit where key like 'forgotPassword.account:%'`);
  expect(rows).toHaveLength(1 + address.points - 10);
});

test('who has no session is not counted, and what is not valid neither', async () => {
  const { module } = createVault();
  await using t = await createTestAuth({ rateLimitFactor: 1, ports: { modules: [module] } });
  expect((await new Browser(t).rest('POST', '/vault', { body: { code: 'x' } })).status).toBe(401);
  expect((await new Browser(t).query('vault.knock', { email: '' })).status).toBe(400);
  expect(await t.database.query('select 1 from auth.rate_limit')).toEqual([]);
});
