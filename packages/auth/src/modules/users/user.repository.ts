import { LockMode } from '@mikro-orm/core';
import { EntityRepository } from '@mikro-orm/postgresql';
import type { UserRecord } from './user.entity.ts';

export class UserRepository extends EntityRepository<UserRecord> {
  findByEmail(email: string): Promise<UserRecord | null> {
    return this.findOne({ email });
  }

  findById(id: string): Promise<UserRecord | null> {
    return this.findOne({ id });
  }

  /** Holds the row until the transaction ends: whatever must not happen twice at once for a user waits here. */
  lock(id: string): Promise<UserRecord | null> {
    return this.findOne({ id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }
}
