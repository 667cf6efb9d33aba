import { EntityRepository } from '@mikro-orm/postgresql';
import type { PasswordRecord } from './password.entity.ts';

export class PasswordRepository extends EntityRepository<PasswordRecord> {
  async findHash(userId: string): Promise<string | null> {
    return (await this.findOne({ userId }))?.hash ?? null;
  }

  /** Replaces a hash by one of the same password in today's form, unless it was changed meanwhile. */
  async upgrade(userId: string, from: string, to: string): Promise<void> {
    await this.nativeUpdate({ userId, hash: from }, { hash: to });
  }
}
