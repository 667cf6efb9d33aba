import type { Mailer, MailMessage } from '../src/kernel/ports.ts';

/** A mail, and what its reader would click on or type. */
export interface ReceivedMail extends MailMessage {
  /** Of the link; empty when there is none. */
  token: string;
  /** As it is printed; empty when there is none. */
  code: string;
}

export const readMail = (message: MailMessage): ReceivedMail => ({
  ...message,
  token: /#token=([\w-]+)/.exec(message.text)?.[1] ?? '',
  code: /code: (\S+)/.exec(message.text)?.[1] ?? '',
});

/** Delivers at once, into memory. */
export class FakeMailer implements Mailer {
  readonly mails: ReceivedMail[] = [];
  readonly #waiting: { to: string; resolve(mail: ReceivedMail): void }[] = [];
  readonly #unread: ReceivedMail[] = [];

  async send(message: MailMessage): Promise<void> {
    const mail = readMail(message);
    this.mails.push(mail);
    const index = this.#waiting.findIndex(({ to }) => to === mail.to);
    if (index < 0) this.#unread.push(mail);
    else this.#waiting.splice(index, 1)[0]?.resolve(mail);
  }

  next(to: string): Promise<ReceivedMail> {
    const index = this.#unread.findIndex((mail) => mail.to === to);
    const [mail] = index < 0 ? [] : this.#unread.splice(index, 1);
    if (mail !== undefined) return Promise.resolve(mail);
    const { promise, resolve } = Promise.withResolvers<ReceivedMail>();
    this.#waiting.push({ to, resolve });
    return promise;
  }
}
