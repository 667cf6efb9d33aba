import { BackgroundJob } from '../../kernel/background-job.ts';
import { defineModule } from '../../kernel/module.ts';
import { auditProcedures } from './audit.procedures.ts';
import { AuditService } from './audit.service.ts';
import { AuditVerifier } from './audit-verifier.ts';
import { EventSealer } from './event-sealer.ts';
import { IndexEvents } from './migrations/20261121111000-index-events.ts';
import { SealEvents } from './migrations/20261121111100-seal-events.ts';

const SEAL_EVERY_SECONDS = 2;

/** The audit log: listed, sealed and verified. */
export const auditModule = defineModule({
  name: 'audit',
  migrations: [
    { name: '20261121111000-index-events', class: IndexEvents },
    { name: '20261121111100-seal-events', class: SealEvents },
  ],
  run: (kernel) => {
    const service = new AuditService(kernel);
    const sealer = new EventSealer(kernel);
    const job = new BackgroundJob({
      name: 'seal the audit log',
      everySeconds: SEAL_EVERY_SECONDS,
      work: (signal) => sealer.seal(signal),
      logger: kernel.logger,
    });
    return {
      service,
      sealer,
      verifier: new AuditVerifier(kernel),
      procedures: { admin: auditProcedures(service) },
      start: () => job.start(),
      close: () => job.close(),
    };
  },
});
