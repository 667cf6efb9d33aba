import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import { hashToken, normalizeCode } from '../../kernel/secrets.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import { UserEntity } from '../users/user.entity.ts';
import { VerificationEntity } from './verification.entity.ts';
import type { CodeOwner, ProvedBy, Subject } from './verification.repository.ts';
import type { Purpose } from './verification-purpose.ts';

interface NewVerification {
  purpose: Purpose;
  userId: string;
  /** Where the mail goes, and what is proved by reading it. */
  email: string;
  caller?: Caller;
}

/** Who asked, for the event that is recorded when the mail is sent. */
const toData = (caller?: Caller): Record<string, string> =>
  caller === undefined ? {} : { ipAddress: caller.ipAddress ?? '', traceId: caller.traceId };

interface AnonymousRequest extends Omit<NewVerification, 'userId'> {
  caller: Caller;
}

/** A token or code that is right, and has not been used up yet. */
export interface Proof extends Subject {
  by: ProvedBy;
}

/** A link's token, or a code and whose it is. */
export type Credential = { token: string } | { code: string; owner: CodeOwner };

interface Proving {
  purposes: readonly Purpose[];
  credential: Credential;
  caller: Caller;
}

/** What somebody may do once by proving that they read the mails of an address: verify it, choose a password. */
export class VerificationService {
  readonly #kernel: Kernel;
  readonly #outbox: MailOutbox;

  constructor(kernel: Kernel, outbox: MailOutbox) {
    this.#kernel = kernel;
    this.#outbox = outbox;
  }

  /** Queues the mail and voids earlier ones of the same purpose. Holds the user's row. */
  async request(transaction: Transaction, verification: NewVerification): Promise<void> {
    const { purpose: template, email: recipient, userId, caller } = verification;
    const verificationId = await this.open(transaction, verification);
    this.#outbox.queue(transaction, { template, recipient, userId, verificationId, data: toData(caller) });
  }

  /**
   * Queues a mail to an address of which nothing is known. Whether there is an account is found out when the mail
   * is sent, so that the one who asks is answered alike, and as fast, for every address.
   */
  requestFor(transaction: Transaction, { purpose, email, caller }: AnonymousRequest): void {
    this.#outbox.queue(transaction, { template: purpose, recipient: email, data: toData(caller) });
  }

  /** Makes one, without a mail; answers its id. */
  async open({ em }: Transaction, { purpose, userId, email }: NewVerification): Promise<string> {
    const user = await em.getRepository(UserEntity).lockById(userId);
    await em.getRepository(VerificationEntity).supersede(userId, [purpose]);
    const id = this.#kernel.secrets.createId();
    // Whoever asked for another address may turn out to be a thief, whom the owner then logs out.
    const sessionEpoch = purpose === 'change_email' ? (user?.sessionEpoch ?? null) : null;
    em.create(VerificationEntity, { id, userId, purpose, email, sessionEpoch });
    return id;
  }

  /** Makes those of a user void that have not been used; answers how many. The caller holds the user's row. */
  revoke({ em }: Transaction, userId: string, purposes: readonly Purpose[]): Promise<number> {
    return em.getRepository(VerificationEntity).supersede(userId, purposes);
  }

  /** The address that somebody wants and that has not consented yet; null: none. */
  findAskedFor(userId: string): Promise<string | null> {
    return this.#kernel.database.read((em) => em.getRepository(VerificationEntity).findAskedFor(userId));
  }

  /**
   * Judges a token or code without using it up. An attempt at a code counts, and costs as much for an address that
   * nobody registered.
   * @throws AuthError TOKEN_INVALID for anything but the right one, in time and for one of these purposes
   */
  prove({ purposes, credential, caller }: Proving): Promise<Proof> {
    return 'token' in credential
      ? this.#proveToken(purposes, credential.token)
      : this.#proveCode(purposes, credential, caller);
  }

  /** Uses it up: of any number of callers with the same proof, one gets here. @throws AuthError TOKEN_INVALID */
  async consume({ em }: Transaction, { id, userId, by }: Proof): Promise<void> {
    // Always the user first: whoever holds a verification and waits for the user would wait for ever.
    await em.getRepository(UserEntity).lock(userId);
    if (!(await em.getRepository(VerificationEntity).use(id, by))) throw new AuthError('TOKEN_INVALID');
  }

  async #proveToken(purposes: readonly Purpose[], token: string): Promise<Proof> {
    const tokenHash = hashToken(token);
    const found = await this.#kernel.database.read((em) =>
      em.getRepository(VerificationEntity).findByToken(tokenHash, purposes),
    );
    if (found === null) throw new AuthError('TOKEN_INVALID');
    return { ...found, by: { tokenHash, codeHash: null } };
  }

  async #proveCode(
    purposes: readonly Purpose[],
    { code, owner }: { code: string; owner: CodeOwner },
    caller: Caller,
  ): Promise<Proof> {
    const { database, hasher } = this.#kernel;
    const typed = normalizeCode(code);
    const tried = await database.write(({ em, record }) => {
      // Recorded for unknown addresses as well, which makes both transactions write and thus take as long.
      const userId = 'userId' in owner ? owner.userId : null;
      record({ type: 'user.code_entered', caller, userId, data: { purposes } });
      return em.getRepository(VerificationEntity).countAttempt(owner, purposes);
    });
    if (tried.length === 0) await hasher.verify(typed, null);
    for (const { codeHash, ...subject } of tried) {
      const verdict = await hasher.verify(typed, codeHash);
      if (verdict.kind === 'mismatch') continue;
      await database.write(({ em }) => em.getRepository(VerificationEntity).forgiveAttempt(subject.id));
      return { ...subject, by: { tokenHash: null, codeHash } };
    }
    throw new AuthError('TOKEN_INVALID');
  }
}
