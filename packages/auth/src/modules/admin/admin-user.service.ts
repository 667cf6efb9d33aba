import type { AdminUser, AdminUserListInput, Page } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import { nobody } from '../../kernel/principal.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { UserEntity } from '../users/user.entity.ts';
import { AdminUserRepository, toAdminUser } from './admin-user.repository.ts';

/** Accounts, for administrators. */
export class AdminUserService {
  readonly #kernel: Kernel;
  readonly #sessions: SessionService;

  constructor(kernel: Kernel, sessions: SessionService) {
    this.#kernel = kernel;
    this.#sessions = sessions;
  }

  /** The newest accounts first. */
  async list({ limit, cursor, search, role, banned, deleted }: AdminUserListInput): Promise<Page<AdminUser>> {
    const afterId = decodeCursor(cursor);
    const filter = { search: search || null, role: role ?? null, banned: banned ?? null, deleted };
    const rows = await this.#read((users) => users.list(filter, { limit: limit + 1, afterId }));
    return toPage(rows, limit, toAdminUser);
  }

  /** Also one that is deleted. @throws AuthError USER_NOT_FOUND */
  async get(id: string): Promise<AdminUser> {
    const row = await this.#read((users) => users.findById(id));
    if (row === null) throw new AuthError('USER_NOT_FOUND');
    return toAdminUser(row);
  }

  /**
   * Makes an account an administrator, for whoever runs the service. Its sessions end: a token that was taken
   * from a user must not become one of an administrator.
   * @returns null when there is no such account; one that is an administrator already stays as it is
   */
  promote(email: string, traceId: string): Promise<'promoted' | 'unchanged' | null> {
    const { clock, database } = this.#kernel;
    return database.write(async (transaction) => {
      const { em, record } = transaction;
      const user = await em.getRepository(UserEntity).findByEmail(email.trim().toLowerCase());
      if (user === null) return null;
      if (user.role === 'admin') return 'unchanged';
      user.role = 'admin';
      user.updatedAt = clock.now();
      await em.flush();
      const caller = nobody(traceId);
      record({ type: 'user.updated', caller, userId: user.id, actorId: null, data: { changed: ['role'] } });
      await this.#sessions.endAll(transaction, {
        userId: user.id,
        reason: 'admin',
        actorId: null,
        caller,
      });
      return 'promoted';
    });
  }

  #read<T>(work: (users: AdminUserRepository) => Promise<T>): Promise<T> {
    const { idleTimeoutMinutes } = this.#kernel.config.session;
    return this.#kernel.database.read((em) => work(new AdminUserRepository(em, idleTimeoutMinutes)));
  }
}
