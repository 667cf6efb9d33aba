import type { Kernel } from '../../kernel/module.ts';
import { hashToken } from '../../kernel/secrets.ts';
import { MailEntity } from '../mail/mail.entity.ts';
import type { DueMail } from '../mail/mail.repository.ts';
import type { PreparedMail } from '../mail/templates.ts';
import { UserEntity } from '../users/user.entity.ts';
import { VerificationEntity } from './verification.entity.ts';
import type { Subject } from './verification.repository.ts';
import type { VerificationService } from './verification.service.ts';
import { VALID_MINUTES } from './verification-purpose.ts';

/** Gives mails their token and code at the moment of sending: before it they exist nowhere, after it only there. */
export class VerificationMails {
  readonly #kernel: Kernel;
  readonly #verifications: VerificationService;

  constructor(kernel: Kernel, verifications: VerificationService) {
    this.#kernel = kernel;
    this.#verifications = verifications;
  }

  /** Null when it was used, superseded, or is for an account that does not exist. */
  async prepare(mail: DueMail): Promise<PreparedMail | null> {
    const subject = await this.#subjectOf(mail);
    if (subject === null) return null;
    if (await this.#isTaken(subject))
      return { kind: 'notice', template: 'address_in_use', to: subject.email, data: {} };
    return this.#arm(subject);
  }

  async #subjectOf(mail: DueMail): Promise<Subject | null> {
    const id = mail.verificationId ?? (await this.#openFor(mail));
    if (id !== null) return this.#kernel.database.read((em) => em.getRepository(VerificationEntity).findUnused(id));
    // As much work as for an account that exists: what comes in next is slowed down as much.
    await this.#kernel.hasher.hash(this.#kernel.secrets.createCode());
    return null;
  }

  /** Only now it turns out whether the address has an account that this is for. */
  #openFor({ id: mailId, template, recipient: email, data }: DueMail): Promise<string | null> {
    return this.#kernel.database.write(async (transaction) => {
      const { em } = transaction;
      if (template !== 'verify_email' && template !== 'reset_password') return null;
      const user = await em.getRepository(UserEntity).findByEmail(email);
      if (user === null || (template === 'verify_email' && user.emailVerifiedAt != null)) return null;
      const verificationId = await this.#verifications.open(transaction, { purpose: template, userId: user.id, email });
      await em.getRepository(MailEntity).nativeUpdate({ id: mailId }, { verificationId, userId: user.id });
      if (template === 'reset_password') {
        const caller = { ipAddress: data.ipAddress || null, userAgent: null, traceId: data.traceId ?? '' };
        transaction.record({ type: 'user.password_reset_requested', caller, userId: user.id, actorId: null });
      }
      return verificationId;
    });
  }

  /** Whoever owns an address that another one wants is told so; the other one is told nothing. */
  async #isTaken({ purpose, email, userId }: Subject): Promise<boolean> {
    if (purpose !== 'change_email') return false;
    const owner = await this.#kernel.database.read((em) => em.getRepository(UserEntity).findByEmail(email));
    return owner !== null && owner.id !== userId;
  }

  async #arm({ id, purpose, email }: Subject): Promise<PreparedMail | null> {
    const { database, hasher, secrets, metrics } = this.#kernel;
    const token = secrets.createToken();
    metrics.tokenGenerated('verification');
    const code = secrets.createCode();
    const validMinutes = VALID_MINUTES[purpose];
    const hashes = { tokenHash: hashToken(token), codeHash: await hasher.hash(code), validMinutes };
    const isArmed = await database.write(({ em }) => em.getRepository(VerificationEntity).arm(id, hashes));
    return isArmed ? { kind: 'secret', template: purpose, to: email, secret: { token, code, validMinutes } } : null;
  }
}
