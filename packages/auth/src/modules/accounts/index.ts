import { BackgroundJob } from '../../kernel/background-job.ts';
import { defineModule } from '../../kernel/module.ts';
import type { AuditService } from '../audit/audit.service.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import { accountProcedures } from './account.procedures.ts';
import { AccountService } from './account.service.ts';
import { AccountExporter } from './account-exporter.ts';
import { AccountPurger } from './account-purger.ts';

const PURGE_EVERY_SECONDS = 600;

interface AccountNeeds {
  sessions: SessionService;
  verifications: VerificationService;
  audit: AuditService;
}

/** Accounts as a whole: deleted, restored, purged, exported. */
export const accountsModule = defineModule({
  name: 'accounts',
  run: (kernel, { sessions, verifications, audit }: AccountNeeds) => {
    const service = new AccountService(kernel, sessions, verifications);
    const purger = new AccountPurger(kernel, audit);
    const job = new BackgroundJob(kernel, {
      name: 'purge deleted accounts',
      everySeconds: PURGE_EVERY_SECONDS,
      work: (signal) => purger.purge(signal),
    });
    return {
      service,
      procedures: { users: accountProcedures(service, new AccountExporter(kernel, audit)) },
      maintain: () => purger.purge(),
      start: () => job.start(),
      close: () => job.close(),
    };
  },
});
