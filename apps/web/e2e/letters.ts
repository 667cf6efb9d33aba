import type { DeliveredMail, TestMailbox } from '@latchkey/auth/testing/mailbox';

export interface Letter {
  /** What a reader would click on. */
  link: string;
  code: string;
}

/** Hands the mails of a mailbox out by whom and what they are for, each one once. */
export class Letters {
  readonly #mailbox: TestMailbox;
  readonly #read = new Set<DeliveredMail>();

  constructor(mailbox: TestMailbox) {
    this.#mailbox = mailbox;
  }

  /** Waits for the next mail to an address with this subject. */
  async next(to: string, subject: string): Promise<Letter> {
    for (;;) {
      const mail = this.#mailbox.mails.find((candidate) => this.#isNew(candidate, to, subject));
      if (mail === undefined) {
        await this.#mailbox.next();
        continue;
      }
      this.#read.add(mail);
      return { link: /https?:\S+/.exec(mail.text)?.[0] ?? '', code: mail.code };
    }
  }

  #isNew(mail: DeliveredMail, to: string, subject: string): boolean {
    return mail.to === to && mail.subject === `${subject} · Latchkey` && !this.#read.has(mail);
  }
}
