import type { AccountExport, AuditEvent, ExportedSession } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { SessionEntity, type SessionRecord } from '../sessions/session.entity.ts';
import { UserEntity } from '../users/user.entity.ts';
import { toPrincipalUser, toUser } from '../users/user-view.ts';
import { AccountExportRepository } from './account-export.repository.ts';

const PAGE = 1000;

/** Gathers all that is stored about a person, but for secrets and their hashes. */
export class AccountExporter {
  readonly #kernel: Kernel;
  readonly #audit: AuditService;

  constructor(kernel: Kernel, audit: AuditService) {
    this.#kernel = kernel;
    this.#audit = audit;
  }

  async exportMe({ user: { id }, caller, checkedAt }: Principal): Promise<AccountExport> {
    const { database } = this.#kernel;
    const user = await database.read((em) => em.getRepository(UserEntity).findById(id));
    if (user === null) throw new AuthError('USER_NOT_FOUND');
    const sessions = await this.#listSessions(id);
    const events = await this.#audit.listAllAbout(id);
    const [knownDevices, verifications, mails, others] = await database.read(async (em) => {
      const stored = new AccountExportRepository(em);
      return [
        await stored.listKnownDevices(id),
        await stored.listVerifications(id),
        await stored.listMails(id),
        await this.#kernel.accountData.read(em, id),
      ] as const;
    });
    await database.write(async ({ record }) => record({ type: 'user.exported', caller, userId: id }));
    return {
      exportedAt: checkedAt.toISOString(),
      user: { ...toUser(toPrincipalUser(user)), updatedAt: user.updatedAt.toISOString() },
      sessions: sessions.map(toExportedSession),
      knownDevices,
      verifications,
      mails,
      ...others,
      events: events.map((event) => withoutOthers(event, id)),
    };
  }

  async #listSessions(userId: string): Promise<SessionRecord[]> {
    const all: SessionRecord[] = [];
    for (;;) {
      const before = all.at(-1)?.id;
      const after = before === undefined ? {} : { id: { $lt: before } };
      const page = await this.#kernel.database.read((em) =>
        em.getRepository(SessionEntity).find({ userId, ...after }, { orderBy: { id: 'desc' }, limit: PAGE }),
      );
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }
}

/** From where an administrator acted is no business of the user's. */
const withoutOthers = (event: AuditEvent, userId: string): AuditEvent =>
  event.actorId === null || event.actorId === userId ? event : { ...event, ipAddress: null };

const toExportedSession = (record: SessionRecord): ExportedSession => ({
  id: record.id,
  device: {
    browser: record.browser ?? null,
    os: record.os ?? null,
    kind: record.deviceKind,
    label: record.deviceLabel,
  },
  userAgent: record.userAgent ?? null,
  ipAddress: record.ipAddress ?? null,
  createdAt: record.createdAt.toISOString(),
  lastActiveAt: record.lastActiveAt.toISOString(),
  expiresAt: record.expiresAt.toISOString(),
  endedAt: record.endedAt?.toISOString() ?? null,
  endReason: record.endReason ?? null,
});
