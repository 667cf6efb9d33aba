import { EntityRepository } from '@mikro-orm/postgresql';
import type { MailRecord } from './mail.entity.ts';
import type { TemplateName } from './templates.ts';

/** A mail whose time has come. */
export interface DueMail {
  id: string;
  template: TemplateName;
  recipient: string;
  userId: string | null;
  verificationId: string | null;
  data: Record<string, string>;
  /** How often it was tried, this time included. */
  attempts: number;
}

/** A mail that was given up. */
export interface FailedMail {
  id: string;
  template: string;
  attempts: number;
}

export class MailRepository extends EntityRepository<MailRecord> {
  /**
   * Takes the mail that has waited longest and leases it: nobody else sees it until the lease is over. A process
   * that dies with it in hand leaves it to the next one.
   */
  async takeDue({ leaseSeconds, giveUpHours }: { leaseSeconds: number; giveUpHours: number }): Promise<DueMail | null> {
    const [mail] = await this.em.execute<DueMail[]>(
      `update auth.mail set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => ?)
       where id = (
         select id from auth.mail where status = 'pending' and next_attempt_at <= now() and created_at >= now() - make_interval(hours => ?)
         order by next_attempt_at limit 1 for update skip locked
       )
       returning id, template, recipient, user_id as "userId", verification_id as "verificationId", data, attempts`,
      [leaseSeconds, giveUpHours],
    );
    return mail ?? null;
  }

  /** How many of a kind went to a user within an hour. */
  async countRecent(userId: string, template: TemplateName): Promise<number> {
    const [row] = await this.em.execute<{ count: number }[]>(
      `select count(*)::int as count from auth.mail
       where user_id = ? and template = ? and created_at > now() - interval '1 hour'`,
      [userId, template],
    );
    return row?.count ?? 0;
  }

  async markSent(id: string): Promise<void> {
    await this.em.execute(`update auth.mail set status = 'sent', finished_at = now() where id = ?`, [id]);
  }

  /** What has lost its reason leaves nothing behind, least of all an address that nobody registered. */
  async drop(id: string): Promise<void> {
    await this.nativeDelete({ id });
  }

  /** Never for the same time twice, so that mails which failed together do not come back together. */
  async postpone(id: string, seconds: number): Promise<void> {
    await this.em.execute(
      `update auth.mail set next_attempt_at = now() + make_interval(secs => ? * (0.5 + random() / 2)) where id = ? and status = 'pending'`,
      [seconds, id],
    );
  }

  /** Gives up what was tried for so long; answers which. */
  async failOverdue(hours: number): Promise<FailedMail[]> {
    return this.em.execute<FailedMail[]>(
      `update auth.mail set status = 'failed', finished_at = now()
       where status = 'pending' and next_attempt_at <= now() and created_at < now() - make_interval(hours => ?)
       returning id, template, attempts`,
      [hours],
    );
  }

  /** Forgets what was sent or given up so long ago, so many at a time. */
  async purge(days: number, limit: number): Promise<void> {
    await this.em.execute(
      `delete from auth.mail where id in (
         select id from auth.mail where finished_at < now() - make_interval(days => ?) order by finished_at limit ?
       )`,
      [days, limit],
    );
  }
}
