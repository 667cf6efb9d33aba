import { defineModule } from '../../kernel/module.ts';
import { PurgeJob } from '../../kernel/purge-job.ts';
import type { DueMail } from '../mail/mail.repository.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import { CreateVerifications } from './migrations/20261121090100-create-verifications.ts';
import { BindChangesOfAddress } from './migrations/20261121120200-bind-changes-of-address.ts';
import { IndexOldVerifications } from './migrations/20261122300100-index-old-verifications.ts';
import { VerificationEntity } from './verification.entity.ts';
import { VerificationService } from './verification.service.ts';
import { VerificationMails } from './verification-mails.ts';

/** None holds for longer than a week after its mail, which is sent within a day or not at all. */
const KEEP_DAYS = 30;

/** Links and codes by mail, each of them good for one thing, once. */
export const verificationsModule = defineModule({
  name: 'verifications',
  entities: [VerificationEntity],
  migrations: [
    { name: '20261121090100-create-verifications', class: CreateVerifications },
    { name: '20261121120200-bind-changes-of-address', class: BindChangesOfAddress },
    { name: '20261122300100-index-old-verifications', class: IndexOldVerifications },
  ],
  run: (kernel, { outbox }: { outbox: MailOutbox }) => {
    const service = new VerificationService(kernel, outbox);
    const mails = new VerificationMails(kernel, service);
    const purge = new PurgeJob(kernel, {
      name: 'verifications',
      removeBatch: (em, limit) => em.getRepository(VerificationEntity).removeOld(KEEP_DAYS, limit),
    });
    return {
      service,
      prepare: (mail: DueMail) => mails.prepare(mail),
      procedures: {},
      maintain: () => purge.purge(),
      start: () => purge.start(),
      close: () => purge.close(),
    };
  },
});
