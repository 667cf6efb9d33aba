import { defineModule } from '../../kernel/module.ts';
import { PurgeJob } from '../../kernel/purge-job.ts';
import { CreateSessions } from './migrations/20261120090200-create-sessions.ts';
import { AddEpochToSessions } from './migrations/20261120100100-add-epoch.ts';
import { AnnounceSessionChanges } from './migrations/20261121080000-announce-session-changes.ts';
import { IndexOpenSessions } from './migrations/20261121120000-index-open-sessions.ts';
import { FindTokensByHash } from './migrations/20261121130000-find-tokens-by-hash.ts';
import { IndexSessionsThatAreOver } from './migrations/20261122300000-index-sessions-that-are-over.ts';
import { AddIdleTimeoutToSessions } from './migrations/20261123080000-add-idle-timeout.ts';
import { IndexExpiryOfOpenSessions } from './migrations/20261123210000-index-expiry-of-open-sessions.ts';
import { SessionEntity } from './session.entity.ts';
import { sessionProcedures } from './session.procedures.ts';
import { SessionService } from './session.service.ts';
import { SessionAuthenticator } from './session-authenticator.ts';
import { SessionChanges } from './session-changes.ts';
import { SessionExpirer } from './session-expirer.ts';
import { SessionWays } from './session-ways.ts';

/** Logins on many devices, each of them listed and revocable. */
export const sessionsModule = defineModule({
  name: 'sessions',
  entities: [SessionEntity],
  migrations: [
    { name: '20261120090200-create-sessions', class: CreateSessions },
    { name: '20261120100100-add-epoch', class: AddEpochToSessions },
    { name: '20261121080000-announce-session-changes', class: AnnounceSessionChanges },
    { name: '20261121120000-index-open-sessions', class: IndexOpenSessions },
    { name: '20261121130000-find-tokens-by-hash', class: FindTokensByHash },
    { name: '20261122300000-index-sessions-that-are-over', class: IndexSessionsThatAreOver },
    { name: '20261123080000-add-idle-timeout', class: AddIdleTimeoutToSessions },
    { name: '20261123210000-index-expiry-of-open-sessions', class: IndexExpiryOfOpenSessions },
  ],
  run: (kernel) => {
    const { config, metrics } = kernel;
    const ways = new SessionWays(kernel);
    const service = new SessionService(kernel);
    const changes = new SessionChanges(kernel);
    const expirer = new SessionExpirer(kernel);
    const purge = new PurgeJob(kernel, {
      name: 'sessions',
      removeBatch: (em, limit) => em.getRepository(SessionEntity).removeOver(config.retention.endedSessionsDays, limit),
    });
    const authenticator = new SessionAuthenticator(kernel, ways);
    metrics.activeSessions.from(() => service.countActive());
    return {
      service,
      authenticator,
      procedures: { sessions: sessionProcedures(service, changes, authenticator) },
      // What goes has been told of before.
      maintain: async () => {
        await expirer.expire();
        await purge.purge();
      },
      start: () => {
        ways.start();
        expirer.start();
        purge.start();
      },
      flush: () => ways.flush(),
      closeStreams: () => changes.closeStreams(),
      close: async () => {
        await expirer.close();
        await purge.close();
        await changes.close();
        await ways.close();
      },
    };
  },
});
