import { defineModule } from '../../kernel/module.ts';
import type { DueMail } from '../mail/mail.repository.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import { CreateVerifications } from './migrations/20261121090100-create-verifications.ts';
import { BindChangesOfAddress } from './migrations/20261121120200-bind-changes-of-address.ts';
import { VerificationEntity } from './verification.entity.ts';
import { VerificationService } from './verification.service.ts';
import { VerificationMails } from './verification-mails.ts';

/** Links and codes by mail, each of them good for one thing, once. */
export const verificationsModule = defineModule({
  name: 'verifications',
  entities: [VerificationEntity],
  migrations: [
    { name: '20261121090100-create-verifications', class: CreateVerifications },
    { name: '20261121120200-bind-changes-of-address', class: BindChangesOfAddress },
  ],
  run: (kernel, { outbox }: { outbox: MailOutbox }) => {
    const service = new VerificationService(kernel, outbox);
    const mails = new VerificationMails(kernel, service);
    return { service, prepare: (mail: DueMail) => mails.prepare(mail), procedures: {} };
  },
});
