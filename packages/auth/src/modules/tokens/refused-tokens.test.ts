import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, call, createTokenAuth, registeredWithTokens } from '../../../test/bearer.ts';
import type { TestAuth } from '../../../test/create-test-auth.ts';

type Json = Record<string, unknown>;

const encode = (value: Json | string | Buffer): string =>
  Buffer.from(Buffer.isBuffer(value) || typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );

const now = () => Math.floor(Date.now() / 1000);

/** The service's own key, so that nothing but what is wrong with it speaks against a token. */
const own = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const world = {} as {
  t: TestAuth;
  good: string;
  header: Json;
  claims: Json;
  refreshToken: string;
  asked: string[];
  trap: string;
};

const signed = (header: Json, claims: Json, key: KeyObject = createPrivateKey(own.privateKey)): string => {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
};

const withHeader = (change: Json): string => signed({ ...world.header, ...change }, world.claims);
const withClaims = (change: Json): string => signed(world.header, { ...world.claims, ...change });
const without = (claim: string): string => {
  const { [claim]: _, ...claims } = world.claims;
  return signed(world.header, claims);
};

const trapServer = createServer((req, res) => {
  world.asked.push(req.url ?? '');
  res.end('{"keys":[]}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => trapServer.listen(0, '127.0.0.1', resolve));
  world.asked = [];
  world.trap = `http://127.0.0.1:${(trapServer.address() as AddressInfo).port}`;
  world.t = await createTokenAuth(
    {},
    { privateKey: own.privateKey, publicKeys: [elliptic.publicKey.export({ type: 'spki', format: 'pem' }).toString()] },
  );
  const tokens = await registeredWithTokens(world.t, 'ada@example.com');
  Object.assign(world, { good: tokens.accessToken, refreshToken: tokens.refreshToken });
  world.header = { ...decodeProtectedHeader(tokens.accessToken) };
  world.claims = { ...decodeJwt(tokens.accessToken) };
});

afterAll(async () => {
  trapServer.close();
  await world.t[Symbol.asyncDispose]();
});

const ellipticKid = async (): Promise<string> => {
  const { keys } = (await call(world.t, 'GET /.well-known/jwks.json')).body;
  return keys.find(({ kty }: Json) => kty === 'EC').kid;
};

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

const REFUSED: Record<string, () => string | Promise<string>> = {
  'alg none': () => `${encode({ ...world.header, alg: 'none' })}.${encode(world.claims)}.`,
  'alg None': () => `${encode({ ...world.header, alg: 'None' })}.${encode(world.claims)}.`,
  'alg NONE with the signature left on': () => world.good.replace(/^[^.]+/, encode({ ...world.header, alg: 'NONE' })),
  'alg nOnE with any signature': () => `${encode({ ...world.header, alg: 'nOnE' })}.${encode(world.claims)}.AAAA`,
  'no alg': () => {
    const { alg: _, ...header } = world.header;
    return signed(header, world.claims);
  },
  'HS256 with the public key as its secret': () => {
    const body = `${encode({ ...world.header, alg: 'HS256' })}.${encode(world.claims)}`;
    return `${body}.${createHmac('sha256', own.publicKey).update(body).digest('base64url')}`;
  },
  'an algorithm that is not that of the key': () => withHeader({ alg: 'RS512' }),
  'an algorithm that nobody knows': () => withHeader({ alg: 'XX256' }),
  'ES256 with r = s = 0': async () =>
    `${encode({ ...world.header, alg: 'ES256', kid: await ellipticKid() })}.${encode(world.claims)}.${encode(Buffer.alloc(64))}`,
  'two parts': () => world.good.split('.').slice(0, 2).join('.'),
  'four parts': () => `${world.good}.AAAA`,
  'no signature': () => `${world.good.split('.').slice(0, 2).join('.')}.`,
  'an empty token': () => '',
  'three dots': () => '...',
  'a changed claim': () => {
    const [header = '', , signature = ''] = world.good.split('.');
    return `${header}.${encode({ ...world.claims, role: 'admin' })}.${signature}`;
  },
  'a signature that lacks its end': () => world.good.slice(0, -4),
  'the key of a stranger': () => signed(world.header, world.claims, stranger.privateKey),
  'a key of its own in the header': () =>
    signed({ ...world.header, jwk: stranger.publicKey.export({ format: 'jwk' }) }, world.claims, stranger.privateKey),
  'its own jwk beside a good signature': () => withHeader({ jwk: stranger.publicKey.export({ format: 'jwk' }) }),
  'a jku': () => withHeader({ jku: `${world.trap}/jku` }),
  'an x5u': () => withHeader({ x5u: `${world.trap}/x5u` }),
  'an x5c': () => withHeader({ x5c: ['AAAA'] }),
  'a kid that nobody knows': () => withHeader({ kid: 'unknown' }),
  'a kid that looks like SQL and a path': () => withHeader({ kid: `../../etc/passwd' or 1=1 --` }),
  'a kid that is an object': () => withHeader({ kid: { $ne: null } }),
  'a kid of a kilobyte': () => withHeader({ kid: 'k'.repeat(1024) }),
  'no kid': () => {
    const { kid: _, ...header } = world.header;
    return signed(header, world.claims);
  },
  'crit that nobody understands': () => withHeader({ crit: ['exp'], exp: 1 }),
  'crit with b64': () => withHeader({ crit: ['b64'], b64: false }),
  'typ JWT': () => withHeader({ typ: 'JWT' }),
  'no typ': () => {
    const { typ: _, ...header } = world.header;
    return signed(header, world.claims);
  },
  'a refresh token': () => world.refreshToken,
  'a one-time token of a mail': async () => (await world.t.nextMail('ada@example.com')).token,
  'another audience': () => withClaims({ aud: 'shop' }),
  'an audience that begins alike': () => withClaims({ aud: 'latchkey.evil' }),
  'ours among several audiences': () => withClaims({ aud: ['latchkey', 'shop'] }),
  'no audience': () => without('aud'),
  'another issuer': () => withClaims({ iss: 'http://localhost:4001' }),
  'an issuer that begins alike': () => withClaims({ iss: 'http://localhost:4000.evil.example' }),
  'ours among several issuers': () => withClaims({ iss: ['http://localhost:4000'] }),
  'no issuer': () => without('iss'),
  'no exp': () => without('exp'),
  'exp as a string': () => withClaims({ exp: String(now() + 600) }),
  'a huge exp': () => withClaims({ exp: Number.MAX_SAFE_INTEGER }),
  'an exp in ten years': () => withClaims({ exp: now() + 315_360_000 }),
  'an exp that is over': () => withClaims({ exp: now() - 30, iat: now() - 900 }),
  'an nbf ahead': () => withClaims({ nbf: now() + 600 }),
  'an iat ahead': () => withClaims({ iat: now() + 600, exp: now() + 900 }),
  'no iat': () => without('iat'),
  'no sid': () => without('sid'),
  'a sid that is no id': () => withClaims({ sid: `' or 1=1` }),
  'a session that never was': () => withClaims({ sid: '01900000-0000-7000-8000-000000000000' }),
  'the session of somebody else': () => withClaims({ sub: '01900000-0000-7000-8000-000000000000' }),
  'a header that is no JSON': () => `${encode('{')}.${encode(world.claims)}.AAAA`,
  'a header that is a list': () => `${encode('[]')}.${encode(world.claims)}.AAAA`,
  'claims that are no JSON': () => {
    const body = `${encode(world.header)}.${encode('nonsense')}`;
    return `${body}.${sign('sha256', Buffer.from(body), createPrivateKey(own.privateKey)).toString('base64url')}`;
  },
  'twelve kilobytes of claims': () => withClaims({ padding: 'x'.repeat(9000) }),
  'other letters': () => world.good.replace(/.$/, 'ä'),
};

const expectRefusal = ({ status, body }: Answer): void => {
  const { code, message, details, traceId } = body.error.data ?? body.error;
  expect([status, code, details]).toEqual([401, 'UNAUTHENTICATED', null]);
  expect([message, traceId]).toEqual(['Please log in.', expect.stringMatching(/^[0-9a-f]{32}$/)]);
};

test('the token that all of these are made of is good', async () => {
  for (const token of [world.good, withHeader({}), withClaims({})])
    expect((await call(world.t, 'GET /api/v1/me', { token })).status).toBe(200);
});

test.each(Object.entries(REFUSED))('%s is refused at every door with 401', async (_name, make) => {
  // As bytes, so that it gets into a header whatever it is.
  const token = Buffer.from(await make()).toString('latin1');
  expectRefusal(await call(world.t, 'GET /api/v1/me', { token }));
  expectRefusal(await call(world.t, 'GET /trpc/auth.me', { token }));
  const batch = await call(world.t, 'GET /trpc/auth.me,sessions.list?batch=1', { token });
  for (const body of batch.body) expectRefusal({ ...batch, status: body.error.data.httpStatus, body });
  expectRefusal(await call(world.t, 'GET /api/v1/auth/forward', { token }));
  const validated = await call(world.t, 'POST /api/v1/auth/validate', { body: { token } });
  expect([validated.status, validated.body]).toEqual(
    token === '' || token.length > 8192 ? [400, expect.anything()] : [200, { active: false }],
  );
});

test('nobody was asked for a key, nothing failed on our side, and no token is in the log', () => {
  expect(world.asked).toEqual([]);
  expect(world.t.log.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  const log = JSON.stringify(world.t.log);
  for (const part of world.good.split('.')) expect(log).not.toContain(part);
});

test('a megabyte never gets as far as a parser: too long for headers, and for a body', async () => {
  const token = `${world.good}${'A'.repeat(1_000_000)}`;
  const body = await call(world.t, 'POST /api/v1/auth/validate', { body: { token } });
  expect([body.status, body.body.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  const context = world.t.auth.createLocalContext({ bearerToken: token })();
  expect(await context.authenticate({ countsAsActivity: true })).toEqual({ kind: 'anonymous' });
});
