import type { AdminUser, Role } from '@latchkey/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { HOLDS_SQL, idleLimitSeconds } from '../sessions/session-validity.ts';

export interface AdminUserFilter {
  search: string | null;
  role: Role | null;
  id: string | null;
}

interface AdminUserRow {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  email_verified_at: string | null;
  created_at: string;
  active_sessions: number;
  last_active_at: string | null;
}

/** Users with what their sessions tell about them: a view of two tables, and of no single entity. */
export class AdminUserRepository {
  readonly #em: EntityManager;
  readonly #idleTimeoutMinutes: number;

  constructor(em: EntityManager, idleTimeoutMinutes: number) {
    this.#em = em;
    this.#idleTimeoutMinutes = idleTimeoutMinutes;
  }

  list(
    { search, role, id }: AdminUserFilter,
    page: { limit: number; afterId: string | null },
  ): Promise<AdminUserRow[]> {
    const pattern = search === null ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return this.#em.execute<AdminUserRow[]>(
      `select u.id, u.email, u.name, u.role, u.email_verified_at, u.created_at,
         coalesce(s.active_sessions, 0)::int as active_sessions, s.last_active_at
       from auth."user" u
       left join lateral (
         select max(last_active_at) as last_active_at,
           count(*) filter (where ${HOLDS_SQL}) as active_sessions
         from auth.session where user_id = u.id
       ) s on true
       where (?::text is null or u.email ilike ? or u.name ilike ?)
         and (?::text is null or u.role = ?)
         and (?::uuid is null or u.id = ?)
         and (?::uuid is null or u.id < ?)
       order by u.id desc
       limit ?`,
      [
        idleLimitSeconds(this.#idleTimeoutMinutes),
        pattern,
        pattern,
        pattern,
        role,
        role,
        id,
        id,
        page.afterId,
        page.afterId,
        page.limit,
      ],
    );
  }
}

export const toAdminUser = (row: AdminUserRow): AdminUser => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  emailVerified: row.email_verified_at !== null,
  createdAt: new Date(row.created_at).toISOString(),
  activeSessions: row.active_sessions,
  lastActiveAt: row.last_active_at === null ? null : new Date(row.last_active_at).toISOString(),
});
