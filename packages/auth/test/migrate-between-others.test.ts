import { Migration } from '@mikro-orm/migrations';
import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { type CoreServices, createAuth, defineModule } from '../src/index.ts';
import { registered } from './browser.ts';
import { createTestAuth, createTestDatabase } from './create-test-auth.ts';
import { eventually } from './eventually.ts';

class AddColour extends Migration {
  override up(): void {
    this.addSql('alter table auth."user" add column colour text null');
  }
}

const colours = defineModule({
  name: 'colours',
  migrations: [{ name: '20270101000000-add-colour', class: AddColour }],
  run: (_kernel, _core: CoreServices) => ({}),
});

test('a migration that waits for a table lets the running service pass, and gets it when it is free', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await using t = await createTestAuth({ database });
  const ada = await registered(t, 'ada@example.com');
  const holder = new Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from auth."user"');

  const migrating = createAuth({ databaseUrl: database.url }, { modules: [colours] });
  const waiting = () =>
    database.query(
      `select 1 from pg_stat_activity where application_name = 'latchkey-migrate' and wait_event_type = 'Lock' and datname = current_database()`,
    );
  await eventually(async () => (await waiting()).length).toBe(1);
  // Queued behind the migration, until that gives way.
  expect((await ada.rest('GET', '/me')).status).toBe(200);
  expect((await ada.rest('PATCH', '/me', { body: { name: 'Ada' } })).status).toBe(200);

  await holder.end();
  await (await migrating).close();
  expect(await database.query('select colour from auth."user"')).toEqual([{ colour: null }]);
});
