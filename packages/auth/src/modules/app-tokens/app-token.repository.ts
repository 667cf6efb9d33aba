import type { Scope } from '@latchkey/contract';
import { EntityRepository } from '@mikro-orm/postgresql';
import { instant, toArray } from '../../kernel/sql.ts';
import type { AppTokenRecord } from './app-token.entity.ts';

/** As it is read; instants in milliseconds. */
export interface AppTokenRow {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number;
  revokedAt: number | null;
}

interface NewAppToken {
  id: string;
  userId: string;
  name: string;
  scopes: Scope[];
  tokenHash: string;
  prefix: string;
  expiresInDays: number;
}

const COLUMNS = `t.id, t.name, t.prefix, t.scopes, ${instant('t.created_at')} as "createdAt",
  ${instant('t.last_used_at')} as "lastUsedAt", ${instant('t.expires_at')} as "expiresAt",
  ${instant('t.revoked_at')} as "revokedAt"`;

/** Whoever came by the old password must not keep a key: a token is worth nothing once there is a new one. */
const IS_OF_TODAYS_PASSWORD = `t.password_changed_at is not distinct from
  (select p.changed_at from auth.password p where p.user_id = t.user_id)`;

const HOLDS = `t.revoked_at is null and t.expires_at > now() and ${IS_OF_TODAYS_PASSWORD}`;

/** An int that no epoch and no timeout in minutes ever reaches. */
const BEYOND_ALL = 2_147_483_647;

/**
 * App tokens in the shape of sessions, for the session check. They outlive "log out everywhere", never rest for too
 * long, and were never proved by a password.
 */
export const APP_TOKENS_AS_SESSIONS = `(
  select t.id, t.user_id, t.token_hash, t.scopes, ${BEYOND_ALL} as epoch, ${BEYOND_ALL} as idle_timeout_minutes,
    t.created_at, 'epoch'::timestamptz as authenticated_at, coalesce(t.last_used_at, t.created_at) as last_active_at,
    t.expires_at,
    case when t.revoked_at is not null then 'revoked' when not ${IS_OF_TODAYS_PASSWORD} then 'password_changed' end
      as end_reason,
    null::inet as ip_address, null as browser, null as os, 'other' as device_kind, t.name as device_label
  from auth.app_token t)`;

/** All that is asked here about time is judged by the clock of the database, as in the session check. */
export class AppTokenRepository extends EntityRepository<AppTokenRecord> {
  async issue({ id, userId, name, scopes, tokenHash, prefix, expiresInDays }: NewAppToken): Promise<AppTokenRow> {
    const [row] = await this.em.execute<[AppTokenRow]>(
      `insert into auth.app_token as t
         (id, user_id, name, scopes, token_hash, prefix, expires_at, password_changed_at)
       select ?, ?, ?, ?::text[], decode(?, 'hex'), ?, now() + make_interval(days => ?),
         (select changed_at from auth.password where user_id = ?)
       returning ${COLUMNS}`,
      [id, userId, name, toArray(scopes), tokenHash, prefix, expiresInDays, userId],
    );
    return row;
  }

  /** How many hold. */
  async countHolding(userId: string): Promise<number> {
    const [row] = await this.em.execute<{ count: number }[]>(
      `select count(*)::int as count from auth.app_token t where t.user_id = ? and ${HOLDS}`,
      [userId],
    );
    return row?.count ?? 0;
  }

  /** Those that hold, the newest first. */
  list(userId: string, { limit, afterId }: { limit: number; afterId: string | null }): Promise<AppTokenRow[]> {
    return this.em.execute(
      `select ${COLUMNS} from auth.app_token t
       where t.user_id = ? and ${HOLDS} and (?::uuid is null or t.id < ?) order by t.id desc limit ?`,
      [userId, afterId, afterId, limit],
    );
  }

  /** Also those that hold no longer. */
  listAll(userId: string): Promise<AppTokenRow[]> {
    return this.em.execute(`select ${COLUMNS} from auth.app_token t where t.user_id = ? order by t.id desc`, [userId]);
  }

  /** Ends one; null when it had been revoked already, or is not the owner's. */
  async revoke(id: string, userId: string): Promise<AppTokenRow | null> {
    const [row] = await this.em.execute<AppTokenRow[]>(
      `update auth.app_token t set revoked_at = now() where t.id = ? and t.user_id = ? and t.revoked_at is null
       returning ${COLUMNS}`,
      [id, userId],
    );
    return row ?? null;
  }

  async holds(id: string): Promise<boolean> {
    const rows = await this.em.execute<object[]>(`select 1 from auth.app_token t where t.id = ? and ${HOLDS}`, [id]);
    return rows.length > 0;
  }

  /** Forgets some that ended long ago; answers how many. */
  async removeEnded(afterDays: number, limit: number): Promise<number> {
    const purged = await this.em.execute<object[]>(
      `delete from auth.app_token where id in (
         select id from auth.app_token where least(expires_at, revoked_at) < now() - make_interval(days => ?)
         order by least(expires_at, revoked_at) limit ? for update skip locked
       ) returning 1`,
      [afterDays, limit],
    );
    return purged.length;
  }
}
