import { createHmac, createPublicKey } from 'node:crypto';
import { MAX_BEARER_LENGTH } from '@latchkey/contract';
import { base64url } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey, type IssuerKey, TestIssuer } from '../../test/test-issuer.ts';
import { createVerifier, type TokenRefusal, TokenRefusedError, type Verifier } from './index.ts';

const refusalOf = (verifier: Verifier, token: string): Promise<TokenRefusedError> =>
  verifier.verify(token).then(
    () => {
      throw new Error('The token was expected to be refused');
    },
    (error: unknown) => {
      if (error instanceof TokenRefusedError) return error;
      throw error;
    },
  );

const encode = (value: unknown): string => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));

/** The same token with other parts, and its old signature. */
const change = (token: string, { header = {}, payload = {} }: { header?: object; payload?: object }): string => {
  const [head = '', body = '', signature = ''] = token.split('.');
  const decode = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)));
  return [encode({ ...decode(head), ...header }), encode({ ...decode(body), ...payload }), signature].join('.');
};

const now = () => Math.floor(Date.now() / 1000);

describe('forged and foreign tokens', () => {
  let issuer: TestIssuer;
  let stranger: IssuerKey;
  let verifier: Verifier;

  beforeAll(async () => {
    issuer = await TestIssuer.start('RS256');
    stranger = await createKey('RS256', issuer.key.kid);
    verifier = createVerifier({ issuer: issuer.url, denials: false });
  });
  afterAll(() => issuer[Symbol.asyncDispose]());

  const hmacWithPublicKey = async (): Promise<string> => {
    const pem = createPublicKey({ key: { ...issuer.key.publicJwk }, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const [, body] = (await issuer.token()).split('.');
    const signed = `${encode({ alg: 'HS256', kid: issuer.key.kid, typ: 'at+jwt' })}.${body}`;
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  };
  const claim = (claims: Record<string, unknown>) => () => issuer.token({ claims });
  const header = (fields: Record<string, unknown>) => () => issuer.token({ header: fields });
  const changed = (changes: Parameters<typeof change>[1]) => async () => change(await issuer.token(), changes);
  const unsigned = (alg: string) => async () => {
    const [, body] = (await issuer.token()).split('.');
    return `${encode({ alg, typ: 'at+jwt', kid: issuer.key.kid })}.${body}.`;
  };

  const REFUSED: [string, TokenRefusal, () => string | Promise<string>][] = [
    ['nothing', 'malformed', () => ''],
    ['two parts', 'malformed', async () => (await issuer.token()).split('.').slice(0, 2).join('.')],
    ['four parts', 'malformed', async () => `${await issuer.token()}.x`],
    ['a megabyte', 'malformed', () => 'x'.repeat(1024 * 1024)],
    ['a megabyte in a claim', 'malformed', claim({ jti: 'x'.repeat(1024 * 1024) })],
    ['a header that is no JSON', 'malformed', () => `${encode('{')}.${encode('{}')}.x`],
    [
      'a payload that is no object',
      'signature',
      async () => {
        const [head, , signature] = (await issuer.token()).split('.');
        return `${head}.${encode('[]')}.${signature}`;
      },
    ],
    ['alg none', 'algorithm', unsigned('none')],
    ['alg None', 'algorithm', unsigned('None')],
    ['alg NONE', 'algorithm', unsigned('NONE')],
    ['alg nOnE', 'algorithm', unsigned('nOnE')],
    ['HS256 with the public key', 'algorithm', hmacWithPublicKey],
    ['an algorithm that is not listed', 'algorithm', changed({ header: { alg: 'PS256' } })],
    ['another algorithm than that of its key', 'unknown_key', changed({ header: { alg: 'ES256' } })],
    ['another payload', 'signature', changed({ payload: { role: 'admin' } })],
    ['the key of a stranger under a known name', 'signature', () => issuer.token({ key: stranger })],
    ['a strange kid', 'unknown_key', header({ kid: 'strange' })],
    ['a kid that is a path', 'unknown_key', header({ kid: '../../dev/null' })],
    ['no kid', 'unknown_key', header({ kid: undefined })],
    ['its own key', 'header', () => issuer.token({ key: stranger, header: { jwk: stranger.publicJwk } })],
    ['an address of keys', 'header', () => issuer.token({ key: stranger, header: { jku: `${issuer.url}/evil.json` } })],
    ['an address of certificates', 'header', () => issuer.token({ header: { x5u: `${issuer.url}/evil.pem` } })],
    ['certificates', 'header', header({ x5c: ['MIIB'] })],
    ['crit that jose knows', 'header', () => issuer.token({ header: { crit: ['b64'], b64: true } })],
    ['crit that nobody knows', 'header', changed({ header: { crit: ['exp'], exp: 1 } })],
    ['an id token', 'type', header({ typ: 'JWT' })],
    ['a refresh token', 'type', header({ typ: 'rt+jwt' })],
    ['no type', 'type', header({ typ: undefined })],
    ['another issuer', 'issuer', claim({ iss: 'https://evil.example' })],
    ['an issuer with more at its end', 'issuer', () => issuer.token({ claims: { iss: `${issuer.url}.evil.example` } })],
    ['an issuer in a list', 'issuer', () => issuer.token({ claims: { iss: [issuer.url] } })],
    ['no issuer', 'issuer', claim({ iss: undefined })],
    ['another audience', 'audience', claim({ aud: 'latchkey-admin' })],
    ['an audience with less', 'audience', claim({ aud: 'latch' })],
    ['other audiences', 'audience', claim({ aud: ['a', 'b'] })],
    ['an audience in a list in a list', 'audience', claim({ aud: [['latchkey']] })],
    ['no audience', 'audience', claim({ aud: undefined })],
    ['no exp', 'claims', claim({ exp: undefined })],
    ['exp as a string', 'claims', claim({ exp: `${now() + 60}` })],
    ['exp with a fraction', 'claims', claim({ exp: now() + 60.5 })],
    ['exp in a thousand years', 'claims', claim({ exp: now() + 31_536_000_000 })],
    ['exp beyond all numbers', 'claims', claim({ exp: Number.MAX_VALUE })],
    ['exp a minute ago', 'expired', claim({ exp: now() - 60 })],
    ['nbf in a minute', 'not_yet_valid', claim({ nbf: now() + 60 })],
    ['nbf as a string', 'not_yet_valid', claim({ nbf: 'now' })],
    ['iat in a minute', 'not_yet_valid', claim({ iat: now() + 60 })],
    ['no iat', 'claims', claim({ iat: undefined })],
    ['no session', 'claims', claim({ sid: undefined })],
    ['a session that is a list', 'claims', claim({ sid: ['a'] })],
    ['no user', 'claims', claim({ sub: '' })],
    ['amr that is no list', 'claims', claim({ amr: 'pwd' })],
  ];

  test.each(REFUSED)('%s: %s', async (_what, code, forge) => {
    const token = await forge();
    const error = await refusalOf(verifier, token);
    expect(error).toMatchObject({ code, name: 'TokenRefusedError', isTemporary: false });
    expect(error.cause).toBeUndefined();
  });

  test('nothing was fetched but the keys', () => {
    expect(new Set(issuer.requests.map(({ url }) => url))).toEqual(new Set(['/.well-known/jwks.json']));
  });

  test('what is no string at all is no token', async () => {
    for (const value of [undefined, null, 7, {}, ['x']])
      expect(await refusalOf(verifier, value as unknown as string)).toMatchObject({ code: 'malformed' });
  });

  test('the errors say nothing that was in the token', async () => {
    const secret = 'b0c5f7e2';
    const tokens = await Promise.all([
      issuer.token({ claims: { exp: 1, jti: secret } }),
      issuer.token({ claims: { iss: secret } }),
      issuer.token({ header: { kid: secret } }),
      issuer.token({ key: stranger, claims: { jti: secret } }),
    ]);
    for (const token of tokens) {
      const { message, stack, cause } = await refusalOf(verifier, token);
      expect(`${message} ${stack} ${cause}`).not.toContain(secret);
    }
  });

  test('an RSA key does not verify what says to be signed with another algorithm', async () => {
    const only = createVerifier({ issuer: issuer.url, denials: false, algorithms: ['EdDSA'] });
    expect(await refusalOf(only, await issuer.token())).toMatchObject({ code: 'algorithm' });
  });
});

describe.each(['RS256', 'ES256', 'EdDSA'])('a token signed with %s', (alg) => {
  test('says who calls', async () => {
    await using issuer = await TestIssuer.start(alg);
    const verifier = createVerifier({ issuer: issuer.url, denials: false });
    expect(await verifier.verify(await issuer.token())).toMatchObject({
      iss: issuer.url,
      sub: '019a9f3e-5c1b-7a30-9f0e-6d1c2b3a4f50',
      sid: '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a',
      role: 'user',
      amr: ['pwd'],
    });
    expect(await verifier.verify(await issuer.token({ claims: { aud: ['other', 'latchkey'] } }))).toBeDefined();
    expect(await verifier.verify(await issuer.token({ header: { typ: 'application/at+jwt' } }))).toBeDefined();
  });
});

test('ES256 with r = s = 0 is no signature (CVE-2022-21449)', async () => {
  await using issuer = await TestIssuer.start('ES256');
  const verifier = createVerifier({ issuer: issuer.url, denials: false });
  const [head, body] = (await issuer.token()).split('.');
  const zeros = base64url.encode(new Uint8Array(64));
  expect(await refusalOf(verifier, `${head}.${body}.${zeros}`)).toMatchObject({ code: 'signature' });
});

test('clocks may differ by a few seconds', async () => {
  await using issuer = await TestIssuer.start();
  const verifier = createVerifier({ issuer: issuer.url, denials: false });
  const ahead = new Date(Date.now() + 3000);
  expect(await verifier.verify(await issuer.token({ at: ahead, claims: { nbf: now() + 3 } }))).toBeDefined();
});

test('looks at tokens as long as the service does', async () => {
  await using issuer = await TestIssuer.start();
  const verifier = createVerifier({ issuer: issuer.url, denials: false });
  const token = await issuer.token();
  const padded = await issuer.token({ claims: { pad: 'x'.repeat(((MAX_BEARER_LENGTH - token.length) * 3) / 4 - 12) } });
  expect(padded.length).toBeGreaterThan(MAX_BEARER_LENGTH - 50);
  expect(await verifier.verify(padded)).toBeDefined();
});
