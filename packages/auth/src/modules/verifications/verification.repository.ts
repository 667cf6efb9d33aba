import { EntityRepository } from '@mikro-orm/postgresql';
import { toArray } from '../../kernel/sql.ts';
import type { VerificationRecord } from './verification.entity.ts';
import { MAX_ATTEMPTS, type Purpose, VALID_MINUTES } from './verification-purpose.ts';

/** Whom a verification is about, and what it allows. */
export interface Subject {
  id: string;
  userId: string;
  purpose: Purpose;
  email: string;
}

/** One whose code somebody tries. */
export interface TriedVerification extends Subject {
  codeHash: string;
}

/** Whose code is tried: that of a user who is logged in, or that of the account with an address. */
export type CodeOwner = { userId: string } | { email: string };

const UNUSED = 'used_at is null and superseded_at is null';
const HOLDS = `${UNUSED} and expires_at > now()`;
const IN_EPOCH =
  '(session_epoch is null or session_epoch = (select u.session_epoch from auth."user" u where u.id = user_id))';
const SUBJECT = 'id, user_id as "userId", purpose, email';

/** Expiry is judged by the clock of the database; what happens once is one guarded update. */
export class VerificationRepository extends EntityRepository<VerificationRecord> {
  /** Voids those of a user that have not been used; answers how many. The caller holds the user's row. */
  async supersede(userId: string, purposes: readonly Purpose[]): Promise<number> {
    const superseded = await this.em.execute<object[]>(
      `update auth.verification set superseded_at = now()
       where user_id = ? and purpose = any(?::text[]) and ${UNUSED} returning 1`,
      [userId, toArray(purposes)],
    );
    return superseded.length;
  }

  /**
   * The newest address that a user has asked for and that may still consent. It is as long as a link holds since it was
   * asked for, whatever became of the mail: nobody learns that there was none, the address being somebody else's.
   */
  async findAskedFor(userId: string): Promise<string | null> {
    const [found] = await this.em.execute<{ email: string }[]>(
      `select email from auth.verification
       where user_id = ? and purpose = 'change_email' and ${UNUSED} and ${IN_EPOCH}
         and created_at > now() - make_interval(mins => ?)
       order by created_at desc limit 1`,
      [userId, VALID_MINUTES.change_email],
    );
    return found?.email ?? null;
  }

  async findUnused(id: string): Promise<Subject | null> {
    const [found] = await this.em.execute<Subject[]>(
      `select ${SUBJECT} from auth.verification where id = ? and ${UNUSED}`,
      [id],
    );
    return found ?? null;
  }

  /** Gives it a new token and a new code; false when it is used or superseded by now. */
  async arm(id: string, { tokenHash, codeHash, validMinutes }: Arming): Promise<boolean> {
    const armed = await this.em.execute<object[]>(
      `update auth.verification set token_hash = decode(?, 'hex'), code_hash = ?, attempts = 0,
         sent_at = now(), expires_at = now() + make_interval(mins => ?)
       where id = ? and ${UNUSED} returning id`,
      [tokenHash, codeHash, validMinutes, id],
    );
    return armed.length > 0;
  }

  /** Looks behind a token without using it up. */
  async findByToken(tokenHash: string, purposes: readonly Purpose[]): Promise<Subject | null> {
    const [found] = await this.em.execute<Subject[]>(
      `select ${SUBJECT} from auth.verification
       where token_hash = decode(?, 'hex') and purpose = any(?::text[]) and ${HOLDS}`,
      [tokenHash, toArray(purposes)],
    );
    return found ?? null;
  }

  /**
   * Counts an attempt at a code before anybody compares it, so that any number of them at the same time get no more
   * than the limit; answers those that may be compared.
   */
  countAttempt(owner: CodeOwner, purposes: readonly Purpose[]): Promise<TriedVerification[]> {
    const isOwners =
      'userId' in owner
        ? 'v.user_id = ?'
        : 'v.email = ? and exists (select from auth."user" u where u.id = v.user_id and u.email = v.email)';
    return this.em.execute<TriedVerification[]>(
      `update auth.verification v set attempts = attempts + 1
       where ${isOwners} and purpose = any(?::text[]) and ${HOLDS} and attempts < ? and code_hash is not null
       returning ${SUBJECT}, code_hash as "codeHash"`,
      ['userId' in owner ? owner.userId : owner.email, toArray(purposes), MAX_ATTEMPTS],
    );
  }

  /** The code was right: whatever is refused afterwards, a weak password for one, costs no attempt. */
  async forgiveAttempt(id: string): Promise<void> {
    await this.em.execute('update auth.verification set attempts = greatest(attempts - 1, 0) where id = ?', [id]);
  }

  /** Removes some that were made so long ago; answers how many. */
  async removeOld(keepDays: number, limit: number): Promise<number> {
    const removed = await this.em.execute<object[]>(
      `delete from auth.verification where id = any(array(
         select id from auth.verification where created_at < now() - make_interval(days => ?)
         order by created_at limit ? for update skip locked
       )) returning 1`,
      [keepDays, limit],
    );
    return removed.length;
  }

  /** Uses it up, if nobody has and it was not sent anew since it was proved. */
  async use(id: string, { tokenHash, codeHash }: ProvedBy): Promise<boolean> {
    const used = await this.em.execute<object[]>(
      `update auth.verification set used_at = now()
       where id = ? and (token_hash = decode(?, 'hex') or code_hash = ?) and ${HOLDS}
         and ${IN_EPOCH}
       returning id`,
      [id, tokenHash, codeHash],
    );
    return used.length > 0;
  }
}

interface Arming {
  /** In hexadecimal. */
  tokenHash: string;
  codeHash: string;
  validMinutes: number;
}

/** What was compared; the other one is null. */
export interface ProvedBy {
  tokenHash: string | null;
  codeHash: string | null;
}
