import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './env.ts';

const KEY_BYTES = 32;

/**
 * The key of the settings, or, outside of production, one that is made once and kept in the data folder.
 * @throws Error with what to do about it, when what is kept there is no key
 */
export const readEncryptionKey = async ({
  encryptionKey,
  dataFolder,
}: Pick<Settings, 'encryptionKey' | 'dataFolder'>): Promise<Buffer> => {
  if (encryptionKey !== null) return encryptionKey;
  const file = join(dataFolder, 'encryption-key');
  const kept = (await readKept(file)) ?? (await makeOnce(file));
  const key = Buffer.from(kept, 'base64');
  if (key.length !== KEY_BYTES) {
    throw new Error(`${file} holds no key. Put it back, or remove it together with the data that it encrypts.`);
  }
  return key;
};

const readKept = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

/** Several processes may start at once: a link is made whole, and by one of them. */
const makeOnce = async (file: string): Promise<string> => {
  await mkdir(join(file, '..'), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
  return readFile(file, 'utf8');
};
