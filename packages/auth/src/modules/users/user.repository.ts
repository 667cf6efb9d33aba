import { EntityRepository } from '@mikro-orm/postgresql';
import type { UserRecord } from './user.entity.ts';

export class UserRepository extends EntityRepository<UserRecord> {
  findByEmail(email: string): Promise<UserRecord | null> {
    return this.findOne({ email });
  }

  findById(id: string): Promise<UserRecord | null> {
    return this.findOne({ id });
  }

  /** Holds the row until the transaction ends. Whatever locks more than this locks this first. */
  async lock(id: string): Promise<void> {
    await this.em.execute('select from auth."user" where id = ? for no key update', [id]);
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
