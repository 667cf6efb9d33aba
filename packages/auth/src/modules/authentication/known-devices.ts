import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import { hashToken } from '../../kernel/secrets.ts';
import { KnownDeviceEntity } from './known-device.entity.ts';

/** A device somebody has just logged in on. */
export interface RememberedDevice {
  /** For the cookie of the device. */
  token: string;
  /** The user has logged in before, and never on this one. */
  isNew: boolean;
}

/** How many devices of one user are remembered. */
const MAX_PER_USER = 20;

/**
 * Devices on which somebody has logged in before, told by a secret in a cookie (OWASP: "Slow Down Online Guessing
 * Attacks with Device Cookies"). It opens nothing: a login on such a device is only counted apart from those of
 * the rest of the world, so that guesses of others do not keep the owner out.
 */
export class KnownDevices {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** By what a login on a device that the account knows is counted; null for any other device. */
  async recognise(token: string | null, email: string): Promise<string | null> {
    if (token === null) return null;
    const tokenHash = hashToken(token);
    const isKnown = await this.#kernel.database.read((em) =>
      em.getRepository(KnownDeviceEntity).isKnownTo(email, tokenHash),
    );
    return isKnown ? `${tokenHash} ${email}` : null;
  }

  /** After a new password: whoever logged in with the old one is a stranger, but for the device in hand. */
  async forget({ em }: Transaction, userId: string, keepToken: string | null): Promise<void> {
    const keptHash = keepToken === null ? null : hashToken(keepToken);
    await em.getRepository(KnownDeviceEntity).forget(userId, keptHash);
  }

  /**
   * Remembers the device of a login, in its transaction, which holds the row of the user. Where the user was not
   * seen on it before, the device gets a new secret: one that somebody else has planted there must not become
   * known to the account.
   */
  async remember({ em }: Transaction, userId: string, token: string | null): Promise<RememberedDevice> {
    const devices = em.getRepository(KnownDeviceEntity);
    if (token !== null && (await devices.touch(userId, hashToken(token)))) return { token, isNew: false };
    const fresh = this.#kernel.secrets.createToken();
    this.#kernel.metrics.tokenGenerated('device');
    if (token !== null) await devices.move(hashToken(token), hashToken(fresh));
    const before = await devices.add(userId, hashToken(fresh));
    if (before >= MAX_PER_USER) await devices.prune(userId, MAX_PER_USER);
    return { token: fresh, isNew: before > 0 };
  }
}
