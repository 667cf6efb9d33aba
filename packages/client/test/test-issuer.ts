import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface IssuerKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

interface TokenChanges {
  key?: IssuerKey;
  header?: Record<string, unknown>;
  /** Instead of, or besides, the usual claims; undefined leaves one out. */
  claims?: Record<string, unknown>;
  at?: Date;
}

export const LIFETIME_SECONDS = 900;

/**
 * An issuer whose keys and whose troubles are in the hands of a test: it forges, goes down, stays silent and cuts
 * its answers to pieces, which the real one does not.
 */
export class TestIssuer implements AsyncDisposable {
  readonly #server: Server;
  keys: IssuerKey[] = [];
  /** What was asked for, in order. */
  requests: IncomingMessage[] = [];
  readers = new Set<ServerResponse>();
  denied: { sessionId: string; expiresAt: string }[] = [];
  /** Answers instead of the usual one. */
  trouble: ((req: IncomingMessage, res: ServerResponse) => void) | null = null;
  maxAgeSeconds = 300;
  #lastId = 0;

  private constructor() {
    this.#server = createServer((req, res) => this.#serve(req, res));
  }

  static async start(alg = 'ES256'): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    issuer.#server.listen(0, '127.0.0.1');
    await once(issuer.#server, 'listening');
    await issuer.addKey(alg);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get key(): IssuerKey {
    const [key] = this.keys;
    if (key === undefined) throw new Error('The issuer has no key');
    return key;
  }

  asked(path: string): number {
    return this.requests.filter(({ url }) => url === path).length;
  }

  /** A new key, which signs from now on. */
  async addKey(alg = 'ES256', kid = `key-${this.keys.length + 1}`): Promise<IssuerKey> {
    const key = await createKey(alg, kid);
    this.keys = [key, ...this.keys];
    return key;
  }

  token({ key = this.key, header = {}, claims = {}, at = new Date() }: TokenChanges = {}): Promise<string> {
    const now = Math.floor(at.getTime() / 1000);
    const payload = {
      iss: this.url,
      sub: '019a9f3e-5c1b-7a30-9f0e-6d1c2b3a4f50',
      aud: 'latchkey',
      exp: now + LIFETIME_SECONDS,
      iat: now,
      jti: '019a9f3e-0000-7000-8000-000000000001',
      client_id: 'latchkey',
      sid: '019a9f3e-7d52-7c11-8a4b-0f9e8d7c6b5a',
      auth_time: now,
      amr: ['pwd'],
      role: 'user',
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
      .sign(key.privateKey, header.crit === undefined ? {} : { crit: { [String(header.crit)]: true } });
  }

  /** Tells all who listen that a session has ended. */
  deny(sessionId: string, expiresAt = new Date(Date.now() + LIFETIME_SECONDS * 1000)): void {
    const item = { sessionId, expiresAt: expiresAt.toISOString() };
    this.denied.push(item);
    for (const reader of this.readers) reader.write(this.#event({ items: [item] }));
  }

  hangUp(): void {
    for (const reader of this.readers) reader.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(req: IncomingMessage, res: ServerResponse): void {
    this.requests.push(req);
    if (this.trouble !== null) {
      this.trouble(req, res);
      return;
    }
    if (req.url === '/.well-known/jwks.json') {
      res.setHeader('cache-control', `public, max-age=${this.maxAgeSeconds}`);
      res.end(JSON.stringify({ keys: this.keys.map(({ publicJwk }) => publicJwk) }));
      return;
    }
    if (req.url !== '/api/v1/auth/tokens/denials') return void res.writeHead(404).end();
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(`retry: 50\n\n${this.#event({ items: this.denied, more: false })}`);
    this.readers.add(res);
    res.once('close', () => this.readers.delete(res));
  }

  #event(denials: { items: TestIssuer['denied']; more?: boolean }): string {
    this.#lastId += 1;
    return `event: change\nid: ${this.#lastId}\ndata: ${JSON.stringify(denials)}\n\n`;
  }
}

export const createKey = async (alg: string, kid: string): Promise<IssuerKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
};
