import { EntityRepository } from '@mikro-orm/postgresql';
import { readNow } from '../../kernel/sql.ts';
import type { SigningKeyRecord } from './signing-key.entity.ts';

export class SigningKeyRepository extends EntityRepository<SigningKeyRecord> {
  /** Until the transaction ends nobody else adds or retires a key. */
  async lockAll(): Promise<void> {
    await this.em.execute('lock table auth.signing_key in share row exclusive mode');
  }

  /** The oldest first. */
  list(): Promise<SigningKeyRecord[]> {
    return this.findAll({ orderBy: { signsFrom: 'asc' } });
  }

  /** The instant of the transaction. */
  async now(): Promise<Date> {
    return new Date(await readNow(this.em));
  }
}
