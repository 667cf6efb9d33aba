import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller, Principal } from '../../kernel/principal.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import { orEmailTaken } from '../users/email-taken.ts';
import { UserEntity, type UserRecord } from '../users/user.entity.ts';
import type { Credential, VerificationService } from '../verifications/verification.service.ts';
import { PURPOSES } from '../verifications/verification-purpose.ts';
import type { EmailOwnership } from './email-ownership.ts';

interface EmailServices {
  verifications: VerificationService;
  notices: SecurityNotices;
  ownership: EmailOwnership;
}

interface Verifying {
  caller: Caller;
  /** Who is logged in where the link or the code is used; null: nobody. */
  callingUserId: string | null;
}

/** The address of an account: whose it is, and how it becomes another one. */
export class EmailService {
  readonly #kernel: Kernel;
  readonly #services: EmailServices;

  constructor(kernel: Kernel, services: EmailServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /** Mails once more what verifies an address, if there is an account that waits for it. */
  resend(email: string, caller: Caller): Promise<void> {
    return this.#kernel.database.write(async (transaction) =>
      this.#services.verifications.requestFor(transaction, { purpose: 'verify_email', email, caller }),
    );
  }

  /**
   * Takes the token or code of a mail: the address is verified, or replaced by the one that the mail went to.
   * @throws AuthError TOKEN_INVALID, EMAIL_TAKEN when somebody else was faster
   */
  async verify(credential: Credential, { caller, callingUserId }: Verifying): Promise<void> {
    const { verifications, ownership } = this.#services;
    // Of a code that comes without a session, only the account with that address can be meant.
    const isAboutAccount = 'owner' in credential && 'email' in credential.owner;
    const purposes = isAboutAccount ? (['verify_email'] as const) : (['verify_email', 'change_email'] as const);
    const proof = await verifications.prove({ purposes, credential, caller });
    const verifying = this.#kernel.database.write(async (transaction) => {
      await verifications.consume(transaction, proof);
      const user = await transaction.em.getRepository(UserEntity).findById(proof.userId);
      if (user === null) throw new AuthError('TOKEN_INVALID');
      if (proof.purpose === 'change_email') return this.#replace(transaction, user, { email: proof.email, caller });
      if (user.email !== proof.email) throw new AuthError('TOKEN_INVALID');
      await ownership.confirm(transaction, user, { caller, isOwner: user.id === callingUserId });
    });
    await orEmailTaken(verifying);
  }

  /**
   * Asks the new address for its consent, and tells the old one. Nothing in the answer says whether the new one is
   * somebody else's already; that one is told by mail.
   */
  async requestChange({ user, session, caller }: Principal, newEmail: string): Promise<void> {
    if (newEmail === user.email) {
      const details = [{ path: 'newEmail', message: 'This is your address already.' }];
      throw new AuthError('VALIDATION_FAILED', { details });
    }
    const { verifications, notices } = this.#services;
    await this.#kernel.database.write(async (transaction) => {
      await verifications.request(transaction, { purpose: 'change_email', userId: user.id, email: newEmail });
      transaction.record({ type: 'user.email_change_requested', caller, userId: user.id, sessionId: session.id });
      await notices.queue(transaction, {
        template: 'email_change_requested',
        recipient: user.email,
        userId: user.id,
        caller,
        device: session.device.label,
      });
    });
  }

  /** The address that has been asked for its consent and has not given it; null: none. */
  findPending({ user }: Principal): Promise<string | null> {
    return this.#services.verifications.findAskedFor(user.id);
  }

  /** Takes the question back: what was mailed to the new address opens nothing. Fine if there was none. */
  async cancelChange({ user, session, caller }: Principal): Promise<void> {
    await this.#kernel.database.write(async (transaction) => {
      await transaction.em.getRepository(UserEntity).lock(user.id);
      if ((await this.#services.verifications.revoke(transaction, user.id, ['change_email'])) === 0) return;
      transaction.record({ type: 'user.email_change_cancelled', caller, userId: user.id, sessionId: session.id });
    });
  }

  /** The unique index decides among those who want the same address. */
  async #replace(
    transaction: Transaction,
    user: UserRecord,
    { email, caller }: { email: string; caller: Caller },
  ): Promise<void> {
    const { verifications, notices } = this.#services;
    const { id: userId, email: recipient } = user;
    const now = this.#kernel.clock.now();
    Object.assign(user, { email, emailVerifiedAt: now, updatedAt: now });
    await transaction.em.flush();
    // What was mailed to the old address does not open the account any more.
    await verifications.revoke(transaction, userId, PURPOSES);
    transaction.record({ type: 'user.updated', caller, userId, data: { changed: ['email'] } });
    transaction.record({ type: 'user.email_verified', caller, userId });
    await notices.queue(transaction, { template: 'email_changed', recipient, userId, caller });
  }
}
