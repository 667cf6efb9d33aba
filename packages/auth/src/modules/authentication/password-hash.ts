import { createHmac } from 'node:crypto';

/**
 * bcrypt ignores what comes after 72 bytes and stops at a NUL, so it is given the base64 of an HMAC-SHA-384
 * (64 bytes, no NUL) of the password. The prefix says which form was hashed; plain bcrypt hashes that were
 * imported have none.
 */
const PREHASHED = 'v1';
const PEPPERED = 'v1p';
const STORED = /^(?<form>v1p?)?(?<bcrypt>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/;

export interface HashSettings {
  cost: number;
  pepper: string | null;
}

export interface StoredHash {
  /** What bcrypt compares with. */
  bcrypt: string;
  /** What bcrypt is given for a password. */
  prepare(password: string): string;
  /** Whether today's settings would hash it in another way. */
  isOutdated: boolean;
}

/** The same text from every keyboard: composed and decomposed letters are equal (NIST SP 800-63B §3.1.1.2). */
const prehash = (password: string, pepper: string): string =>
  createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64');

/** What bcrypt is given for a new password, and the prefix for what it answers. */
export const prepareNew = (password: string, { pepper }: HashSettings): { input: string; prefix: string } => ({
  input: prehash(password, pepper ?? ''),
  prefix: pepper === null ? PREHASHED : PEPPERED,
});

/** Reads a stored hash; null for what none of our forms is. */
export const parseStored = (stored: string, { cost, pepper }: HashSettings): StoredHash | null => {
  const { form, bcrypt, cost: storedCost } = STORED.exec(stored)?.groups ?? {};
  if (bcrypt === undefined) return null;
  if (form === PEPPERED && pepper === null) throw new Error('A password was hashed with a pepper, and none is set');
  const key = form === PEPPERED ? (pepper ?? '') : '';
  return {
    // PHP's name for the same algorithm.
    bcrypt: bcrypt.replace(/^\$2y\$/, '$2b$'),
    prepare: (password) => (form === undefined ? password : prehash(password, key)),
    isOutdated: form !== (pepper === null ? PREHASHED : PEPPERED) || Number(storedCost) !== cost,
  };
};

/** A hash that no password matches and that costs as much as a real one, for accounts that do not exist. */
export const decoyHash = (cost: number): string => `${PREHASHED}$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
