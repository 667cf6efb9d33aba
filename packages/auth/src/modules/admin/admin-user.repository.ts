import type { AdminUser, Role } from '@latchkey/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { instant } from '../../kernel/sql.ts';
import { HOLDS_SQL, idleLimitSeconds } from '../sessions/session-validity.ts';
import { IS_BANNED_SQL } from '../users/user.repository.ts';

/** What a list of accounts is narrowed to; null: not by this. */
export interface AdminUserFilter {
  search: string | null;
  role: Role | null;
  banned: boolean | null;
  deleted: boolean;
}

interface AdminUserRow {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  email_verified_at: string | null;
  created_at: string;
  banned_at: number | null;
  banned_until: number | null;
  ban_reason: string | null;
  deleted_at: number | null;
  has_password: boolean;
  active_sessions: number;
  last_active_at: string | null;
}

type Condition = [sql: string, ...values: unknown[]];

/** The expression of the trigram index; a line feed is in neither part, so nothing matches across both. */
const SEARCH_SQL = `lower(u.email || e'\\n' || coalesce(u.name, ''))`;

/** Users with what their sessions tell about them: a view of two tables, and of no single entity. */
export class AdminUserRepository {
  readonly #em: EntityManager;
  readonly #idleTimeoutMinutes: number;

  constructor(em: EntityManager, idleTimeoutMinutes: number) {
    this.#em = em;
    this.#idleTimeoutMinutes = idleTimeoutMinutes;
  }

  /** The newest first. */
  list(filter: AdminUserFilter, page: { limit: number; afterId: string | null }): Promise<AdminUserRow[]> {
    const conditions = conditionsOf(filter);
    if (page.afterId !== null) conditions.push(['u.id < ?', page.afterId]);
    return this.#select(conditions, page.limit);
  }

  /** Deleted ones, too. */
  async findById(id: string): Promise<AdminUserRow | null> {
    const [row] = await this.#select([['u.id = ?', id]], 1);
    return row ?? null;
  }

  /** Sessions are counted for the page only, not for all that matches. */
  #select(conditions: Condition[], limit: number): Promise<AdminUserRow[]> {
    return this.#em.execute<AdminUserRow[]>(
      `select u.*, exists(select from auth.password where user_id = u.id) as has_password,
         coalesce(s.active_sessions, 0)::int as active_sessions, s.last_active_at
       from (
         select u.id, u.email, u.name, u.role, u.email_verified_at, u.created_at,
           ${instant('u.deleted_at')} as deleted_at,
           case when ${IS_BANNED_SQL} then ${instant('u.banned_at')} end as banned_at,
           ${instant('u.banned_until')} as banned_until, u.ban_reason
         from auth."user" u where ${conditions.map(([sql]) => sql).join(' and ')}
         order by u.id desc limit ?
       ) u
       left join lateral (
         select max(last_active_at) as last_active_at,
           count(*) filter (where ${HOLDS_SQL}) as active_sessions
         from auth.session where user_id = u.id
       ) s on true
       order by u.id desc`,
      [...conditions.flatMap(([, ...values]) => values), limit, idleLimitSeconds(this.#idleTimeoutMinutes)],
    );
  }
}

const conditionsOf = ({ search, role, banned, deleted }: AdminUserFilter): Condition[] => [
  [deleted ? 'u.deleted_at is not null' : 'u.deleted_at is null'],
  ...(search === null ? [] : [searchFor(search)]),
  ...(role === null ? [] : [['u.role = ?', role] satisfies Condition]),
  // Said twice, so that the index of those who ever were banned is found.
  ...(banned === true ? [[`u.banned_at is not null and ${IS_BANNED_SQL}`] satisfies Condition] : []),
  ...(banned === false ? [[`not ${IS_BANNED_SQL}`] satisfies Condition] : []),
];

/** One or two letters make no trigram, and would read all accounts; at the beginning they make one. */
const SHORTEST_PART = 3;

const searchFor = (search: string): Condition => {
  const literal = search.replaceAll(/[\\%_]/g, '\\$&');
  return [...search].length < SHORTEST_PART
    ? [`(${SEARCH_SQL} like lower(?) or ${SEARCH_SQL} like lower(?))`, `${literal}%`, `%\n${literal}%`]
    : [`${SEARCH_SQL} like lower(?)`, `%${literal}%`];
};

export const toAdminUser = (row: AdminUserRow): AdminUser => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  emailVerified: row.email_verified_at !== null,
  createdAt: new Date(row.created_at).toISOString(),
  hasPassword: row.has_password,
  activeSessions: row.active_sessions,
  lastActiveAt: row.last_active_at === null ? null : new Date(row.last_active_at).toISOString(),
  banned:
    row.banned_at === null
      ? null
      : { at: toInstant(row.banned_at), until: toInstantOrNull(row.banned_until), reason: row.ban_reason ?? '' },
  deletedAt: toInstantOrNull(row.deleted_at),
});

const toInstant = (milliseconds: number): string => new Date(milliseconds).toISOString();

const toInstantOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : toInstant(milliseconds);
