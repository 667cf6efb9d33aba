import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readEnvFile } from './env-file.ts';
import { SettingsError } from './settings-error.ts';

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-env-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
};

test('a file has variables, and one that is not there has none', async () => {
  const file = join(await folder(), '.env');
  expect(readEnvFile(file)).toEqual({});
  await writeFile(file, '# where\nPORT=4100\nMAIL_FROM="Latchkey <auth@example.com>"\n');
  expect(readEnvFile(file)).toEqual({ PORT: '4100', MAIL_FROM: 'Latchkey <auth@example.com>' });
});

test('a link that leads nowhere has none, either: a settings file in a container is optional', async () => {
  const path = await folder();
  await symlink(join(path, 'nothing'), join(path, '.env'));
  expect(readEnvFile(join(path, '.env'))).toEqual({});
});

test('a folder in place of a file stops the start', async () => {
  const path = await folder();
  expect(() => readEnvFile(path)).toThrow(new SettingsError([`${path} cannot be read (EISDIR).`]));
});

// Whoever is root may read everything.
test.skipIf(process.getuid?.() === 0)('a file that may not be read stops the start, and is named', async () => {
  const path = await folder();
  await writeFile(join(path, 'settings.env'), 'PORT=4100');
  await chmod(join(path, 'settings.env'), 0o000);
  await symlink('settings.env', join(path, '.env'));
  const problem = `${join(path, 'settings.env')} cannot be read by user ${process.getuid?.()} (EACCES).`;
  expect(() => readEnvFile(join(path, '.env'))).toThrow(new SettingsError([problem]));
});
