import { Encryption } from '../../kernel/encryption.ts';
import type { Secrets } from '../../kernel/secrets.ts';

/** Makes the secrets of endpoints, and keeps them so that the database alone does not tell them. */
export class WebhookSecrets {
  readonly #encryption: Encryption;
  readonly #secrets: Secrets;

  constructor(encryptionKey: Buffer, secrets: Secrets) {
    this.#encryption = new Encryption(encryptionKey);
    this.#secrets = secrets;
  }

  /** 256 random bits: the key, and what is stored of it. */
  create(endpointId: string): { key: Buffer; sealed: string } {
    const key = Buffer.from(this.#secrets.createToken(), 'base64url');
    return { key, sealed: this.#encryption.encrypt(key, contextOf(endpointId)).toString('base64') };
  }

  /** @throws Error when it was sealed with another key or for another endpoint */
  open(endpointId: string, sealed: string): Buffer {
    return this.#encryption.decrypt(Buffer.from(sealed, 'base64'), contextOf(endpointId));
  }
}

const contextOf = (endpointId: string): string => `webhook:${endpointId}`;
