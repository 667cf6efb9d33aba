import type { EntityManager } from '@mikro-orm/postgresql';
import { IS_BANNED_SQL } from '../users/user.repository.ts';

/** Bans, by the clock of the database. */
export class BanRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /** False when `until` is past. */
  async ban(id: string, reason: string, until: string | null): Promise<boolean> {
    const banned = await this.#em.execute<object[]>(
      `update auth."user" set banned_at = now(), banned_until = ?, ban_reason = ?, updated_at = now()
       where id = ? and (?::timestamptz is null or ?::timestamptz > now()) returning id`,
      [until, reason, id, until, until],
    );
    return banned.length > 0;
  }

  /** False when it is not banned, or not any more. */
  async unban(id: string): Promise<boolean> {
    const unbanned = await this.#em.execute<object[]>(
      `update auth."user" u set banned_at = null, banned_until = null, ban_reason = null, updated_at = now()
       where u.id = ? and ${IS_BANNED_SQL} returning u.id`,
      [id],
    );
    return unbanned.length > 0;
  }
}
