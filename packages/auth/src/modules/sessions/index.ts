import { defineModule } from '../../kernel/module.ts';
import { PurgeJob } from '../../kernel/purge-job.ts';
import { ActivityRecorder } from './activity-recorder.ts';
import { CreateSessions } from './migrations/20261120090200-create-sessions.ts';
import { AddEpochToSessions } from './migrations/20261120100100-add-epoch.ts';
import { AnnounceSessionChanges } from './migrations/20261121080000-announce-session-changes.ts';
import { IndexOpenSessions } from './migrations/20261121120000-index-open-sessions.ts';
import { IndexSessionsThatAreOver } from './migrations/20261122300000-index-sessions-that-are-over.ts';
import { SessionEntity } from './session.entity.ts';
import { sessionProcedures } from './session.procedures.ts';
import { SessionService } from './session.service.ts';
import { SessionAuthenticator } from './session-authenticator.ts';
import { SessionChanges } from './session-changes.ts';
import { SessionCheck } from './session-check.ts';

/** Logins on many devices, each of them listed and revocable. */
export const sessionsModule = defineModule({
  name: 'sessions',
  entities: [SessionEntity],
  migrations: [
    { name: '20261120090200-create-sessions', class: CreateSessions },
    { name: '20261120100100-add-epoch', class: AddEpochToSessions },
    { name: '20261121080000-announce-session-changes', class: AnnounceSessionChanges },
    { name: '20261121120000-index-open-sessions', class: IndexOpenSessions },
    { name: '20261122300000-index-sessions-that-are-over', class: IndexSessionsThatAreOver },
  ],
  run: (kernel) => {
    const check = new SessionCheck({ databaseUrl: kernel.config.databaseDirectUrl, logger: kernel.logger });
    const activity = new ActivityRecorder(kernel);
    const service = new SessionService(kernel);
    const changes = new SessionChanges(kernel);
    const purge = new PurgeJob(kernel, {
      name: 'sessions',
      removeBatch: (em, limit) =>
        em.getRepository(SessionEntity).removeOver(kernel.config.retention.endedSessionsDays, limit),
    });
    const authenticator = new SessionAuthenticator(kernel, check, activity);
    return {
      service,
      authenticator,
      procedures: { sessions: sessionProcedures(service, changes, authenticator) },
      maintain: () => purge.purge(),
      start: () => {
        check.start();
        purge.start();
      },
      flush: () => activity.flush(),
      closeStreams: () => changes.closeStreams(),
      close: async () => {
        await purge.close();
        await changes.close();
        // In this order: a check that is answered may still be activity.
        await check.close();
        await activity.close();
      },
    };
  },
});
