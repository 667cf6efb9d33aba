import { createHmac, hkdfSync } from 'node:crypto';

/**
 * Refresh tokens follow from one another under a key of the service: whoever repeats a refresh can be given the same
 * successor again, by any instance and after any crash, although no token is stored; and who has an old token cannot
 * work out the next one.
 */
export class RefreshSecrets {
  readonly #key: Buffer;

  constructor(encryptionKey: Buffer) {
    // A key of its own, derived from that of the settings (RFC 5869).
    this.#key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'latchkey refresh tokens', 32));
  }

  /** The token that comes after this one; 256 bits in base64url, like the first one. */
  successorOf(token: string): string {
    return createHmac('sha256', this.#key).update(token).digest('base64url');
  }
}
