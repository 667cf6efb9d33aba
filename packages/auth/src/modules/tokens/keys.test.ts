import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { expect, inject, test } from 'vitest';
import { call, loggedInWithTokens, registeredWithTokens } from '../../../test/bearer.ts';
import {
  createTestAuth,
  createTestDatabase,
  type TestAuth,
  type TestDatabase,
} from '../../../test/create-test-auth.ts';
import { eventually } from '../../../test/eventually.ts';
import { type TokenOptionsInput, tokensModule } from '../../index.ts';
import { ANNOUNCE_SECONDS } from './signing-key.ts';

/** A clock that is put forward by hand. */
const createClock = () => {
  const state = { ahead: 0 };
  return {
    clock: { now: () => new Date(Date.now() + state.ahead * 1000) },
    advance: (seconds: number) => {
      state.ahead += seconds;
    },
  };
};

const start = async (options: Partial<TokenOptionsInput> = {}, database?: TestDatabase) => {
  const tokens = tokensModule({ encryptionKey: Buffer.alloc(32, 1), ...options });
  const { clock, advance } = createClock();
  const given = database === undefined ? {} : { database };
  const t = await createTestAuth({ ...given, ports: { modules: [tokens], clock } });
  return { t, ...t.auth.running(tokens), advance };
};

const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const publishedBy = async (t: TestAuth): Promise<string[]> =>
  (await call(t, 'GET /.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid);

test('the keys are served to anybody, for five minutes', async () => {
  await using t = (await start()).t;
  const { status, headers, body } = await call(t, 'GET /.well-known/jwks.json');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(body.keys).toHaveLength(1);
  expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  const post = await call(t, 'POST /.well-known/jwks.json');
  expect([post.status, post.headers.get('allow'), post.body.error.code]).toEqual([
    405,
    'GET, HEAD',
    'METHOD_NOT_ALLOWED',
  ]);
});

test('private keys are encrypted at rest, and nowhere else', async () => {
  await using t = (await start()).t;
  const [row] = await t.database.query<{ text: string; private_key: Buffer }>(
    'select k::text as text, private_key from auth.signing_key k',
  );
  expect(row?.private_key.toString('latin1')).not.toContain('PRIVATE KEY');
  expect(row?.text).not.toContain('PRIVATE KEY');
});

test('a key that was encrypted under another key stops the start, with what to do about it', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await (await start({}, database)).t[Symbol.asyncDispose]();
  await expect(start({ encryptionKey: randomBytes(32) }, database)).rejects.toThrow('put the old encryption key back');
});

test('a rotated key is published before it signs, and the old one after it did', async () => {
  const { t, keys, ring, advance } = await start();
  await using _ = t;
  const before = await registeredWithTokens(t, 'ada@example.com');
  const [oldKid] = await publishedBy(t);
  const newKid = await keys.rotate();
  await ring.reload();
  expect(await publishedBy(t)).toEqual([oldKid, newKid]);
  expect(kidOf((await loggedInWithTokens(t, 'ada@example.com')).accessToken)).toBe(oldKid);

  advance(ANNOUNCE_SECONDS + 1);
  const after = await loggedInWithTokens(t, 'ada@example.com');
  expect(kidOf(after.accessToken)).toBe(newKid);
  for (const { accessToken: token } of [before, after])
    expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(200);
  expect((await keys.list()).map(({ state }) => state)).toEqual(['verifying', 'signing']);

  advance(2000);
  expect(await publishedBy(t)).toEqual([newKid]);
});

test('a retired key is refused at once; the only one gets a successor that signs at once', async () => {
  const { t, keys, ring } = await start();
  await using _ = t;
  const { accessToken: token, refreshToken } = await registeredWithTokens(t, 'ada@example.com');
  await keys.retire(kidOf(token) ?? '');
  await ring.reload();
  expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(401);
  const next = await call(t, 'POST /api/v1/auth/refresh', { body: { refreshToken } });
  expect((await call(t, 'GET /api/v1/me', { token: next.body.accessToken })).status).toBe(200);
  expect((await keys.list()).map(({ state }) => state)).toEqual(['retired', 'signing']);
  await expect(keys.retire('unknown')).rejects.toThrow('no key of this id');
});

test('a second first key is refused', async () => {
  const { t, keys } = await start();
  await using _ = t;
  await expect(keys.generate()).rejects.toThrow('rotate it');
});

test('another algorithm in the settings is a reason to rotate', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await (await start({}, database)).t[Symbol.asyncDispose]();
  const { t, keys } = await start({ algorithm: 'ES256' }, database);
  await using _ = t;
  expect((await keys.list()).map(({ algorithm, state }) => [algorithm, state])).toEqual([
    ['RS256', 'signing'],
    ['ES256', 'announced'],
  ]);
});

