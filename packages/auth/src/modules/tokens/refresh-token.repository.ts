import { EntityRepository } from '@mikro-orm/postgresql';
import { instant } from '../../kernel/sql.ts';
import type { RefreshTokenRecord } from './refresh-token.entity.ts';
import type { TokenGrant } from './token-grant.ts';

interface Lifetimes {
  accessExpirySeconds: number;
  refreshExpirySeconds: number;
}

interface NewToken extends Lifetimes {
  id: string;
  tokenHash: string;
}

/** A token that holds from now on; by the clock of the database. */
export interface StoredToken {
  sessionId: string;
  userId: string;
  expiresInSeconds: number;
  /** When the password had last been proved on the session, in milliseconds since 1970. */
  authenticatedAt: number;
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
  /** Of its session, as that was when the token was looked for; in milliseconds since 1970. */
  authenticatedAt: number;
}

/** Never beyond the end of the session. */
const INSERT = `
  insert into auth.refresh_token (id, session_id, token_hash, expires_at, access_expires_at)
  select ?, s.id, decode(?, 'hex'), least(now() + make_interval(secs => ?), s.expires_at),
    least(now() + make_interval(secs => ?), s.expires_at)`;

const RETURNING = `
  returning session_id as "sessionId", extract(epoch from expires_at - now())::float8 as "expiresInSeconds"`;

const AUTHENTICATED_AT = `${instant('s.authenticated_at')} as "authenticatedAt"`;

/** All instants are those of the database, whichever instance asks. */
export class RefreshTokenRepository extends EntityRepository<RefreshTokenRecord> {
  /**
   * The first one of a family, or another one; null when the session has ended or its cookie has another secret by
   * now. Holds the session meanwhile: a new proof of the password comes before, or finds this token.
   */
  async issue({ sessionId, cookieHash }: TokenGrant, token: NewToken): Promise<StoredToken | null> {
    const [issued] = await this.em.execute<StoredToken[]>(
      `with held as (
         select * from auth.session where id = ? and ended_at is null
           and token_hash = coalesce(decode(?, 'hex'), token_hash) for share
       ), issued as (
         ${INSERT} from held s ${RETURNING}
       )
       select issued.*, s.user_id as "userId", ${AUTHENTICATED_AT} from issued join held s on s.id = issued."sessionId"`,
      [sessionId, cookieHash, ...valuesOf(token)],
    );
    return issued ?? null;
  }

  /**
   * Uses a token: it gives way to its successor in one statement, of which any number may race. Null when it has
   * been used before, has expired or never was, and when its session has been ended. Holds the session, as above.
   */
  async supersede(tokenHash: string, successor: NewToken): Promise<StoredToken | null> {
    const [issued] = await this.em.execute<StoredToken[]>(
      `with held as (
         select * from auth.session where ended_at is null
           and id = (select session_id from auth.refresh_token where token_hash = decode(?, 'hex')) for share
       ), used as (
         update auth.refresh_token r set superseded_at = now() from held
         where r.token_hash = decode(?, 'hex') and r.superseded_at is null and r.expires_at > now()
           and held.id = r.session_id
         returning r.session_id
       ), issued as (
         ${INSERT} from used join held s on s.id = used.session_id ${RETURNING}
       )
       select issued.*, s.user_id as "userId", ${AUTHENTICATED_AT} from issued join held s on s.id = issued."sessionId"`,
      [tokenHash, tokenHash, ...valuesOf(successor)],
    );
    return issued ?? null;
  }

  /** Also one that was used or has expired. */
  async findKnown(tokenHash: string, replaySeconds: number): Promise<KnownToken | null> {
    const [known] = await this.em.execute<KnownToken[]>(
      `select r.session_id as "sessionId", u.id as "userId", u.email,
         r.superseded_at is not null as "isSuperseded",
         coalesce(r.superseded_at > now() - make_interval(secs => ?), false) as "isReplayable",
         extract(epoch from r.expires_at - now())::float8 as "expiresInSeconds", ${AUTHENTICATED_AT}
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
