import type { LimitKeys } from '../../kernel/limits/limit-table.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import { UserEntity } from '../users/user.entity.ts';
import type { KnownDevices } from './known-devices.ts';

interface LoginAttempt {
  email: string;
  /** Where it comes from, as limits count it. */
  address: string | null;
  deviceToken: string | null;
}

/** An account that takes no more guesses for a while. */
interface Lockout {
  email: string;
  caller: Caller;
  retryAfterSeconds: number;
}

/** What a login is counted by, so that guessing is slow and the owner gets in all the same. */
export class LoginGuard {
  readonly #kernel: Kernel;
  readonly #devices: KnownDevices;
  readonly #notices: SecurityNotices;

  constructor(kernel: Kernel, { devices, notices }: { devices: KnownDevices; notices: SecurityNotices }) {
    this.#kernel = kernel;
    this.#devices = devices;
    this.#notices = notices;
  }

  /** Nobody else's guesses, not even from the same address, keep out who logs in on a device of theirs. */
  async keysOf({ email, address, deviceToken }: LoginAttempt): Promise<LimitKeys<'login'>> {
    const device = await this.#devices.recognise(deviceToken, email);
    return device === null
      ? { address, pair: address === null ? null : `${address} ${email}`, account: email, device }
      : { address: null, pair: null, account: null, device };
  }

  /** Notes that an account, which may not exist, has been locked. */
  async recordLockout({ email, caller, retryAfterSeconds }: Lockout): Promise<void> {
    await this.#kernel.database.write(async (transaction) => {
      const user = await transaction.em.getRepository(UserEntity).findByEmail(email);
      const userId = user?.id ?? null;
      transaction.record({ type: 'user.locked', caller, userId, actorId: null, data: { retryAfterSeconds } });
      if (user !== null)
        await this.#notices.queue(transaction, {
          template: 'account_locked',
          recipient: email,
          userId: user.id,
          caller,
        });
    });
  }
}
