import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

test('adopts the one that runs already, and the last one out stops it, however idle the others are', async () => {
  await using scene = await temporaryFolder();
  const first = await startEmbeddedPostgres({ folder: scene.folder });
  const messages: string[] = [];
  const second = await startEmbeddedPostgres({
    folder: scene.folder,
    onProgress: (message) => messages.push(message),
  });
  expect(messages).toEqual(['Taking over the PostgreSQL that is running already']);
  expect(second.url).toBe(first.url);

  await second.stop();
  expect(await run(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await first.stop();
  await expect(run(first.url, 'select 1')).rejects.toThrow();
});

test('two that start at once in an empty folder share one cluster', async () => {
  await using scene = await temporaryFolder();
  const [one, other] = await Promise.all([
    startEmbeddedPostgres({ folder: scene.folder }),
    startEmbeddedPostgres({ folder: scene.folder }),
  ]);
  expect(one.url).toBe(other.url);
  await Promise.all([one.stop(), other.stop()]);
  await expect(run(one.url, 'select 1')).rejects.toThrow();
});

test('a lock whose owner is gone holds nobody up', async () => {
  await using scene = await temporaryFolder();
  await writeFile(join(scene.folder, 'start.lock'), '999999999');
  const postgres = await startEmbeddedPostgres({ folder: scene.folder });
  await postgres.stop();
});

test('stopping is fine when PostgreSQL has gone already', async () => {
  await using scene = await temporaryFolder();
  const postgres = await startEmbeddedPostgres({ folder: scene.folder });
  const pid = Number((await readFile(join(scene.folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
  await expect
    .poll(
      () =>
        run(postgres.url, 'select 1').then(
          () => 'open',
          () => 'gone',
        ),
      { timeout: 10_000 },
    )
    .toBe('gone');
  await postgres.stop();

  const again = await startEmbeddedPostgres({ folder: scene.folder });
  expect(await run(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await again.stop();
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
