import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTemplateDatabase } from '@latchkey/auth/testing';
import { startEmbeddedPostgres } from '@latchkey/server/embedded-postgres';
import type { TestProject } from 'vitest/node';

/** One PostgreSQL for all test files, thrown away afterwards. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  const postgres = await startEmbeddedPostgres({ folder, isDisposable: true });
  await makeTemplateDatabase(postgres);
  project.provide('postgres', { url: postgres.url, superuserUrl: postgres.superuserUrl });
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
};
