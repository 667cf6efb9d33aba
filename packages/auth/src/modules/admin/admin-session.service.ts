import type { Page, Session } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { UserEntity } from '../users/user.entity.ts';
import type { AdminRoster } from './admin-roster.ts';

interface SessionListOf {
  id: string;
  limit: number;
  cursor?: string | undefined;
}

/** The sessions of anybody, for administrators. */
export class AdminSessionService {
  readonly #kernel: Kernel;
  readonly #sessions: SessionService;
  readonly #roster: AdminRoster;

  constructor(kernel: Kernel, sessions: SessionService, roster: AdminRoster) {
    this.#kernel = kernel;
    this.#sessions = sessions;
    this.#roster = roster;
  }

  /** @throws AuthError USER_NOT_FOUND */
  async list({ session }: Principal, { id, ...page }: SessionListOf): Promise<Page<Session>> {
    const user = await this.#kernel.database.read((em) => em.getRepository(UserEntity).findById(id));
    if (user === null) throw new AuthError('USER_NOT_FOUND');
    return this.#sessions.list(id, page, session.id);
  }

  /** @throws AuthError SESSION_NOT_FOUND */
  revoke(principal: Principal, id: string): Promise<void> {
    return this.#roster.actOnSelf(principal, (transaction) => this.#sessions.revokeAsAdmin(transaction, principal, id));
  }

  /** Answers how many those were. @throws AuthError USER_NOT_FOUND */
  revokeAll(principal: Principal, userId: string): Promise<number> {
    const { user: admin, caller } = principal;
    return this.#roster.actOnSelf(principal, async (transaction) => {
      const user = await transaction.em.getRepository(UserEntity).findById(userId);
      if (user === null) throw new AuthError('USER_NOT_FOUND');
      const ending = { userId, reason: 'admin', actorId: admin.id, caller } as const;
      return this.#sessions.endAll(transaction, ending);
    });
  }
}
