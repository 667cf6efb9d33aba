import { createTransport, type Transporter } from 'nodemailer';
import type { Mailer, MailMessage } from '../../kernel/ports.ts';

interface SmtpMailerOptions {
  /** `smtp://user:password@host:587`, or `smtps://…` for TLS from the first byte. */
  url: string;
  /** `Latchkey <no-reply@example.com>` */
  from: string;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** However a mail server may trickle, an attempt is over after this time. */
const DEADLINE_MS = 60_000;

/** Sends by SMTP, with STARTTLS where the server offers it. */
export class SmtpMailer implements Mailer {
  readonly #transport: Transporter;

  constructor({ url, from }: SmtpMailerOptions) {
    const timeouts = {
      connectionTimeout: CONNECT_MS,
      dnsTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
    };
    this.#transport = createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true }, { from });
  }

  /** Connects and logs in; sends nothing. */
  async verify(): Promise<void> {
    await this.#transport.verify();
  }

  close(): void {
    this.#transport.close();
  }

  async send(message: MailMessage): Promise<void> {
    await this.#transport.sendMail({
      ...message,
      // RFC 3834 §5: nobody's holiday notice should answer.
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  }
}

/** Whether mails could be sent with this address: connects and logs in. @throws what the mail server says */
export const verifyMailServer = async (url: string): Promise<void> => {
  const mailer = new SmtpMailer({ url, from: '' });
  try {
    await mailer.verify();
  } finally {
    mailer.close();
  }
};
