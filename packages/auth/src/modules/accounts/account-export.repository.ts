import type { ExportedDevice, ExportedMail, ExportedVerification } from '@latchkey/contract';
import type { EntityManager } from '@mikro-orm/postgresql';

const iso = (column: string, name: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${name}"`;

/** What smaller tables hold of a person: few rows, and of them nothing that is secret. */
export class AccountExportRepository {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  listKnownDevices(userId: string): Promise<ExportedDevice[]> {
    return this.#em.execute<ExportedDevice[]>(
      `select ${iso('created_at', 'createdAt')}, ${iso('last_login_at', 'lastLoginAt')}
       from auth.known_device where user_id = ? order by created_at desc`,
      [userId],
    );
  }

  listVerifications(userId: string): Promise<ExportedVerification[]> {
    return this.#em.execute<ExportedVerification[]>(
      `select purpose, email, ${iso('created_at', 'createdAt')}, ${iso('sent_at', 'sentAt')},
         ${iso('expires_at', 'expiresAt')}, ${iso('used_at', 'usedAt')}
       from auth.verification where user_id = ? order by id desc`,
      [userId],
    );
  }

  listMails(userId: string): Promise<ExportedMail[]> {
    return this.#em.execute<ExportedMail[]>(
      `select template, recipient, status, ${iso('created_at', 'createdAt')}, ${iso('finished_at', 'finishedAt')}
       from auth.mail where user_id = ? order by id desc`,
      [userId],
    );
  }
}
