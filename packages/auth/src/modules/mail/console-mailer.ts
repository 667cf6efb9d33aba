import type { Logger, Mailer, MailMessage } from '../../kernel/ports.ts';

/** Writes mails to the log, for development. Never in production: they hold secrets. */
export class ConsoleMailer implements Mailer {
  readonly #logger: Logger;
  readonly #hint: string;

  constructor(logger: Logger, hint = '') {
    this.#logger = logger;
    this.#hint = hint;
  }

  async send({ to, subject, text }: MailMessage): Promise<void> {
    this.#logger.info({}, `Mail to ${to}: ${subject}${this.#hint}\n\n${text}`);
  }
}
