import { EntityRepository } from '@mikro-orm/postgresql';
import type { RefreshTokenRecord } from './refresh-token.entity.ts';

interface Lifetimes {
  accessExpirySeconds: number;
  refreshExpirySeconds: number;
}

interface NewToken extends Lifetimes {
  id: string;
  tokenHash: string;
}

/** A token that holds from now on; seconds by the clock of the database. */
export interface StoredToken {
  sessionId: string;
  userId: string;
  expiresInSeconds: number;
}

/** What is known of a token that could not be used. */
export interface KnownToken {
  sessionId: string;
  userId: string;
  email: string;
  isSuperseded: boolean;
  /** Whether it gave way so short a while ago that its successor may be told once more. */
  isReplayable: boolean;
  expiresInSeconds: number;
}

/** Never beyond the end of the session. */
const INSERT = `
  insert into auth.refresh_token (id, session_id, token_hash, expires_at, access_expires_at)
  select ?, s.id, decode(?, 'hex'), least(now() + make_interval(secs => ?), s.expires_at),
    least(now() + make_interval(secs => ?), s.expires_at)`;

const RETURNING = `
  returning session_id as "sessionId", extract(epoch from expires_at - now())::float8 as "expiresInSeconds"`;

/** All instants are those of the database, whichever instance asks. */
export class RefreshTokenRepository extends EntityRepository<RefreshTokenRecord> {
  /** The first one of a family, or another one; null when the session is gone. */
  async issue(sessionId: string, token: NewToken): Promise<Pick<StoredToken, 'expiresInSeconds'> | null> {
    const [issued] = await this.em.execute<StoredToken[]>(
      `${INSERT} from auth.session s where s.id = ? and s.ended_at is null ${RETURNING}`,
      [...valuesOf(token), sessionId],
    );
    return issued ?? null;
  }

  /**
   * Uses a token: it gives way to its successor in one statement, of which any number may race. Null when it has
   * been used before, has expired or never was, and when its session has been ended.
   */
  async supersede(tokenHash: string, successor: NewToken): Promise<StoredToken | null> {
    const [issued] = await this.em.execute<StoredToken[]>(
      `with used as (
         update auth.refresh_token r set superseded_at = now() from auth.session held
         where r.token_hash = decode(?, 'hex') and r.superseded_at is null and r.expires_at > now()
           and held.id = r.session_id and held.ended_at is null
         returning r.session_id
       ), issued as (
         ${INSERT} from used join auth.session s on s.id = used.session_id ${RETURNING}
       )
       select issued.*, s.user_id as "userId" from issued join auth.session s on s.id = issued."sessionId"`,
      [tokenHash, ...valuesOf(successor)],
    );
    return issued ?? null;
  }

  /** Also one that was used or has expired. */
  async findKnown(tokenHash: string, replaySeconds: number): Promise<KnownToken | null> {
    const [known] = await this.em.execute<KnownToken[]>(
      `select r.session_id as "sessionId", u.id as "userId", u.email,
         r.superseded_at is not null as "isSuperseded",
         coalesce(r.superseded_at > now() - make_interval(secs => ?), false) as "isReplayable",
         extract(epoch from r.expires_at - now())::float8 as "expiresInSeconds"
       from auth.refresh_token r join auth.session s on s.id = r.session_id join auth."user" u on u.id = s.user_id
       where r.token_hash = decode(?, 'hex')`,
      [replaySeconds, tokenHash],
    );
    return known ?? null;
  }

  /** Forgets what has expired and can deny nothing any more, so many at a time; answers how many. */
  async removeExpired(limit: number): Promise<number> {
    const purged = await this.em.execute<object[]>(
      `delete from auth.refresh_token where id in (
         select id from auth.refresh_token
         where expires_at < now() - interval '1 day' and access_expires_at < now() - interval '1 day'
         order by expires_at limit ? for update skip locked
       ) returning 1`,
      [limit],
    );
    return purged.length;
  }
}

const valuesOf = ({ id, tokenHash, refreshExpirySeconds, accessExpirySeconds }: NewToken) => [
  id,
  tokenHash,
  refreshExpirySeconds,
  accessExpirySeconds,
];
