import type { RegisterInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import { isUniqueViolation } from '../../kernel/unique-violation.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { orEmailTaken } from '../users/email-taken.ts';
import { UserEntity, type UserRecord } from '../users/user.entity.ts';
import { toPrincipalUser } from '../users/user-view.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import type { LoggedIn, LoginOrigin } from './authentication.service.ts';
import type { KnownDevices } from './known-devices.ts';
import { PasswordEntity } from './password.entity.ts';

interface RegistrationServices {
  sessions: SessionService;
  verifications: VerificationService;
  outbox: MailOutbox;
  devices: KnownDevices;
}

interface NewAccount {
  email: string;
  name: string | null;
  hash: string;
  caller: Caller;
}

/** How a registration ends. */
export type Registered = { kind: 'logged-in'; login: LoggedIn } | { kind: 'mail-sent' };

/** New accounts. */
export class RegistrationService {
  readonly #kernel: Kernel;
  readonly #services: RegistrationServices;

  constructor(kernel: Kernel, services: RegistrationServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /**
   * Makes an account and logs in, or, where addresses must be verified first, answers alike for every address.
   * @throws AuthError EMAIL_TAKEN, PASSWORD_TOO_WEAK, VALIDATION_FAILED, or what a module's rule refuses with
   */
  async register({ email, password, name: given }: RegisterInput, origin: LoginOrigin): Promise<Registered> {
    const { config, hasher, rules } = this.#kernel;
    const name = given ?? null;
    await rules.check('register', { email, name });
    await rules.check('password', { password, email, name });
    if (!config.requireEmailVerification) await this.#assertEmailIsFree(email);

    const account = { email, name, hash: await hasher.hash(password), caller: origin.caller };
    if (!config.requireEmailVerification) return { kind: 'logged-in', login: await this.#enter(account, origin) };
    await this.#apply(account).catch((error: unknown) => {
      // Somebody else took the address a moment ago; now it is a known one.
      if (isUniqueViolation(error)) return this.#apply(account);
      throw error;
    });
    return { kind: 'mail-sent' };
  }

  async #enter(account: NewAccount, { caller, sessionToken, deviceToken }: LoginOrigin): Promise<LoggedIn> {
    const { sessions, devices } = this.#services;
    const entering = this.#kernel.database.write(async (transaction) => {
      const user = await this.#create(transaction, account);
      if (sessionToken !== null) await sessions.replace(transaction, sessionToken, { userId: user.id, caller });
      const opened = await sessions.open(transaction, { userId: user.id, epoch: 0, caller });
      // Without cookies nobody could use it; tokens are asked for by a call of their own.
      if (!this.#kernel.config.sessionCookies) {
        await transaction.em.flush();
        const ending = {
          userId: user.id,
          sessionId: opened.session.id,
          reason: 'logged_out',
          actorId: user.id,
        } as const;
        await sessions.end(transaction, { ...ending, caller });
      }
      const device = await devices.remember(transaction, user.id, deviceToken);
      return { user: toPrincipalUser(user), deviceToken: device.token, ...opened };
    });
    return orEmailTaken(entering);
  }

  /** Makes the account, or tells its owner by mail that somebody tried to. */
  #apply(account: NewAccount): Promise<void> {
    const { email, caller } = account;
    return this.#kernel.database.write(async (transaction) => {
      const owner = await transaction.em.getRepository(UserEntity).findByEmail(email);
      if (owner === null) {
        await this.#create(transaction, account);
        return;
      }
      transaction.record({ type: 'user.registration_repeated', caller, userId: owner.id, actorId: null });
      this.#services.outbox.queue(transaction, { template: 'address_in_use', recipient: email, userId: owner.id });
    });
  }

  async #create(transaction: Transaction, { email, name, hash, caller }: NewAccount): Promise<UserRecord> {
    const { clock, secrets } = this.#kernel;
    const { em, record } = transaction;
    const now = clock.now();
    const user = em.create(UserEntity, {
      id: secrets.createId(),
      email,
      name,
      role: 'user',
      emailVerifiedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    await em.flush();
    em.create(PasswordEntity, { userId: user.id, hash, changedAt: now });
    record({ type: 'user.registered', caller, userId: user.id });
    this.#services.verifications.requestFor(transaction, { purpose: 'verify_email', email, caller });
    return user;
  }

  /** Spares the hash where the answer is known already; the unique index decides among those that race. */
  async #assertEmailIsFree(email: string): Promise<void> {
    const taken = await this.#kernel.database.read((em) => em.getRepository(UserEntity).findByEmail(email));
    if (taken !== null) throw new AuthError('EMAIL_TAKEN');
  }
}
