import type { AdminUser, AdminUserListInput, Page } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import { type AdminUserFilter, AdminUserRepository, toAdminUser } from './admin-user.repository.ts';

/** Accounts, for administrators. */
export class AdminUserService {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The newest accounts first. */
  async list({ limit, cursor, search, role }: AdminUserListInput): Promise<Page<AdminUser>> {
    const afterId = decodeCursor(cursor);
    const filter: AdminUserFilter = { search: search || null, role: role ?? null, id: null };
    const rows = await this.#find(filter, { limit: limit + 1, afterId });
    return toPage(rows, limit, toAdminUser);
  }

  /** @throws AuthError USER_NOT_FOUND */
  async get(id: string): Promise<AdminUser> {
    const [row] = await this.#find({ search: null, role: null, id }, { limit: 1, afterId: null });
    if (row === undefined) throw new AuthError('USER_NOT_FOUND');
    return toAdminUser(row);
  }

  #find(filter: AdminUserFilter, page: { limit: number; afterId: string | null }) {
    const { idleTimeoutMinutes } = this.#kernel.config.session;
    return this.#kernel.database.read((em) => new AdminUserRepository(em, idleTimeoutMinutes).list(filter, page));
  }
}
