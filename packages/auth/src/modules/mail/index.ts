import { defineModule } from '../../kernel/module.ts';
import { MailEntity } from './mail.entity.ts';
import { MailDispatcher, type PrepareMail } from './mail-dispatcher.ts';
import { MailOutbox } from './mail-outbox.ts';
import { CreateMails } from './migrations/20261121090000-create-mails.ts';
import { IndexFinishedMails } from './migrations/20261121120100-index-finished-mails.ts';
import { SecurityNotices } from './security-notices.ts';
import { isNotice, isSecret } from './templates.ts';

/** Mails, sent after the commit of what they speak of, and tried again until they are. */
export const mailModule = defineModule({
  name: 'mail',
  entities: [MailEntity],
  migrations: [
    { name: '20261121090000-create-mails', class: CreateMails },
    { name: '20261121120100-index-finished-mails', class: IndexFinishedMails },
  ],
  run: (kernel, { prepare }: { prepare: PrepareMail }) => {
    const dispatcher = new MailDispatcher(kernel, async (mail) => {
      const { template, recipient: to, data } = mail;
      if (isNotice(template)) return { kind: 'notice', template, to, data };
      // A newer version of the service, which runs beside this one, may know it.
      if (!isSecret(template)) throw new Error('There is no template of this name');
      return prepare(mail);
    });
    const outbox = new MailOutbox(kernel.secrets, () => dispatcher.wake());
    const notices = new SecurityNotices(kernel, outbox);
    return {
      outbox,
      notices,
      start: () => dispatcher.start(),
      close: () => dispatcher.close(),
    };
  },
});
