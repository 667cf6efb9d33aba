import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import { hashToken, isToken } from '../../kernel/secrets.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { RefreshSecrets } from './refresh-secrets.ts';
import { RefreshTokenEntity } from './refresh-token.entity.ts';
import type { KnownToken } from './refresh-token.repository.ts';
import type { TokenGrant } from './token-grant.ts';
import type { TokenOptions } from './token-options.ts';

interface RefreshServices {
  sessions: SessionService;
  notices: SecurityNotices;
}

/** A refresh token in plain, the only copy there is. */
export interface IssuedRefreshToken {
  token: string;
  expiresInSeconds: number;
  /** The last proof of the password that it goes back to, in milliseconds since 1970. */
  authenticatedAt: number;
}

/** What came of using a refresh token; without a successor its session has ended, maybe because of this use. */
interface UsedRefreshToken {
  sessionId: string;
  successor: IssuedRefreshToken | null;
}

/**
 * For so long after its use a token is told its successor once more: tabs that refresh at the same time, and clients
 * that did not get the answer, go on. From then on a second use means that somebody else has it.
 */
const REPLAY_SECONDS = 10;

/** More refreshes than this cannot lie within that time. */
const MAX_REPLAYED = 100;

/**
 * Refresh tokens: each works once and gives way to the next one; all of a session are a family (OAuth 2.0 Security
 * Best Current Practice, RFC 9700 §4.14.2).
 */
export class RefreshTokens {
  readonly #kernel: Kernel;
  readonly #services: RefreshServices;
  readonly #options: TokenOptions;
  readonly #secrets: RefreshSecrets;

  constructor(kernel: Kernel, services: RefreshServices, options: TokenOptions) {
    this.#kernel = kernel;
    this.#services = services;
    this.#options = options;
    this.#secrets = new RefreshSecrets(options.encryptionKey);
  }

  /** @throws AuthError UNAUTHENTICATED when the session is gone, or its cookie has another secret by now */
  issue(grant: TokenGrant, caller: Caller): Promise<IssuedRefreshToken> {
    const token = this.#kernel.secrets.createToken();
    return this.#kernel.database.write(async ({ em, record }) => {
      const issued = await em.getRepository(RefreshTokenEntity).issue(grant, this.#row(token));
      if (issued === null) throw new AuthError('UNAUTHENTICATED');
      const { userId, sessionId } = issued;
      record({ type: 'token.issued', caller, userId, sessionId });
      return { ...issued, token };
    });
  }

  /**
   * Uses a token. Whether its session holds has to be asked afterwards: only then is it too late for a revocation to
   * overlook what was issued here.
   * @throws AuthError UNAUTHENTICATED for an unknown one, SESSION_ENDED for one that has expired
   */
  async use(token: string, caller: Caller): Promise<UsedRefreshToken> {
    if (!isToken(token)) throw new AuthError('UNAUTHENTICATED');
    const successor = this.#secrets.successorOf(token);
    const issued = await this.#kernel.database.write(async ({ em, record }) => {
      const stored = await em.getRepository(RefreshTokenEntity).supersede(hashToken(token), this.#row(successor));
      if (stored !== null)
        record({ type: 'token.refreshed', caller, userId: stored.userId, sessionId: stored.sessionId });
      return stored;
    });
    if (issued === null) return this.#useAgain(token, caller);
    return { sessionId: issued.sessionId, successor: { ...issued, token: successor } };
  }

  /** What a token is worth that has been used, has expired or never was. */
  async #useAgain(token: string, caller: Caller): Promise<UsedRefreshToken> {
    const known = await this.#find(token);
    if (known === null) throw new AuthError('UNAUTHENTICATED');
    const { sessionId } = known;
    // Then it is the session that has ended, and who asks about that is told why.
    if (!known.isSuperseded && known.expiresInSeconds > 0) return { sessionId, successor: null };
    if (!known.isSuperseded) throw new AuthError('SESSION_ENDED', { details: { reason: 'expired' } });
    if (known.isReplayable) return { sessionId, successor: await this.#replay(token) };
    await this.#endFamily(known, caller);
    return { sessionId, successor: null };
  }

  /** The same successor again; where that one has been used meanwhile, the one that holds now. */
  async #replay(token: string): Promise<IssuedRefreshToken> {
    let successor = token;
    for (let count = 0; count < MAX_REPLAYED; count += 1) {
      successor = this.#secrets.successorOf(successor);
      const known = await this.#find(successor);
      if (known === null) break;
      if (!known.isSuperseded) return { ...known, token: successor };
    }
    throw new AuthError('UNAUTHENTICATED');
  }

  /** Of any number who find out at once, one ends the session and says so. */
  async #endFamily({ sessionId, userId, email }: KnownToken, caller: Caller): Promise<void> {
    const { sessions, notices } = this.#services;
    const ending = { userId, sessionId, reason: 'reuse_detected', actorId: null, caller } as const;
    await this.#kernel.database.write(async (transaction) => {
      if (!(await sessions.end(transaction, ending))) return;
      transaction.record({ type: 'token.reuse_detected', caller, userId, sessionId, actorId: null });
      await notices.queue(transaction, { template: 'token_reuse_detected', recipient: email, userId, caller });
    });
  }

  #find(token: string) {
    return this.#kernel.database.read((em) =>
      em.getRepository(RefreshTokenEntity).findKnown(hashToken(token), REPLAY_SECONDS),
    );
  }

  #row(token: string) {
    const { accessExpirySeconds, refreshExpirySeconds } = this.#options;
    const id = this.#kernel.secrets.createId();
    return { id, tokenHash: hashToken(token), accessExpirySeconds, refreshExpirySeconds };
  }
}
