import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { expect, test } from 'vitest';
import { TestIssuer } from '../../test/test-issuer.ts';
import { createTokenWorld, type TokenWorld } from '../../test/token-world.ts';
import { createVerifier, TokenRefusedError, type Verifier } from '../verify/index.ts';

const PUBLIC_URL = 'http://localhost:4000';

const eventually = <T>(ask: () => T) => expect.poll(ask, { timeout: 15_000, interval: 10 });

const verifierFor = ({ t, clock }: TokenWorld, isFollowing = true): Verifier =>
  createVerifier({
    issuer: PUBLIC_URL,
    jwksUrl: `${t.url}/.well-known/jwks.json`,
    denials: isFollowing && { url: `${t.url}/api/v1/auth/tokens/denials` },
    clock,
  });

/** A service of one's own, which lets in whom its verifier knows. */
const startNotes = async (letsIn: (req: IncomingMessage) => Promise<boolean>) => {
  const asked: IncomingMessage[] = [];
  const server = createServer(async (req, res) => {
    asked.push(req);
    res.writeHead((await letsIn(req)) ? 200 : 401).end('notes');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notes`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const bearerOf = ({ headers }: IncomingMessage): string => headers.authorization?.slice('Bearer '.length) ?? '';

test('another service knows who calls, and hears at once when the session ends', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const verifier = verifierFor(w);
  await verifier.ready;
  const token = (await phone.keeper.accessToken()) ?? '';
  const { user, session } = await phone.client.auth.me.query();
  expect(await verifier.verify(token)).toMatchObject({ sub: user.id, sid: session.id, role: 'user', iss: PUBLIC_URL });

  await phone.client.auth.logout.mutate();
  await eventually(() => verifier.verify(token).catch((error: unknown) => error)).toEqual(
    new TokenRefusedError('denied'),
  );
  const late = verifierFor(w);
  await late.ready;
  await expect(late.verify(token)).rejects.toMatchObject({ code: 'denied' });
  for (const { close } of [verifier, late]) close();
});

test('a verifier is ready when it knows all sessions that have ended, however many', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const { session } = await phone.client.auth.me.query();
  await w.t.database.query(
    `insert into auth.invalidated_token (session_id, expires_at)
     select gen_random_uuid(), now() + interval '1 hour' from generate_series(1, 20000)`,
  );
  // The list is sorted by id: this one comes last.
  const last = 'ffffffff-ffff-7fff-bfff-ffffffffffff';
  await w.t.database.query(
    `insert into auth.invalidated_token (session_id, expires_at) values ($1, now() + interval '1 hour')`,
    [last],
  );
  const states: boolean[] = [];
  await using issuer = await TestIssuer.start();
  const verifier = createVerifier({
    issuer: issuer.url,
    denials: {
      url: `${w.t.url}/api/v1/auth/tokens/denials`,
      onChange: ({ isConnected }) => states.push(isConnected),
    },
  });
  await verifier.ready;
  await expect(verifier.verify(await issuer.token({ claims: { sid: last } }))).rejects.toMatchObject({
    code: 'denied',
  });
  expect(await verifier.verify(await issuer.token({ claims: { sid: session.id } }))).toMatchObject({ role: 'user' });
  expect(states).toEqual([true]);
  verifier.close();
});

test('the refresh token of a session, its cookie token and a one-time token are no access tokens', async () => {
  await using w = await createTokenWorld();
  const verifier = verifierFor(w, false);
  const [row] = await w.t.database.query<{ token_hash: string }>(
    `select encode(token_hash, 'hex') as token_hash from auth.session limit 1`,
  );
  for (const token of [row?.token_hash ?? '', 'A'.repeat(43), 'lk_secret'])
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'malformed' });
});

test('other libraries read the same in a token, with the keys that are published', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const token = (await phone.keeper.accessToken()) ?? '';
  const claims = await verifierFor(w, false).verify(token);

  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL('/.well-known/jwks.json', w.t.url)));
  const { keys } = (await (await fetch(`${w.t.url}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] };
  const publicKey = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
  const expected = { algorithms: ['ES256' as const], issuer: PUBLIC_URL, audience: 'latchkey' };
  expect(payload).toEqual(claims);
  expect(jsonwebtoken.verify(token, publicKey, expected)).toEqual(claims);
});

test('keys that are replaced at the service are no trouble for those who verify', async () => {
  await using w = await createTokenWorld();
  const phone = w.openDevice();
  await phone.signIn();
  const verifier = verifierFor(w, false);
  const signedBy = new Set<string>();
  const verifyMany = async () => {
    const token = (await phone.keeper.accessToken()) ?? '';
    signedBy.add(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid);
    await Promise.all(Array.from({ length: 200 }, () => verifier.verify(token)));
  };
  await verifyMany();
  const { keys, warmUp } = w.t.auth.running(w.tokens);
  await keys.rotate();
  // What it does twice a minute in the background.
  await warmUp();
  for (let seconds = 0; seconds < 2400; seconds += 60) {
    for (const clock of [w.clock, phone.clock]) clock.wind(60);
    await verifyMany();
  }
  expect(signedBy.size).toBe(2);
  expect((await keys.list()).map(({ state }) => state)).toEqual(['expired', 'signing']);
});

test('a token is sent to a service of one’s own, and the next one where it is refused', async () => {
  await using w = await createTokenWorld();
  const verifier = verifierFor(w, false);
  await using notes = await startNotes((req) => verifier.verify(bearerOf(req)).then(Boolean, () => false));
  const phone = w.openDevice();
  expect((await phone.keeper.fetch(notes.url)).status).toBe(401);
  await phone.signIn();
  expect((await phone.keeper.fetch(notes.url)).status).toBe(200);

  // The service's clock is ahead of the phone's.
  w.clock.wind(905);
  phone.clock.wind(600);
  const answer = await phone.keeper.fetch(notes.url, { method: 'POST', headers: { 'x-mine': '1' }, body: 'note' });
  expect([answer.status, phone.refreshes()]).toEqual([200, 1]);
  expect(notes.asked.slice(-2).map(({ method, headers }) => [method, headers['x-mine']])).toEqual([
    ['POST', '1'],
    ['POST', '1'],
  ]);
});

test('a service that refuses every token is no reason to refresh again and again', async () => {
  await using w = await createTokenWorld();
  await using notes = await startNotes(async () => false);
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(60);
  for (let call = 0; call < 20; call += 1) expect((await phone.keeper.fetch(notes.url)).status).toBe(401);
  expect(phone.refreshes()).toBe(1);
});

test('a stream that can be read once is sent once', async () => {
  await using w = await createTokenWorld();
  await using notes = await startNotes(async () => false);
  const phone = w.openDevice();
  await phone.signIn();
  phone.clock.wind(60);
  const body = new Blob(['note']).stream();
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
  expect((await phone.keeper.fetch(notes.url, init)).status).toBe(401);
  expect(notes.asked).toHaveLength(1);
});
