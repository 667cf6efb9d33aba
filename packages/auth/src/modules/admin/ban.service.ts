import type { BanInput } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { UserEntity } from '../users/user.entity.ts';
import type { AdminRoster } from './admin-roster.ts';
import { BanRepository } from './ban.repository.ts';

/** Keeps users out. */
export class BanService {
  readonly #sessions: SessionService;
  readonly #roster: AdminRoster;

  constructor(sessions: SessionService, roster: AdminRoster) {
    this.#sessions = sessions;
    this.#roster = roster;
  }

  /**
   * Keeps a user out, for good or until an instant; all sessions end. Banning again replaces reason and end.
   * @throws AuthError VALIDATION_FAILED for an end that is past, and as `update` does
   */
  ban(principal: Principal, { id, reason, until }: BanInput): Promise<void> {
    const { user: admin, caller } = principal;
    const end = until === undefined ? null : new Date(until).toISOString();
    return this.#roster.act(principal, async (transaction) => {
      const { em, record } = transaction;
      await this.#roster.assertMayWeaken(transaction, principal, id);
      await assertExists(transaction, id);
      if (!(await new BanRepository(em).ban(id, reason, end))) {
        const details = [{ path: 'until', message: 'Choose an instant in the future.' }];
        throw new AuthError('VALIDATION_FAILED', { details });
      }
      record({ type: 'user.banned', caller, userId: id, actorId: admin.id, data: { reason, until: end } });
      await this.#sessions.endAll(transaction, {
        userId: id,
        reason: 'banned',
        actorId: admin.id,
        caller,
      });
    });
  }

  /** @throws AuthError USER_NOT_FOUND, CONFLICT when it is not banned */
  unban(principal: Principal, id: string): Promise<void> {
    const { user: admin, caller } = principal;
    return this.#roster.act(principal, async (transaction) => {
      const { em, record } = transaction;
      await assertExists(transaction, id);
      if (!(await new BanRepository(em).unban(id)))
        throw new AuthError('CONFLICT', { message: 'This account is not banned.' });
      record({ type: 'user.unbanned', caller, userId: id, actorId: admin.id });
    });
  }
}

/** And holds the row: a login that is under way waits for the ban. */
const assertExists = async ({ em }: Transaction, id: string): Promise<void> => {
  if ((await em.getRepository(UserEntity).lockById(id)) === null) throw new AuthError('USER_NOT_FOUND');
};
