import type { TokenDenials } from '@latchkey/contract';
import { EntityRepository } from '@mikro-orm/postgresql';
import { instant } from '../../kernel/sql.ts';
import type { InvalidatedTokenRecord } from './invalidated-token.entity.ts';

/** Instants in milliseconds. */
export interface DenialRow {
  sessionId: string;
  expiresAt: number;
  issuedBefore: number | null;
}

export const toDenial = ({ sessionId, expiresAt, issuedBefore }: DenialRow): TokenDenials['items'][number] => ({
  sessionId,
  expiresAt: new Date(expiresAt).toISOString(),
  issuedBefore: issuedBefore === null ? null : new Date(issuedBefore).toISOString(),
});

export class InvalidatedTokenRepository extends EntityRepository<InvalidatedTokenRecord> {
  /** Those that still matter, by session id, after the one with this id. */
  listCurrent(afterId: string, limit: number): Promise<DenialRow[]> {
    return this.em.execute<DenialRow[]>(
      `select session_id as "sessionId", ${instant('expires_at')} as "expiresAt",
         ${instant('issued_before')} as "issuedBefore"
       from auth.invalidated_token where expires_at > now() and session_id > ?
       order by session_id limit ?`,
      [afterId, limit],
    );
  }

  /** Forgets what needs to be denied no longer, so many at a time; answers how many. */
  async removeExpired(limit: number): Promise<number> {
    const purged = await this.em.execute<object[]>(
      `delete from auth.invalidated_token where session_id in (
         select session_id from auth.invalidated_token where expires_at < now() order by expires_at limit ?
         for update skip locked
       ) returning 1`,
      [limit],
    );
    return purged.length;
  }
}
