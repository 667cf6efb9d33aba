import { EntityRepository } from '@mikro-orm/postgresql';
import type { KnownDeviceRecord } from './known-device.entity.ts';

export class KnownDeviceRepository extends EntityRepository<KnownDeviceRecord> {
  /** In one statement, so that it takes the same time whether or not there is such an account. */
  async isKnownTo(email: string, tokenHash: string): Promise<boolean> {
    const rows = await this.em.execute<object[]>(
      `select 1 from auth.known_device d join auth."user" u on u.id = d.user_id
       where d.token_hash = decode(?, 'hex') and u.email = ? and u.deleted_at is null`,
      [tokenHash, email],
    );
    return rows.length > 0;
  }

  /** Notes a login on a device; false when the user has not used it before. */
  async touch(userId: string, tokenHash: string): Promise<boolean> {
    const rows = await this.em.execute<object[]>(
      `update auth.known_device set last_login_at = now()
       where user_id = ? and token_hash = decode(?, 'hex') returning 1`,
      [userId, tokenHash],
    );
    return rows.length > 0;
  }

  /** The others who use a device keep it when its secret changes. */
  async move(fromHash: string, toHash: string): Promise<void> {
    await this.em.execute(
      `update auth.known_device set token_hash = decode(?, 'hex') where token_hash = decode(?, 'hex')`,
      [toHash, fromHash],
    );
  }

  async forget(userId: string, keptHash: string | null): Promise<void> {
    await this.em.execute(
      `delete from auth.known_device where user_id = ? and token_hash is distinct from decode(?, 'hex')`,
      [userId, keptHash],
    );
  }

  /** Adds a device; answers how many the user had before. */
  async add(userId: string, tokenHash: string): Promise<number> {
    const [row] = await this.em.execute<{ before: number }[]>(
      `with added as (
         insert into auth.known_device (user_id, token_hash, created_at, last_login_at)
         values (?, decode(?, 'hex'), now(), now())
       ) select count(*)::int as before from auth.known_device where user_id = ?`,
      [userId, tokenHash, userId],
    );
    return row?.before ?? 0;
  }

  /** Forgets some that nobody has logged in on for so long; answers how many. */
  async removeUnused(keepDays: number, limit: number): Promise<number> {
    const removed = await this.em.execute<object[]>(
      `delete from auth.known_device where ctid = any(array(
         select ctid from auth.known_device where last_login_at < now() - make_interval(days => ?)
         order by last_login_at limit ? for update skip locked
       )) returning 1`,
      [keepDays, limit],
    );
    return removed.length;
  }

  /** Forgets those that were not used for the longest time, but for as many as may stay. */
  async prune(userId: string, stay: number): Promise<void> {
    await this.em.execute(
      `delete from auth.known_device where user_id = ? and token_hash in (
         select token_hash from auth.known_device where user_id = ? order by last_login_at desc, created_at desc offset ?
       )`,
      [userId, userId, stay],
    );
  }
}
