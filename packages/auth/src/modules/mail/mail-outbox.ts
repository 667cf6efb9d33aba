import type { Transaction } from '../../kernel/database.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import { MailEntity } from './mail.entity.ts';
import type { TemplateName } from './templates.ts';

/** A mail to be written. Never a secret in `data`: it is stored as it is. */
export interface NewMail {
  template: TemplateName;
  recipient: string;
  userId?: string | null;
  verificationId?: string | null;
  data?: Record<string, string>;
}

/** Takes mails in the transaction of the change they speak of: they go out if and when it is committed. */
export class MailOutbox {
  readonly #secrets: Secrets;
  readonly #wake: () => void;

  constructor(secrets: Secrets, wake: () => void) {
    this.#secrets = secrets;
    this.#wake = wake;
  }

  queue(
    { em, afterCommit }: Transaction,
    { template, recipient, userId = null, verificationId = null, data = {} }: NewMail,
  ): void {
    em.create(MailEntity, { id: this.#secrets.createId(), template, recipient, userId, verificationId, data });
    afterCommit(this.#wake);
  }
}
