import { BackgroundJob } from '../../kernel/background-job.ts';
import { defineModule } from '../../kernel/module.ts';
import { auditProcedures } from './audit.procedures.ts';
import { AuditService } from './audit.service.ts';
import { AuditVerifier } from './audit-verifier.ts';
import { EventSealer } from './event-sealer.ts';
import { EventTrimmer } from './event-trimmer.ts';
import { IndexEvents } from './migrations/20261121111000-index-events.ts';
import { SealEvents } from './migrations/20261121111100-seal-events.ts';

const SEAL_EVERY_SECONDS = 2;
const TRIM_EVERY_SECONDS = 600;

/** The audit log: listed, sealed, verified, and trimmed when it gets old. */
export const auditModule = defineModule({
  name: 'audit',
  migrations: [
    { name: '20261121111000-index-events', class: IndexEvents },
    { name: '20261121111100-seal-events', class: SealEvents },
  ],
  run: (kernel) => {
    const service = new AuditService(kernel);
    const sealer = new EventSealer(kernel);
    const trimmer = new EventTrimmer(kernel);
    const sealing = new BackgroundJob(kernel, {
      name: 'seal the audit log',
      everySeconds: SEAL_EVERY_SECONDS,
      work: (signal) => sealer.seal(signal),
    });
    const trimming = new BackgroundJob(kernel, {
      name: 'trim the audit log',
      everySeconds: TRIM_EVERY_SECONDS,
      work: (signal) => trimmer.trim(signal),
    });
    return {
      service,
      verifier: new AuditVerifier(kernel),
      procedures: { admin: auditProcedures(service) },
      maintain: async () => {
        await sealer.seal();
        await trimmer.trim();
      },
      start: () => {
        sealing.start();
        trimming.start();
      },
      close: async () => {
        await trimming.close();
        await sealing.close();
      },
    };
  },
});
