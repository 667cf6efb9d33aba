import { BackgroundJob } from '../../kernel/background-job.ts';
import { Encryption } from '../../kernel/encryption.ts';
import { defineModule, type Kernel } from '../../kernel/module.ts';
import { PurgeJob } from '../../kernel/purge-job.ts';
import type { AuthenticationService } from '../authentication/authentication.service.ts';
import type { LoginGuard } from '../authentication/login-guard.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { SessionAuthenticator } from '../sessions/session-authenticator.ts';
import { AccessTokens } from './access-tokens.ts';
import { InvalidatedTokenEntity } from './invalidated-token.entity.ts';
import { KeyRing } from './key-ring.ts';
import { keysFromSettings } from './key-source.ts';
import { CreateTokens } from './migrations/20261123090000-create-tokens.ts';
import { DenyTokens } from './migrations/20261123090100-deny-tokens.ts';
import { VoidOtherFamilies } from './migrations/20261128190000-void-other-families.ts';
import { RefreshTokenEntity } from './refresh-token.entity.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { SigningKeyEntity } from './signing-key.entity.ts';
import { JWKS_MAX_AGE_SECONDS, KEY_RELOAD_SECONDS } from './signing-key.ts';
import { SigningKeys } from './signing-keys.ts';
import { tokenProcedures } from './token.procedures.ts';
import { TokenService } from './token.service.ts';
import { TokenDenials } from './token-denials.ts';
import { TokenOptions, type TokenOptionsInput } from './token-options.ts';

interface Needs {
  sessions: SessionService;
  authenticator: SessionAuthenticator;
  authentication: AuthenticationService;
  loginGuard: LoginGuard;
  mail: { notices: SecurityNotices };
}

/**
 * Access and refresh tokens next to cookies, for services and apps (RFC 6750, RFC 9068).
 * @throws ZodError when an option is not valid
 * @example
 * const auth = await createAuth({ databaseUrl }, { modules: [tokensModule({ encryptionKey })] });
 */
export const tokensModule = (given: TokenOptionsInput) => {
  const options = TokenOptions.parse(given);
  return defineModule({
    name: 'tokens',
    entities: [SigningKeyEntity, RefreshTokenEntity, InvalidatedTokenEntity],
    migrations: [
      { name: '20261123090000-create-tokens', class: CreateTokens },
      { name: '20261123090100-deny-tokens', class: DenyTokens },
      { name: '20261128190000-void-other-families', class: VoidOtherFamilies },
    ],
    run: (kernel, { sessions, authenticator, authentication, loginGuard, mail: { notices } }: Needs) => {
      const { keys, ring } = createKeys(kernel, options);
      const access = new AccessTokens(kernel, ring, options);
      const refresh = new RefreshTokens(kernel, { sessions, notices }, options);
      const tokens = new TokenService(kernel, { access, refresh, authenticator });
      const denials = new TokenDenials(kernel);
      const reloading = { name: 'reload keys', everySeconds: KEY_RELOAD_SECONDS, work: () => ring.reload() };
      const purges = [
        new PurgeJob(kernel, {
          name: 'refresh tokens',
          removeBatch: (em, limit) => em.getRepository(RefreshTokenEntity).removeExpired(limit),
        }),
        new PurgeJob(kernel, {
          name: 'denials',
          removeBatch: (em, limit) => em.getRepository(InvalidatedTokenEntity).removeExpired(limit),
        }),
      ];
      const jobs = [new BackgroundJob(kernel, reloading), ...purges];
      const idleTimeoutMinutes = Math.ceil(options.refreshExpirySeconds / 60);
      return {
        keys,
        ring,
        procedures: {
          tokens: tokenProcedures({ tokens, denials, authentication, guard: loginGuard, idleTimeoutMinutes }),
        },
        bearer: tokens.authenticate.bind(tokens),
        documents: [
          { path: '/.well-known/jwks.json', maxAgeSeconds: JWKS_MAX_AGE_SECONDS, read: () => ring.publicKeys() },
        ],
        warmUp: async () => {
          if (options.privateKey === undefined) await keys.ensure();
          await ring.reload();
        },
        start: () => {
          for (const job of jobs) job.start();
        },
        maintain: () => Promise.all(purges.map((purge) => purge.purge())),
        closeStreams: () => denials.closeStreams(),
        close: async () => {
          await Promise.all(jobs.map((job) => job.close()));
          await denials.close();
        },
      };
    },
  });
};

/** Keys of the settings take the place of those in the database, which can be managed all the same. */
const createKeys = (kernel: Kernel, options: TokenOptions) => {
  const { encryptionKey, algorithm, accessExpirySeconds, privateKey, publicKeys } = options;
  const keys = new SigningKeys(kernel, { encryption: new Encryption(encryptionKey), algorithm, accessExpirySeconds });
  const source = privateKey === undefined ? keys : keysFromSettings(privateKey, publicKeys);
  return { keys, ring: new KeyRing(kernel, { source, accessExpirySeconds }) };
};
