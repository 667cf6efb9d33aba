import type { EntityManager } from '@mikro-orm/postgresql';
import { toArray, tryLock } from '../../kernel/sql.ts';

/** "lkpurg" as a number: whoever purges holds this lock for a transaction. */
const PURGE_LOCK = 0x6c6b_7067;

/** Accounts from their deletion to their purge, by the clock of the database. */
export class AccountRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  /** False when there is none, or it is deleted already. */
  async markDeleted(id: string): Promise<boolean> {
    const sql =
      'update auth."user" set deleted_at = now(), updated_at = now() where id = ? and deleted_at is null returning id';
    return (await this.#em.execute<object[]>(sql, [id])).length > 0;
  }

  /** False when it is not deleted, or due to be purged. Breaks the unique index when the address was taken meanwhile. */
  async restore(id: string, purgeAfterDays: number): Promise<boolean> {
    const sql = `update auth."user" set deleted_at = null, updated_at = now()
      where id = ? and deleted_at > now() - make_interval(days => ?) returning id`;
    return (await this.#em.execute<object[]>(sql, [id, purgeAfterDays])).length > 0;
  }

  /** For the rest of the transaction; false while another instance purges. */
  lockPurge(): Promise<boolean> {
    return tryLock(this.#em, PURGE_LOCK);
  }

  /** Accounts that are due, the first ones deleted first; nobody restores them meanwhile. */
  async lockDue(purgeAfterDays: number, limit: number): Promise<string[]> {
    const due = await this.#em.execute<{ id: string }[]>(
      `select id from auth."user" where deleted_at <= now() - make_interval(days => ?)
       order by deleted_at limit ? for update skip locked`,
      [purgeAfterDays, limit],
    );
    return due.map(({ id }) => id);
  }

  /** Answers how many it were; fewer than `limit` when none is left. */
  async deleteSessions(userIds: string[], limit: number): Promise<number> {
    const deleted = await this.#em.execute<object[]>(
      `delete from auth.session where id = any(array(
         select id from auth.session where user_id = any(?::uuid[]) limit ?
       )) returning id`,
      [toArray(userIds), limit],
    );
    return deleted.length;
  }

  /** With all that refers to them. */
  async deleteUsers(userIds: string[]): Promise<void> {
    await this.#em.execute('delete from auth."user" where id = any(?::uuid[])', [toArray(userIds)]);
  }
}
