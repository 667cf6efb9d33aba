import type { ChangePasswordInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal, PrincipalSession } from '../../kernel/principal.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import { PASSWORD_PURPOSES } from '../verifications/verification-purpose.ts';
import type { KnownDevices } from './known-devices.ts';
import { checkNewPassword } from './new-password.ts';
import { PasswordEntity } from './password.entity.ts';
import type { Credentials } from './password.repository.ts';

interface PasswordServices {
  sessions: SessionService;
  verifications: VerificationService;
  notices: SecurityNotices;
  devices: KnownDevices;
}

/** Who asks, and the session token they asked with, which a new one replaces; null for a bearer token. */
export interface RenewingCall {
  principal: Principal;
  sessionToken: string | null;
  deviceToken: string | null;
}

/** The session of the call, and its new token where it has an old one. */
export interface RenewedSession {
  token: string | null;
  session: PrincipalSession;
}

/** The password of somebody who is logged in. */
export class PasswordService {
  readonly #kernel: Kernel;
  readonly #services: PasswordServices;

  constructor(kernel: Kernel, services: PasswordServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /**
   * Replaces the password, ends all other sessions and gives this one a new token.
   * @throws AuthError AUTH_INVALID, PASSWORD_TOO_WEAK, VALIDATION_FAILED
   */
  async change(
    { principal, sessionToken, deviceToken }: RenewingCall,
    { currentPassword, newPassword }: ChangePasswordInput,
  ): Promise<RenewedSession> {
    const { database, hasher, rules } = this.#kernel;
    const { sessions, verifications, notices, devices } = this.#services;
    const { user, session, caller } = principal;
    const known = await this.#prove(principal, currentPassword);
    if (newPassword === currentPassword) {
      const details = [{ path: 'newPassword', message: 'This is your password already.' }];
      throw new AuthError('VALIDATION_FAILED', { details });
    }
    await checkNewPassword(rules, { password: newPassword, email: user.email, name: user.name });
    const hash = await hasher.hash(newPassword);

    return database.write(async (transaction) => {
      await this.#assertUnchanged(transaction, known);
      await transaction.em.getRepository(PasswordEntity).store(user.id, hash);
      const ending = { userId: user.id, keepId: session.id, reason: 'password_changed', actorId: user.id } as const;
      await sessions.endAll(transaction, { ...ending, caller });
      const token = await sessions.renew(transaction, session.id, sessionToken);
      await devices.forget(transaction, user.id, deviceToken);
      await verifications.revoke(transaction, user.id, PASSWORD_PURPOSES);
      transaction.record({ type: 'user.password_changed', caller, userId: user.id, sessionId: session.id });
      const device = session.device.label;
      await notices.queue(transaction, {
        template: 'password_changed',
        recipient: user.email,
        userId: user.id,
        caller,
        device,
      });
      return { token, session };
    });
  }

  /** Makes the session recent again, under a new token. @throws AuthError AUTH_INVALID */
  async reauthenticate({ principal, sessionToken }: RenewingCall, password: string): Promise<RenewedSession> {
    const { user, session, caller } = principal;
    const known = await this.#prove(principal, password);
    return this.#kernel.database.write(async (transaction) => {
      await this.#assertUnchanged(transaction, known);
      const token = await this.#services.sessions.renew(transaction, session.id, sessionToken);
      transaction.record({ type: 'user.reauthenticated', caller, userId: user.id, sessionId: session.id });
      return { token, session };
    });
  }

  async #prove({ user, session, caller }: Principal, password: string): Promise<Credentials> {
    const { database, hasher } = this.#kernel;
    const known = await database.read((em) => em.getRepository(PasswordEntity).findCredentialsOf(user.id));
    const verdict = await hasher.verify(password, known?.hash ?? null);
    if (known !== null && verdict.kind === 'match') return known;
    await database.write(async ({ record }) =>
      record({ type: 'user.reauthentication_failed', caller, userId: user.id, sessionId: session.id }),
    );
    throw new AuthError('AUTH_INVALID', { message: 'This is not your current password.' });
  }

  /** Changed since it was proved: what was proved is no longer the password. Holds the user's row. */
  async #assertUnchanged({ em }: Transaction, known: Credentials): Promise<void> {
    const current = await em.getRepository(PasswordEntity).lockCredentials(known.user.id);
    if (current === null || current.hash !== known.hash) throw new AuthError('AUTH_INVALID');
  }
}
