import { AuthError } from '../../kernel/auth-error.ts';
import type { Encryption } from '../../kernel/encryption.ts';
import type { Kernel } from '../../kernel/module.ts';
import { generateKeyPair, openKey } from './key-pair.ts';
import type { KeySource } from './key-source.ts';
import { SigningKeyEntity, type SigningKeyRecord } from './signing-key.entity.ts';
import type { SigningKeyRepository } from './signing-key.repository.ts';
import { ANNOUNCE_SECONDS, type KeyState, type SigningAlgorithm, type SigningKey, statesOf } from './signing-key.ts';

interface SigningKeysOptions {
  encryption: Encryption;
  algorithm: SigningAlgorithm;
  accessExpirySeconds: number;
}

/** A key as an operator sees it. */
export interface ListedKey {
  kid: string;
  algorithm: SigningAlgorithm;
  state: KeyState;
  createdAt: Date;
  signsFrom: Date;
  retiredAt: Date | null;
}

/** The keys in the database: made, rotated and retired, by one process at a time. */
export class SigningKeys implements KeySource {
  readonly #kernel: Kernel;
  readonly #options: SigningKeysOptions;

  constructor(kernel: Kernel, options: SigningKeysOptions) {
    this.#kernel = kernel;
    this.#options = options;
  }

  /**
   * At the start: makes a key where there is none, or none of this algorithm that signs or will. Never later, or two
   * instances with different settings would go on to answer each other with new keys.
   */
  async ensure(): Promise<void> {
    const { database } = this.#kernel;
    if (this.#hasSigner(await database.read((em) => em.getRepository(SigningKeyEntity).list()))) return;
    await this.#change(async (keys) => {
      const known = await keys.list();
      if (!this.#hasSigner(known)) await this.#add(keys, known);
    });
  }

  /** Those that sign, verify or will; what expired is not even opened. */
  async load(): Promise<SigningKey[]> {
    const records = await this.#kernel.database.read((em) => em.getRepository(SigningKeyEntity).list());
    const states = this.#statesOf(records);
    const useful = records.filter(({ kid }) => USEFUL.has(states.get(kid) ?? 'retired'));
    return Promise.all(useful.map((record) => openKey(record, this.#options.encryption)));
  }

  async list(): Promise<ListedKey[]> {
    const records = await this.#kernel.database.read((em) => em.getRepository(SigningKeyEntity).list());
    const states = this.#statesOf(records);
    return records.map(({ kid, algorithm, createdAt, signsFrom, retiredAt }) => ({
      kid,
      algorithm,
      state: states.get(kid) ?? 'retired',
      createdAt,
      signsFrom,
      retiredAt: retiredAt ?? null,
    }));
  }

  /** Makes the first key; the service does so by itself when it starts. @throws AuthError CONFLICT when there is one */
  generate(): Promise<string> {
    return this.#change(async (keys) => {
      const known = await keys.list();
      if (known.some(isInUse)) throw new AuthError('CONFLICT', { message: 'There is a key already: rotate it.' });
      return this.#add(keys, known);
    });
  }

  /** Announces a new key, which signs as soon as everybody has had the time to learn of it. */
  rotate(): Promise<string> {
    return this.#change(async (keys) => this.#add(keys, await keys.list()));
  }

  /**
   * Takes a key out of use at once: for one that may have leaked. What it signed is refused from now on, as soon as
   * others look for keys again. Should it be the only one, another begins to sign in its place.
   * @throws AuthError NOT_FOUND
   */
  retire(kid: string): Promise<void> {
    return this.#change(async (keys) => {
      const known = await keys.list();
      const key = known.find((candidate) => candidate.kid === kid && isInUse(candidate));
      if (key === undefined) throw new AuthError('NOT_FOUND', { message: 'There is no key of this id in use.' });
      key.retiredAt = await keys.now();
      if (!known.some((other) => isInUse(other) && other.signsFrom <= (key.retiredAt ?? 0))) await this.#add(keys, []);
    });
  }

  #hasSigner(records: SigningKeyRecord[]): boolean {
    const states = this.#statesOf(records);
    return records.some(({ kid, algorithm }) => {
      const state = states.get(kid);
      return algorithm === this.#options.algorithm && (state === 'signing' || state === 'announced');
    });
  }

  #statesOf(records: SigningKeyRecord[]): Map<string, KeyState> {
    const { accessExpirySeconds } = this.#options;
    return statesOf(records.map(toTimes), { now: this.#kernel.clock.now(), accessExpirySeconds });
  }

  #change<T>(work: (keys: SigningKeyRepository) => Promise<T>): Promise<T> {
    return this.#kernel.database.write(async ({ em }) => {
      const keys = em.getRepository(SigningKeyEntity);
      await keys.lockAll();
      return work(keys);
    });
  }

  /** Signs at once where nothing has been signed yet: nobody can have learned of other keys. */
  async #add(keys: SigningKeyRepository, known: SigningKeyRecord[]): Promise<string> {
    const { algorithm, encryption } = this.#options;
    const now = await keys.now();
    const delayMs = known.some(isInUse) ? ANNOUNCE_SECONDS * 1000 : 0;
    const pair = await generateKeyPair(algorithm, encryption);
    keys.create({ ...pair, createdAt: now, signsFrom: new Date(now.getTime() + delayMs) });
    await keys.getEntityManager().flush();
    return pair.kid;
  }
}

const USEFUL = new Set<KeyState>(['announced', 'signing', 'verifying']);

const isInUse = ({ retiredAt }: SigningKeyRecord): boolean => retiredAt == null;

const toTimes = ({ kid, signsFrom, retiredAt }: SigningKeyRecord) => ({
  kid,
  signsFrom,
  retiredAt: retiredAt ?? null,
  canSign: true,
});
