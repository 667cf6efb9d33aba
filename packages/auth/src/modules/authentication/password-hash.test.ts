import bcrypt from 'bcrypt';
import { expect, test } from 'vitest';
import { BcryptHasher } from './bcrypt-hasher.ts';

const createHasher = (options: { cost?: number; pepper?: string; workers?: number; maxQueue?: number } = {}) => {
  const { cost = 4, pepper = null, workers = 1, maxQueue = 100 } = options;
  const hasher = new BcryptHasher({ cost, pepper, workers, maxQueue });
  return Object.assign(hasher, { [Symbol.asyncDispose]: () => hasher.close() });
};

test('verifies what it hashed, and nothing else', async () => {
  await using hasher = createHasher();
  const stored = await hasher.hash('tidal-copper-lantern');
  expect(stored).toMatch(/^v1\$2b\$04\$/);
  expect(await hasher.verify('tidal-copper-lantern', stored)).toEqual({ kind: 'match', isOutdated: false });
  expect(await hasher.verify('tidal-copper-lanterN', stored)).toEqual({ kind: 'mismatch' });
  expect(await hasher.verify('tidal-copper-lantern', null)).toEqual({ kind: 'mismatch' });
  expect(await hasher.verify('tidal-copper-lantern', 'no hash at all')).toEqual({ kind: 'mismatch' });
});

test('every character counts, beyond the 72nd byte and after NUL', async () => {
  await using hasher = createHasher();
  const long = 'x'.repeat(80);
  expect(await hasher.verify(`${long}b`, await hasher.hash(`${long}a`))).toEqual({ kind: 'mismatch' });
  expect(await hasher.verify('abcdefgh\0b', await hasher.hash('abcdefgh\0a'))).toEqual({ kind: 'mismatch' });
});

test('composed and decomposed letters are the same password', async () => {
  await using hasher = createHasher();
  const stored = await hasher.hash('Ångström-café'.normalize('NFD'));
  expect((await hasher.verify('Ångström-café'.normalize('NFC'), stored)).kind).toBe('match');
});

test('a plain bcrypt hash from elsewhere verifies and counts as outdated', async () => {
  await using hasher = createHasher();
  const imported = bcrypt.hashSync('tidal-copper-lantern', 4);
  expect(await hasher.verify('tidal-copper-lantern', imported)).toEqual({ kind: 'match', isOutdated: true });
  expect(await hasher.verify('tidal-copper-lantern', imported.replace('$2b$', '$2y$'))).toEqual({
    kind: 'match',
    isOutdated: true,
  });
});

test('a higher cost and a pepper make old hashes outdated; both still verify', async () => {
  await using plain = createHasher();
  await using stronger = createHasher({ cost: 5 });
  await using peppered = createHasher({ pepper: 'a pepper of 24 letters..' });
  const stored = await plain.hash('tidal-copper-lantern');
  expect(await stronger.verify('tidal-copper-lantern', stored)).toEqual({ kind: 'match', isOutdated: true });
  expect(await peppered.verify('tidal-copper-lantern', stored)).toEqual({ kind: 'match', isOutdated: true });
});

test('without its pepper a hash is worth nothing', async () => {
  await using peppered = createHasher({ pepper: 'a pepper of 24 letters..' });
  await using other = createHasher({ pepper: 'another pepper of 30 letters..' });
  await using plain = createHasher();
  const stored = await peppered.hash('tidal-copper-lantern');
  expect(stored).toMatch(/^v1p\$/);
  expect((await peppered.verify('tidal-copper-lantern', stored)).kind).toBe('match');
  expect((await other.verify('tidal-copper-lantern', stored)).kind).toBe('mismatch');
  // A deployment that lost its pepper must not tell everybody that their password is wrong.
  await expect(plain.verify('tidal-copper-lantern', stored)).rejects.toThrow(/pepper/);
});

test('refuses with UNAVAILABLE when too many wait, and goes on afterwards', async () => {
  await using hasher = createHasher({ cost: 8, maxQueue: 3 });
  await hasher.hash('warm-up-of-the-worker');

  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => hasher.hash('tidal-copper-lantern')));

  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(15);
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'UNAVAILABLE', details: { retryAfterSeconds: 2 } });
  expect(await hasher.hash('tidal-copper-lantern')).toMatch(/^v1/);
});

test('closing lets the hashes under way finish, refuses the others, and leaves the process alive', async () => {
  for (let round = 0; round < 12; round += 1) {
    const hasher = new BcryptHasher({ cost: 6, pepper: null, workers: 2, maxQueue: 100 });
    const hashes = Array.from({ length: 20 }, () => hasher.hash('tidal-copper-lantern'));
    if (round % 2 === 0) await hashes[0];
    const closed = hasher.close();
    for (const outcome of await Promise.allSettled(hashes)) {
      if (outcome.status === 'fulfilled') expect(outcome.value).toMatch(/^v1/);
      else expect(outcome.reason).toMatchObject({ code: 'UNAVAILABLE' });
    }
    await closed;
  }
});

test('a hasher that never hashed has nothing to close', async () => {
  await new BcryptHasher({ cost: 4, pepper: null, maxQueue: 1 }).close();
});

test('tells what would be guessed soon from what would not', async () => {
  await using hasher = createHasher();
  const guessable = ['password', 'Passw0rd!', '12345678', 'qwertyuiop', 'aaaaaaaaaaaa', 'iloveyou2', 'aB3$'.repeat(64)];
  const good = ['correct horse battery staple', 'tidal-copper-lantern', 'パスワードを入力する', 'x7#kQ2!vBn'];
  for (const password of guessable) expect(await hasher.isGuessable(password, []), password).toBe(true);
  for (const password of good) expect(await hasher.isGuessable(password, []), password).toBe(false);
  expect(await hasher.isGuessable('lovelace1', ['lovelace'])).toBe(true);
});
