import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { createTestAuth, createTestDatabase, type TestDatabase } from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import type { AuthEvent } from '../event-log.ts';
import { defineModule } from '../module.ts';
import type { Subscriber } from './subscriber.ts';

const writeEvents = (database: TestDatabase, count: number) =>
  database.query(
    `insert into auth.event (id, occurred_at, type, user_id, trace_id, data)
     select uuidv7(), now(), 'user.updated', '01900000-0000-7000-8000-000000000001'::uuid, 'by hand',
       jsonb_build_object('n', n) from generate_series(1, $1::int) n`,
    [count],
  );

const pendingIn = (database: TestDatabase) => database.query('select position from auth.event_pending');

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('a sink that cannot take a whole batch gets everything in parts, in order', async () => {
  const [mostAtOnce, count] = [100, 400];
  const [batches, taken]: [number[], unknown[]] = [[], []];
  const deliver = async (events: AuthEvent[]) => {
    batches.push(events.length);
    if (events.length > mostAtOnce) throw new Error('Too much at once');
    taken.push(...events.map(({ data }) => data.n));
  };
  const module = defineModule({ name: 'narrow', run: () => ({ sinks: [{ name: 'narrow', deliver }] }) });
  await using t = await createTestAuth({ ports: { modules: [module] } });
  await writeEvents(t.database, count);
  await eventually(() => taken).toEqual(upTo(count));
  expect(Math.max(...batches)).toBe(256);
  await eventually(() => pendingIn(t.database)).toEqual([]);
});

test('a stop tells a handler to leave, notes what was handled, and leaves no connection behind', async () => {
  const heard: unknown[] = [];
  const leaving = Promise.withResolvers<void>();
  const subscriber: Subscriber = {
    name: 'crm',
    handle: async ({ data }, signal) => {
      if (data.n === 3) await delay(60_000, undefined, { signal }).finally(() => leaving.resolve());
      heard.push(data.n);
    },
  };
  await using database = await createTestDatabase(inject('postgres'));
  const first = await createTestAuth({ database, ports: { subscribers: [subscriber] } });
  await writeEvents(database, 5);
  await eventually(() => heard).toEqual([1, 2]);
  await first.auth.close();
  await leaving.promise;
  expect(await pendingIn(database)).toHaveLength(3);
  await expect(first.auth.outbox.listStatus()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const held = () =>
    database.query(
      `select application_name from pg_stat_activity
       where datname = current_database() and application_name like 'latchkey%'`,
    );
  await eventually(held).toEqual([]);
  await first[Symbol.asyncDispose]();

  const handle = ({ data }: AuthEvent) => void heard.push(data.n);
  await using _second = await createTestAuth({ database, ports: { subscribers: [{ name: 'crm', handle }] } });
  await eventually(() => heard).toEqual([1, 2, 3, 4, 5]);
  expect(first.log.filter(({ message }) => message.startsWith('A subscriber failed'))).toEqual([]);
});
