import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEncryptionKey } from './encryption-key.ts';

const withFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-key-'));
  return { dataFolder: join(folder, '.data'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
};

test('the key of the settings is taken, and nothing is kept', async () => {
  await using folder = await withFolder();
  const encryptionKey = randomBytes(32);
  expect(await readEncryptionKey({ ...folder, encryptionKey })).toBe(encryptionKey);
  await expect(readdir(folder.dataFolder)).rejects.toThrow('ENOENT');
});

test('without one it is made once, however many start at the same time, for the eyes of its owner', async () => {
  await using folder = await withFolder();
  const read = () => readEncryptionKey({ ...folder, encryptionKey: null });
  const keys = await Promise.all(Array.from({ length: 20 }, read));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect(await read()).toEqual(keys[0]);
  expect(keys[0]).toHaveLength(32);
  expect(await readdir(folder.dataFolder)).toEqual(['encryption-key']);
  const { mode } = await stat(join(folder.dataFolder, 'encryption-key'));
  expect(mode & 0o777).toBe(0o600);
});

test('a file that holds no key is said, and stays as it is', async () => {
  await using folder = await withFolder();
  await readEncryptionKey({ ...folder, encryptionKey: null });
  await writeFile(join(folder.dataFolder, 'encryption-key'), '');
  await expect(readEncryptionKey({ ...folder, encryptionKey: null })).rejects.toThrow('holds no key');
});
