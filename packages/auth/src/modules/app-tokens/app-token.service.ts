import {
  type AppToken,
  type AppTokenListInput,
  type CreateAppTokenInput,
  type CreatedAppToken,
  MAX_APP_TOKENS,
  type Page,
  type Scope,
} from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { RulePoints } from '../../kernel/rule-book.ts';
import { hashToken } from '../../kernel/secrets.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { AppTokenEntity } from './app-token.entity.ts';
import type { AppTokenRow } from './app-token.repository.ts';
import { createAppToken, prefixOf } from './app-token.ts';
import { toAppToken } from './app-token-view.ts';

interface AppTokenServices {
  sessions: SessionService;
  notices: SecurityNotices;
}

/** App tokens: made and revoked by their owner. */
export class AppTokenService {
  readonly #kernel: Kernel;
  readonly #services: AppTokenServices;

  constructor(kernel: Kernel, services: AppTokenServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /** Those of mine that hold, the newest first. */
  async list({ user }: Principal, { limit, cursor }: AppTokenListInput): Promise<Page<AppToken>> {
    const afterId = decodeCursor(cursor);
    const rows = await this.#kernel.database.read((em) =>
      em.getRepository(AppTokenEntity).list(user.id, { limit: limit + 1, afterId }),
    );
    return toPage(rows, limit, toAppToken);
  }

  /**
   * Makes one; its token is in the answer and nowhere else.
   * @throws AuthError FORBIDDEN for scopes beyond the role, CONFLICT when there are too many, SESSION_ENDED
   */
  async create(principal: Principal, { name, scopes, expiresInDays }: CreateAppTokenInput): Promise<CreatedAppToken> {
    const { database, secrets } = this.#kernel;
    const { user, session, caller } = principal;
    assertWithinRole(principal, scopes);
    const token = createAppToken(secrets);

    return database.write(async (transaction) => {
      await this.#services.sessions.assertStillHolds(transaction, principal);
      const tokens = transaction.em.getRepository(AppTokenEntity);
      if ((await tokens.countHolding(user.id)) >= MAX_APP_TOKENS) {
        const message = `You have ${MAX_APP_TOKENS} app tokens already. Revoke one that you do not need.`;
        throw new AuthError('CONFLICT', { message });
      }
      const created = await tokens.issue({
        id: secrets.createId(),
        userId: user.id,
        name,
        scopes,
        tokenHash: hashToken(token),
        prefix: prefixOf(token),
        expiresInDays,
      });
      transaction.record({ type: 'app_token.created', ...aboutToken(principal, created) });
      await this.#services.notices.queue(transaction, {
        template: 'app_token_created',
        recipient: user.email,
        userId: user.id,
        caller,
        device: session.device.label,
      });
      transaction.afterCommit(() => this.#kernel.metrics.tokenGenerated('app'));
      return { ...toAppToken(created), token };
    });
  }

  /** Ends one of mine. @throws AuthError NOT_FOUND for an unknown, a revoked or another's one */
  async revoke(principal: Principal, id: string): Promise<void> {
    await this.#kernel.database.write(async ({ em, record }) => {
      const revoked = await em.getRepository(AppTokenEntity).revoke(id, principal.user.id);
      if (revoked === null) throw new AuthError('NOT_FOUND', { message: 'No such app token.' });
      record({ type: 'app_token.revoked', ...aboutToken(principal, revoked) });
    });
  }

  /** Before what an administrator does: has the token been revoked while the call waited? @throws AuthError FORBIDDEN */
  async assertStillHolds({ transaction, principal: { scopes, session } }: RulePoints['act']): Promise<void> {
    if (scopes === null) return;
    const holds = await transaction.em.getRepository(AppTokenEntity).holds(session.id);
    if (!holds) throw new AuthError('FORBIDDEN');
  }
}

/** @throws AuthError FORBIDDEN */
const assertWithinRole = ({ user }: Principal, scopes: Scope[]): void => {
  const beyond = user.role === 'admin' ? [] : scopes.filter((scope) => scope.startsWith('admin:'));
  if (beyond.length === 0) return;
  const message = `Only administrators can give an app token the scope "${beyond.join('" or "')}".`;
  throw new AuthError('FORBIDDEN', { message });
};

/** In the place of the session stands the token, as in the events of what is done with it. */
const aboutToken = ({ user, caller }: Principal, { id, name, scopes, expiresAt }: AppTokenRow) => ({
  caller,
  userId: user.id,
  sessionId: id,
  data: { name, scopes, expiresAt: new Date(expiresAt).toISOString() },
});