test('eight instances that start at once on an empty database agree on one key', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const instances = await Promise.all(Array.from({ length: 8 }, () => start({ algorithm: 'ES256' }, database)));
  const published = await Promise.all(instances.map(({ t }) => publishedBy(t)));
  expect(new Set(published.flat()).size).toBe(1);
  for (const { t } of instances) await t[Symbol.asyncDispose]();
});

test('an instance that meets a key it does not know looks for it', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const first = await start({ algorithm: 'ES256' }, database);
  const second = await start({ algorithm: 'ES256' }, database);
  await using _first = first.t;
  await using _second = second.t;
  await registeredWithTokens(first.t, 'ada@example.com');
  const [{ kid = '' } = {}] = await first.keys.list();
  await first.keys.retire(kid);
  await first.ring.reload();
  const { accessToken: token } = await loggedInWithTokens(first.t, 'ada@example.com');
  await eventually(async () => (await call(second.t, 'GET /api/v1/me', { token })).status).toBe(200);
});

test.each([
  ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['EdDSA', () => generateKeyPairSync('ed25519')],
] as const)('a PEM in the settings signs with %s, and the one before it goes on to verify', async (alg, generate) => {
  await using database = await createTestDatabase(inject('postgres'));
  const pems = [generate(), generate()].map(({ privateKey, publicKey }) => ({
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }));
  const [old, next] = pems;
  const first = await start({ privateKey: old?.privateKey ?? '' }, database);
  const { accessToken: token } = await registeredWithTokens(first.t, 'ada@example.com');
  expect(decodeProtectedHeader(token).alg).toBe(alg);
  await first.t[Symbol.asyncDispose]();

  const { t } = await start({ privateKey: next?.privateKey ?? '', publicKeys: [old?.publicKey ?? ''] }, database);
  await using _ = t;
  expect(await publishedBy(t)).toHaveLength(2);
  expect((await call(t, 'GET /api/v1/me', { token })).status).toBe(200);
  const later = await loggedInWithTokens(t, 'ada@example.com');
  expect(kidOf(later.accessToken)).not.toBe(kidOf(token));
  expect(await t.database.query('select 1 from auth.signing_key')).toEqual([]);
});

test.each([
  ['a short RSA key', generateKeyPairSync('rsa', { modulusLength: 1024 })],
  ['another curve', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
  ['a key that cannot sign', generateKeyPairSync('x25519')],
])('%s is no key to sign with', async (_name, { privateKey }) => {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(() => tokensModule({ encryptionKey: randomBytes(32), privateKey: pem })).toThrow('2048 bits');
});

test('two instances with different algorithms do not answer each other with new keys', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  const one = await start({ algorithm: 'ES256' }, database);
  const other = await start({ algorithm: 'EdDSA' }, database);
  await using _one = one.t;
  await using _other = other.t;
  for (let turn = 0; turn < 3; turn += 1) {
    await one.ring.reload();
    await other.ring.reload();
  }
  expect((await one.keys.list()).map(({ algorithm, state }) => [algorithm, state])).toEqual([
    ['ES256', 'signing'],
    ['EdDSA', 'announced'],
  ]);
});

test('a key that has expired needs no encryption key any more', async () => {
  await using database = await createTestDatabase(inject('postgres'));
  await (await start({ algorithm: 'ES256' }, database)).t[Symbol.asyncDispose]();
  await database.query(`update auth.signing_key set private_key = 'gone', signs_from = now() - interval '2 days'`);
  await database.query(
    `insert into auth.signing_key select 'next', algorithm, public_jwk, private_key, now(), now() - interval '1 day' from auth.signing_key`,
  );
  await expect(start({ algorithm: 'ES256' }, database)).rejects.toThrow('The signing key next');
});
