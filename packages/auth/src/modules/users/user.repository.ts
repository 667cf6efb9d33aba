import { EntityRepository } from '@mikro-orm/postgresql';
import type { UserRecord } from './user.entity.ts';

/** Whether the row of a user is banned at this moment; a ban with an end is over by itself. */
export const IS_BANNED_SQL = '(u.banned_at is not null and (u.banned_until is null or u.banned_until > now()))';

/** Deleted accounts are found by administrators only, whose queries are elsewhere. */
export class UserRepository extends EntityRepository<UserRecord> {
  findByEmail(email: string): Promise<UserRecord | null> {
    return this.findOne({ email, deletedAt: null });
  }

  findById(id: string): Promise<UserRecord | null> {
    return this.findOne({ id, deletedAt: null });
  }

  /**
   * The ids of those who can act as administrators: one who was invited and has no password yet cannot. Their rows are held, in one order, until the transaction ends: none
   * of them ceases to be one meanwhile.
   */
  async lockAdmins(): Promise<string[]> {
    const admins = await this.em.execute<{ id: string }[]>(
      `select u.id from auth."user" u where u.role = 'admin' and u.deleted_at is null and not ${IS_BANNED_SQL}
         and exists (select from auth.password p where p.user_id = u.id)
       order by u.id for no key update`,
    );
    return admins.map(({ id }) => id);
  }

  /** Administrators who are neither banned nor deleted, the newest first. */
  listAdmins(limit: number): Promise<{ id: string; email: string }[]> {
    return this.em.execute(
      `select u.id, u.email from auth."user" u where u.role = 'admin' and u.deleted_at is null and not ${IS_BANNED_SQL}
       order by u.id desc limit ?`,
      [limit],
    );
  }

  /** Whether this is an administrator, on a session that has not been ended; null: on none. */
  async isActingAdmin(id: string, sessionId: string | null): Promise<boolean> {
    const rows = await this.em.execute<object[]>(
      `select 1 from auth."user" u left join auth.session s on s.user_id = u.id and s.id = ?
       where u.id = ? and u.role = 'admin' and u.deleted_at is null and not ${IS_BANNED_SQL}
         and (?::uuid is null or (s.ended_at is null and s.epoch >= u.session_epoch))`,
      [sessionId, id, sessionId],
    );
    return rows.length > 0;
  }

  /** Holds the row until the transaction ends. Whatever locks more than this locks this first. */
  async lock(id: string): Promise<void> {
    await this.em.execute('select from auth."user" where id = ? for no key update', [id]);
  }

  /** Reads it while nobody else can change it. */
  async lockById(id: string): Promise<UserRecord | null> {
    await this.lock(id);
    return this.findById(id);
  }

  /** Begins a new epoch and answers it; holds the row until the transaction ends. */
  async raiseSessionEpoch(id: string): Promise<number> {
    const [user] = await this.em.execute<{ session_epoch: number }[]>(
      'update auth."user" set session_epoch = session_epoch + 1 where id = ? returning session_epoch',
      [id],
    );
    return user?.session_epoch ?? 0;
  }
}
