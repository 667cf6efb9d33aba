import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

/** mkdtemp makes a folder that only its owner may enter: the hardest case for a PostgreSQL that must not be root. */
const temporaryFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-embedded-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};

const run = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
};

test('keeps its data from one start to the next', async () => {
  await using scene = await temporaryFolder();
  const first = await startEmbeddedPostgres({ folder: scene.folder });
  await run(first.url, 'create table kept (value int); insert into kept values (7)');
  await first.stop();

  const messages: string[] = [];
  const second = await startEmbeddedPostgres({ folder: scene.folder, onProgress: (message) => messages.push(message) });
  expect(await run(second.url, 'select value from kept')).toEqual([{ value: 7 }]);
  expect(messages).toEqual(['Starting PostgreSQL']);
  await second.stop();
});

test('adopts the one that a killed process left running, and the last one out stops it', async () => {
  await using scene = await temporaryFolder();
  const orphan = await startEmbeddedPostgres({ folder: scene.folder });
  await run(orphan.url, 'create table kept (value int)');

  const messages: string[] = [];
  const adopted = await startEmbeddedPostgres({
    folder: scene.folder,
    onProgress: (message) => messages.push(message),
  });
  expect(messages).toEqual(['Taking over the PostgreSQL that is running already']);
  expect(adopted.url).toBe(orphan.url);

  const other = new Client({ connectionString: adopted.url });
  await other.connect();
  await adopted.stop();
  expect(await run(adopted.url, 'select * from kept')).toEqual([]);
  await other.end();
  await adopted.stop();
  await expect(run(adopted.url, 'select 1')).rejects.toThrow();
});

test('the application is no superuser; passwords are random and for the owner only', async () => {
  await using scene = await temporaryFolder();
  const postgres = await startEmbeddedPostgres({ folder: scene.folder });
  expect(await run(postgres.url, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([
    { rolsuper: false },
  ]);
  expect(new URL(postgres.url).password).toMatch(/^[0-9a-f]{48}$/);
  expect((await stat(join(scene.folder, 'credentials.json'))).mode & 0o077).toBe(0);
  expect((await stat(join(scene.folder, 'data'))).mode & 0o077).toBe(0);
  await expect(run(postgres.url.replace(/:[0-9a-f]{48}@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
  await postgres.stop();
});
