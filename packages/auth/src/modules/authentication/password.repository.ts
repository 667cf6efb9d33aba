import type { Role } from '@latchkey/contract';
import { EntityRepository } from '@mikro-orm/postgresql';
import type { PrincipalUser } from '../../kernel/principal.ts';
import { instant } from '../../kernel/sql.ts';
import { IS_BANNED_SQL } from '../users/user.repository.ts';
import type { PasswordRecord } from './password.entity.ts';

/** What a login is judged by. */
export interface Credentials {
  user: PrincipalUser;
  hash: string;
  /** The session epoch of the user when this was read. */
  epoch: number;
  isBanned: boolean;
  /** The instant of reading, by the clock of the database. */
  readAt: Date;
}

interface CredentialsRow {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  is_email_verified: boolean;
  created_at: number;
  session_epoch: number;
  is_banned: boolean;
  hash: string;
  read_at: number;
}

const SELECT = `
  select u.id, u.email, u.name, u.role, u.email_verified_at is not null as is_email_verified, u.session_epoch, p.hash,
    ${IS_BANNED_SQL} as is_banned,
    ${instant('u.created_at')} as created_at, ${instant('now()')} as read_at
  from auth."user" u join auth.password p on p.user_id = u.id
  where u.deleted_at is null`;

export class PasswordRepository extends EntityRepository<PasswordRecord> {
  /** In one statement, so that a known address takes no longer to look up than an unknown one. */
  async findCredentials(email: string): Promise<Credentials | null> {
    const [row] = await this.em.execute<CredentialsRow[]>(`${SELECT} and u.email = ?`, [email]);
    return row === undefined ? null : toCredentials(row);
  }

  /** Of somebody who is logged in. */
  async findCredentialsOf(userId: string): Promise<Credentials | null> {
    const [row] = await this.em.execute<CredentialsRow[]>(`${SELECT} and u.id = ?`, [userId]);
    return row === undefined ? null : toCredentials(row);
  }

  /**
   * Reads them once more and holds the row of the user until the transaction ends: logins that race for the last
   * session, and whoever logs out everywhere meanwhile, wait here.
   */
  async lockCredentials(userId: string): Promise<Credentials | null> {
    const [row] = await this.em.execute<CredentialsRow[]>(`${SELECT} and u.id = ? for no key update of u`, [userId]);
    return row === undefined ? null : toCredentials(row);
  }

  /** A new password, or the first one of somebody who was invited. */
  async store(userId: string, hash: string): Promise<void> {
    await this.em.execute(
      `insert into auth.password (user_id, hash, changed_at) values (?, ?, now())
       on conflict (user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at`,
      [userId, hash],
    );
  }

  /** Replaces a hash by one of the same password in today's form, unless it was changed meanwhile. */
  async upgrade(userId: string, from: string, to: string): Promise<void> {
    await this.nativeUpdate({ userId, hash: from }, { hash: to });
  }
}

const toCredentials = (row: CredentialsRow): Credentials => ({
  user: {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    emailVerified: row.is_email_verified,
    createdAt: new Date(row.created_at),
  },
  hash: row.hash,
  epoch: row.session_epoch,
  isBanned: row.is_banned,
  readAt: new Date(row.read_at),
});
