import { defineModule } from '../../kernel/module.ts';
import { PurgeJob } from '../../kernel/purge-job.ts';
import { hashToken } from '../../kernel/secrets.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { SessionAuthenticator } from '../sessions/session-authenticator.ts';
import { AppTokenEntity } from './app-token.entity.ts';
import { appTokenProcedures } from './app-token.procedures.ts';
import { APP_TOKENS_AS_SESSIONS } from './app-token.repository.ts';
import { AppTokenService } from './app-token.service.ts';
import { claimsToBeAppToken, isAppToken } from './app-token.ts';
import { toExportedAppToken } from './app-token-view.ts';
import { CreateAppTokens } from './migrations/20261123200000-create-app-tokens.ts';

interface Needs {
  sessions: SessionService;
  authenticator: SessionAuthenticator;
  mail: { notices: SecurityNotices };
}

/** How long one that has ended can still be exported, and tells a program why it is refused. */
const KEEP_ENDED_DAYS = 90;

/**
 * Named keys with scopes and an end, for programs that act in the name of a user.
 * @example
 * const auth = await createAuth({ databaseUrl }, { modules: [appTokensModule()] });
 */
export const appTokensModule = () =>
  defineModule({
    name: 'app-tokens',
    entities: [AppTokenEntity],
    migrations: [{ name: '20261123200000-create-app-tokens', class: CreateAppTokens }],
    run: (kernel, { sessions, authenticator, mail: { notices } }: Needs) => {
      const service = new AppTokenService(kernel, { sessions, notices });
      const authenticate = authenticator.openWay({
        rows: APP_TOKENS_AS_SESSIONS,
        activity: { table: 'auth.app_token', usedAt: 'last_used_at', endedAt: 'revoked_at' },
      });
      const purge = new PurgeJob(kernel, {
        name: 'app tokens',
        removeBatch: (em, limit) => em.getRepository(AppTokenEntity).removeEnded(KEEP_ENDED_DAYS, limit),
      });
      return {
        procedures: { appTokens: appTokenProcedures(service) },
        rules: { act: (facts) => service.assertStillHolds(facts) },
        /** What is mistyped is refused without asking the database. */
        bearer: async (token, options) => {
          if (!claimsToBeAppToken(token)) return null;
          return isAppToken(token) ? authenticate(hashToken(token), options) : { kind: 'anonymous' };
        },
        accountData: async (em, userId) => ({
          appTokens: (await em.getRepository(AppTokenEntity).listAll(userId)).map(toExportedAppToken),
        }),
        maintain: () => purge.purge(),
        start: () => purge.start(),
        close: () => purge.close(),
      };
    },
  });
