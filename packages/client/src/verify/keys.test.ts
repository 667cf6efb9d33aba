import { expect, test } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { createKey, TestIssuer } from '../../test/test-issuer.ts';
import { createVerifier, TokenRefusedError } from './index.ts';

const JWKS = '/.well-known/jwks.json';

const setUp = async (maxAgeSeconds = 300) => {
  const issuer = await TestIssuer.start();
  issuer.maxAgeSeconds = maxAgeSeconds;
  const clock = new TestClock();
  const verifier = createVerifier({ issuer: issuer.url, denials: false, clock });
  const token = () => issuer.token({ at: clock.now() });
  return {
    issuer,
    clock,
    verifier,
    verify: async () => verifier.verify(await token()),
    asked: () => issuer.asked(JWKS),
    [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose](),
  };
};

const away = new TokenRefusedError('keys_unavailable');

test('keys are asked for once, however many need them at once', async () => {
  await using t = await setUp();
  const token = await t.issuer.token();
  await Promise.all(Array.from({ length: 200 }, () => t.verifier.verify(token)));
  expect(t.asked()).toBe(1);
});

test('keys are kept for as long as the issuer says', async () => {
  await using t = await setUp(600);
  await t.verify();
  t.clock.wind(479);
  await t.verify();
  expect(t.asked()).toBe(1);
  t.clock.wind(122);
  await t.verify();
  expect(t.asked()).toBe(2);
});

test('keys are renewed ahead of their age, and nobody waits for that', async () => {
  await using t = await setUp();
  await t.verify();
  t.clock.wind(241);
  const asked = Promise.withResolvers<() => void>();
  t.issuer.trouble = (_req, res) => asked.resolve(() => res.destroy());
  await t.verify();
  (await asked.promise)();
});

test('a key that is gone is not believed for longer than the keys are kept', async () => {
  await using t = await setUp();
  const old = await t.issuer.token({ at: new Date(Date.now() + 200_000) });
  await t.verify();
  t.issuer.keys = [await createKey('ES256', 'another')];
  t.clock.wind(301);
  await expect(t.verifier.verify(old)).rejects.toMatchObject({ code: 'unknown_key' });
});

test('a new key is asked for as soon as it signs', async () => {
  await using t = await setUp();
  await t.verify();
  t.clock.wind(11);
  await t.issuer.addKey();
  await t.verify();
  expect(t.asked()).toBe(2);
});

test('a flood of strange keys is no flood of requests', async () => {
  await using t = await setUp();
  await t.verify();
  for (let second = 0; second < 30; second += 1) {
    const strange = await Promise.all(
      Array.from({ length: 10 }, (_, index) => t.issuer.token({ header: { kid: `${second}-${index}` } })),
    );
    const outcomes = await Promise.allSettled(strange.map((token) => t.verifier.verify(token)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    t.clock.wind(1);
  }
  expect(t.asked()).toBeLessThanOrEqual(4);
});

test('while the issuer is away the keys that are known serve on, for an hour and no longer', async () => {
  await using t = await setUp();
  await t.verify();
  t.issuer.trouble = (_req, res) => res.destroy();
  for (let minute = 0; minute < 64; minute += 1) {
    t.clock.wind(60);
    await t.verify();
  }
  t.clock.wind(60);
  await expect(t.verify()).rejects.toMatchObject({ code: 'keys_unavailable', isTemporary: true });

  t.issuer.trouble = null;
  t.clock.wind(2);
  await t.verify();
});

test('an issuer that does not answer makes nobody wait twice', async () => {
  await using t = await setUp();
  await t.verify();
  t.issuer.trouble = (_req, res) => res.destroy();
  t.clock.wind(301);
  await t.verify();
  t.issuer.trouble = () => {};
  t.clock.wind(2);
  await t.verify();
});

test.each([
  ['is away', { status: 503, body: '' }],
  ['answers with a page', { status: 200, body: '<h1>Welcome</h1>' }],
  ['answers with something else', { status: 200, body: '{"keys":7}' }],
  ['sends elsewhere', { status: 302, body: '' }],
])('an issuer that %s is a temporary trouble, and asked again after a second', async (_what, { status, body }) => {
  await using t = await setUp();
  t.issuer.trouble = (_req, res) => res.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
  for (let round = 0; round < 20; round += 1) await expect(t.verify()).rejects.toThrow(away);
  expect(t.asked()).toBe(1);
  t.issuer.trouble = null;
  t.clock.wind(1);
  await t.verify();
});

test('a published secret is not taken for a key', async () => {
  await using t = await setUp();
  const { privateKey: _, ...key } = t.issuer.key;
  t.issuer.keys = [{ ...t.issuer.key, ...key, publicJwk: { kty: 'oct', k: 'c2VjcmV0', kid: key.kid } }];
  await expect(t.verify()).rejects.toMatchObject({ code: 'unknown_key' });
});

test('a key is replaced while 200 tokens are verified at a time, and none of them is refused', async () => {
  await using t = await setUp();
  const next = await createKey('ES256', 'next');
  // Published one cache lifetime before it signs; the old one goes when its last token has expired.
  const plan = [
    { at: 120, act: () => (t.issuer.keys = [t.issuer.key, next]) },
    { at: 420, act: () => (t.issuer.keys = [...t.issuer.keys].reverse()) },
    { at: 420 + 900, act: () => (t.issuer.keys = [t.issuer.key]) },
  ];
  const signedBy = new Set<string>();
  let verified = 0;
  for (let second = 0; second < 1500; second += 10) {
    for (const { at, act } of plan) if (at === second) act();
    const token = await t.issuer.token({ at: t.clock.now() });
    signedBy.add(t.issuer.key.kid);
    await Promise.all(Array.from({ length: 200 }, () => t.verifier.verify(token)));
    verified += 200;
    t.clock.wind(10);
  }
  expect(signedBy).toEqual(new Set(['key-1', 'next']));
  expect(verified).toBe(30_000);
  expect(t.asked()).toBeLessThanOrEqual(1500 / 240 + 2);
});
