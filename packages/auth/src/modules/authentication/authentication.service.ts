import type { AuthConfig, LoginInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller, PrincipalUser } from '../../kernel/principal.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { OpenedSession, SessionService } from '../sessions/session.service.ts';
import type { KnownDevices } from './known-devices.ts';
import { PasswordEntity } from './password.entity.ts';
import type { Credentials } from './password.repository.ts';

/** A login that succeeded. */
export interface LoggedIn extends OpenedSession {
  user: PrincipalUser;
  /** By which this device is known from now on. */
  deviceToken: string;
}

/** How a call came in: from where, on which device, and with which session, which a login replaces. */
export interface LoginOrigin {
  caller: Caller;
  sessionToken: string | null;
  deviceToken: string | null;
  /** How long the session may rest, where that is not what the settings say. */
  idleTimeoutMinutes?: number;
}

interface LoginServices {
  sessions: SessionService;
  devices: KnownDevices;
  notices: SecurityNotices;
}

/** Login. */
export class AuthenticationService {
  readonly #kernel: Kernel;
  readonly #sessions: SessionService;
  readonly #devices: KnownDevices;
  readonly #notices: SecurityNotices;

  constructor(kernel: Kernel, { sessions, devices, notices }: LoginServices) {
    this.#kernel = kernel;
    this.#sessions = sessions;
    this.#devices = devices;
    this.#notices = notices;
  }

  describeConfig(): AuthConfig {
    const { config, moduleNames } = this.#kernel;
    return {
      session: config.session,
      password: { minLength: config.password.minLength, maxLength: 256 },
      account: config.account,
      sessionCookies: config.sessionCookies,
      requireEmailVerification: config.requireEmailVerification,
      modules: moduleNames,
    };
  }

  /** @throws AuthError FORBIDDEN where there are no session cookies: a login by cookie would lead nowhere */
  assertHasCookies(): void {
    if (!this.#kernel.config.sessionCookies)
      throw new AuthError('FORBIDDEN', { message: 'There are no session cookies here: ask for tokens.' });
  }

  /**
   * Proves a password and opens a session; the one that the browser had before ends.
   * @throws AuthError AUTH_INVALID for an unknown address and a wrong password alike, and USER_BANNED only to
   * somebody who knows the password
   */
  async login({ email, password }: LoginInput, origin: LoginOrigin): Promise<LoggedIn> {
    const { caller } = origin;
    const { database, hasher, rules } = this.#kernel;
    const known = await database.read((em) => em.getRepository(PasswordEntity).findCredentials(email));
    const verdict = await hasher.verify(password, known?.hash ?? null);
    if (known === null || verdict.kind === 'mismatch') {
      await this.#recordFailure(caller, known, {});
      throw new AuthError('AUTH_INVALID');
    }
    try {
      if (known.isBanned) throw new AuthError('USER_BANNED');
      await rules.check('login', { user: known.user });
      const upgradedHash = verdict.isOutdated ? await this.#tryHash(password) : null;
      return await this.#open(known, upgradedHash, origin);
    } catch (error) {
      const isRefusal = error instanceof AuthError && error.status < 500;
      if (isRefusal) await this.#recordFailure(caller, known, { reason: error.code });
      throw error;
    }
  }

  async #open(known: Credentials, upgradedHash: string | null, origin: LoginOrigin): Promise<LoggedIn> {
    const { caller, sessionToken, deviceToken, idleTimeoutMinutes } = origin;
    return this.#kernel.database.write(async (transaction) => {
      const { em, record } = transaction;
      const passwords = em.getRepository(PasswordEntity);
      const current = await passwords.lockCredentials(known.user.id);
      // Changed or deleted since it was read: what was proved is no longer the password.
      if (current === null || current.hash !== known.hash) throw new AuthError('AUTH_INVALID');
      const { user, epoch, isBanned, readAt: now } = current;
      if (isBanned) throw new AuthError('USER_BANNED');
      // Somebody logged out everywhere after this login began; it must not survive that.
      if (epoch !== known.epoch) throw new AuthError('SESSION_ENDED', { details: { reason: 'revoked' } });
      if (upgradedHash !== null) await passwords.upgrade(user.id, known.hash, upgradedHash);
      if (sessionToken !== null) await this.#sessions.replace(transaction, sessionToken, { userId: user.id, caller });
      const opened = await this.#sessions.open(transaction, {
        userId: user.id,
        epoch,
        now,
        caller,
        ...(idleTimeoutMinutes !== undefined && { idleTimeoutMinutes }),
      });
      const { token, isNew } = await this.#devices.remember(transaction, user.id, deviceToken);
      const device = opened.session.device.label;
      record({
        type: 'user.login',
        caller,
        userId: user.id,
        sessionId: opened.session.id,
        data: { newDevice: isNew, device },
      });
      if (isNew)
        await this.#notices.queue(transaction, {
          template: 'new_device',
          recipient: user.email,
          userId: user.id,
          caller,
          device,
        });
      return { user, deviceToken: token, ...opened };
    });
  }

  async #recordFailure(caller: Caller, known: Credentials | null, data: Record<string, unknown>): Promise<void> {
    const userId = known?.user.id ?? null;
    await this.#kernel.database.write(async ({ record }) =>
      record({ type: 'user.login_failed', caller, userId, actorId: null, data }),
    );
  }

  /** A hash in today's form can wait for the next login; a login that is right must not fail for it. */
  async #tryHash(password: string): Promise<string | null> {
    try {
      return await this.#kernel.hasher.hash(password);
    } catch (error) {
      if (error instanceof AuthError && error.code === 'UNAVAILABLE') return null;
      throw error;
    }
  }
}
