import type { AccessTokenClaims, TokenPair, TokenValidity } from '@latchkey/contract';
import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import {
  type AuthenticateOptions,
  type Authentication,
  type Caller,
  type Principal,
  requirePrincipal,
} from '../../kernel/principal.ts';
import type { SessionAuthenticator } from '../sessions/session-authenticator.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { IssuedRefreshToken, RefreshTokens } from './refresh-tokens.ts';
import type { TokenGrant } from './token-grant.ts';

interface TokenServices {
  access: AccessTokens;
  refresh: RefreshTokens;
  authenticator: SessionAuthenticator;
}

/** The session that tokens are issued for. */
export type TokenHolder = Pick<Principal, 'user' | 'session' | 'authenticatedAt'>;

/** A pair with its refresh token, which the caller of this puts into a cookie or into the body. */
export type IssuedPair = TokenPair & { refreshToken: string; refreshExpiresAt: Date };

/** Access and refresh tokens: issued for a session, and worth no more than it. */
export class TokenService {
  readonly #kernel: Kernel;
  readonly #services: TokenServices;

  constructor(kernel: Kernel, services: TokenServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  /**
   * For a session that was opened a moment ago, or that calls. It is checked once more before anything gets out: only
   * then is it too late for a revocation to overlook what is issued here.
   * @throws AuthError UNAUTHENTICATED when it is gone, SESSION_ENDED when it has ended meanwhile
   */
  async issue(grant: TokenGrant, caller: Caller): Promise<IssuedPair> {
    const { refresh, authenticator } = this.#services;
    const issued = await refresh.issue(grant, caller);
    const options = { caller, countsAsActivity: true, source: 'token' } as const;
    return this.#pair(requirePrincipal(await authenticator.authenticateById(grant.sessionId, options)), issued);
  }

  /** @throws AuthError UNAUTHENTICATED for an unknown token, SESSION_ENDED with the reason why it holds no longer */
  async refresh(token: string, caller: Caller): Promise<IssuedPair> {
    const { refresh, authenticator } = this.#services;
    const { sessionId, successor } = await refresh.use(token, caller);
    const outcome = await authenticator.authenticateById(sessionId, {
      caller,
      countsAsActivity: true,
      source: 'token',
    });
    const principal = requirePrincipal(outcome);
    if (successor === null) throw new AuthError('UNAUTHENTICATED');
    return this.#pair(principal, successor);
  }

  /** Whether an access token holds: by its signature, and by the session behind it, which is asked for. */
  async validate(token: string, caller: Caller): Promise<TokenValidity> {
    const claims = this.#services.access.isOne(token) ? await this.#services.access.verify(token) : null;
    if (claims === null) return { active: false };
    const outcome = await this.#holderOf(claims, { caller, countsAsActivity: false, source: 'token' });
    return outcome.kind === 'active' ? { active: true, claims } : { active: false };
  }

  /** Tells who is behind an access token; null for what is none. */
  async authenticate(token: string, options: AuthenticateOptions): Promise<Authentication | null> {
    const { access } = this.#services;
    if (!access.isOne(token)) return null;
    const claims = await access.verify(token);
    return claims === null ? { kind: 'anonymous' } : this.#holderOf(claims, options);
  }

  async #holderOf(claims: AccessTokenClaims, options: AuthenticateOptions): Promise<Authentication> {
    const { sid, sub, auth_time } = claims;
    const outcome = await this.#services.authenticator.authenticateById(sid, options);
    if (outcome.kind !== 'active') return outcome;
    const { user, authenticatedAt } = outcome.principal;
    // Since then the password was proved anew, maybe because somebody else had come by what this was issued for.
    const isOutdated = auth_time < Math.floor(authenticatedAt.getTime() / 1000);
    return user.id === sub && !isOutdated ? outcome : { kind: 'anonymous' };
  }

  /** The password may have been proved anew since: that is not what this goes back to. */
  async #pair(principal: Principal, { token, expiresInSeconds, ...proof }: IssuedRefreshToken): Promise<IssuedPair> {
    const { user, session } = principal;
    const authenticatedAt = new Date(proof.authenticatedAt);
    const access = await this.#services.access.issue({ user, session, authenticatedAt });
    this.#kernel.metrics.tokenGenerated('access');
    this.#kernel.metrics.tokenGenerated('refresh');
    return {
      accessToken: access.token,
      refreshToken: token,
      tokenType: 'Bearer',
      expiresIn: access.expiresInSeconds,
      refreshExpiresIn: Math.floor(expiresInSeconds),
      refreshExpiresAt: new Date(this.#kernel.clock.now().getTime() + expiresInSeconds * 1000),
    };
  }
}
