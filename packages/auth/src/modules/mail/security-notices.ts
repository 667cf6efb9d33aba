import type { Config } from '../../config.ts';
import type { Transaction } from '../../kernel/database.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Caller } from '../../kernel/principal.ts';
import { MailEntity } from './mail.entity.ts';
import type { MailOutbox } from './mail-outbox.ts';
import type { NoticeTemplate } from './templates.ts';

type Setting = keyof Config['mail']['notices'];

const SETTING_OF = {
  new_device: 'newDevice',
  password_changed: 'passwordChanged',
  password_reset: 'passwordChanged',
  email_change_requested: 'emailChanged',
  email_changed: 'emailChanged',
  account_locked: 'accountLocked',
  token_reuse_detected: 'tokenReuse',
  app_token_created: 'appToken',
} as const satisfies Partial<Record<NoticeTemplate, Setting>>;

/** Of one kind to one user: whoever can bring about many of them does not get to flood a mailbox. */
const MAX_PER_HOUR = 5;

interface SecurityNotice {
  template: keyof typeof SETTING_OF;
  recipient: string;
  userId: string;
  /** Where it came from, for the reader to recognise. */
  caller: Pick<Caller, 'ipAddress'>;
  device?: string;
}

/** Tells people what happened to their account, unless that is switched off. */
export class SecurityNotices {
  readonly #kernel: Kernel;
  readonly #outbox: MailOutbox;

  constructor(kernel: Kernel, outbox: MailOutbox) {
    this.#kernel = kernel;
    this.#outbox = outbox;
  }

  /** In the transaction of the change, so that neither is without the other. */
  async queue(transaction: Transaction, notice: SecurityNotice): Promise<void> {
    const { template, recipient, userId, caller, device = '' } = notice;
    const { clock, config } = this.#kernel;
    if (!config.mail.notices[SETTING_OF[template]]) return;
    const mails = transaction.em.getRepository(MailEntity);
    if ((await mails.countRecent(userId, template)) >= MAX_PER_HOUR) return;
    const data = { device, ipAddress: caller.ipAddress ?? '', at: toMinute(clock.now()) };
    this.#outbox.queue(transaction, { template, recipient, userId, data });
  }
}

/** `2026-11-20 09:30 UTC` */
const toMinute = (instant: Date): string => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
