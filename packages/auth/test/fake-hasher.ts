import { createHash } from 'node:crypto';
import type { PasswordHasher } from '../src/kernel/ports.ts';

const COMMON = new Set(['password', 'password1', '12345678', 'qwertyuiop']);

const digest = (password: string): string =>
  `fake$${createHash('sha256').update(password.normalize('NFC')).digest('hex')}`;

/** Keeps the promises of a hasher but the one that takes time. */
export const fakeHasher: PasswordHasher = {
  hash: async (password) => digest(password),
  verify: async (password, storedHash) =>
    digest(password) === storedHash ? { kind: 'match', isOutdated: false } : { kind: 'mismatch' },
  isGuessable: async (password) => COMMON.has(password.toLowerCase()),
  close: async () => {},
};
