import type { JSONWebKeySet } from 'jose';
import type { Kernel } from '../../kernel/module.ts';
import type { KeySource } from './key-source.ts';
import { type SigningKey, statesOf } from './signing-key.ts';

interface KeyRingOptions {
  source: KeySource;
  accessExpirySeconds: number;
}

/** A strange `kid` is a reason to look for new keys, but not at any rate. */
const LOOK_AGAIN_MS = 5000;

/** The keys at hand: what verifies or signs is looked up here, not in the database. */
export class KeyRing {
  readonly #kernel: Kernel;
  readonly #options: KeyRingOptions;
  #keys: readonly SigningKey[] | null = null;
  #loading: Promise<readonly SigningKey[]> | null = null;
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(kernel: Kernel, options: KeyRingOptions) {
    this.#kernel = kernel;
    this.#options = options;
  }

  /** Looks for keys that were added or retired; whoever asks meanwhile waits for the same answer. */
  reload(): Promise<readonly SigningKey[]> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** The key that signs now. @throws Error when there is none */
  async signer(): Promise<SigningKey & { privateKey: NonNullable<SigningKey['privateKey']> }> {
    const keys = await this.#all();
    const states = this.#states(keys);
    const signer = keys.find(({ kid }) => states.get(kid) === 'signing');
    if (signer?.privateKey == null) throw new Error('There is no key to sign with');
    return { ...signer, privateKey: signer.privateKey };
  }

  /** A key that verifies; null when there is none of this id, or no longer. */
  async findVerifier(kid: string): Promise<SigningKey | null> {
    const known = this.#pick(await this.#all(), kid);
    if (known !== null || performance.now() - this.#loadedAt < LOOK_AGAIN_MS) return known;
    return this.#pick(await this.reload(), kid);
  }

  /** Public keys that are in use or soon will be (RFC 7517). */
  async publicKeys(): Promise<JSONWebKeySet> {
    const keys = await this.#all();
    return {
      keys: keys.filter(({ kid }) => this.#pick(keys, kid) !== null).map(({ publicJwk }) => publicJwk),
    };
  }

  #all(): Promise<readonly SigningKey[]> {
    return this.#keys === null ? this.reload() : Promise.resolve(this.#keys);
  }

  async #load(): Promise<readonly SigningKey[]> {
    // Noted before it is known to succeed: a database that is away is not asked at any rate either.
    this.#loadedAt = performance.now();
    this.#keys = await this.#options.source.load();
    return this.#keys;
  }

  #pick(keys: readonly SigningKey[], kid: string): SigningKey | null {
    const state = this.#states(keys).get(kid);
    const isUseful = state === 'announced' || state === 'signing' || state === 'verifying';
    return isUseful ? (keys.find((key) => key.kid === kid) ?? null) : null;
  }

  #states(keys: readonly SigningKey[]) {
    const times = keys.map((key) => ({ ...key, canSign: key.privateKey !== null }));
    return statesOf(times, {
      now: this.#kernel.clock.now(),
      accessExpirySeconds: this.#options.accessExpirySeconds,
    });
  }
}
