import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { type ReceivedMail, readMail } from './fake-mailer.ts';

/** A mail as it came over the wire. */
export interface DeliveredMail extends ReceivedMail {
  email: Email;
  /** As it was sent, headers and all. */
  raw: string;
}

/** A mail server in this process. */
export interface TestMailbox extends AsyncDisposable {
  /** For `mail.url`. */
  url: string;
  mails: DeliveredMail[];
  next(): Promise<DeliveredMail>;
  /** Refuses connections from now on. */
  goAway(): Promise<void>;
  /** Takes them again, on the same port. */
  comeBack(): Promise<void>;
}

interface MailboxOptions {
  /** Refuses a mail after its content with what a server would say; null accepts. */
  refuse?: (raw: string) => Error | null;
}

export const createTestMailbox = async ({ refuse = () => null }: MailboxOptions = {}): Promise<TestMailbox> => {
  const mails: DeliveredMail[] = [];
  const unread: DeliveredMail[] = [];
  const waiting: ((mail: DeliveredMail) => void)[] = [];
  const receive = async (raw: string) => {
    const email = await PostalMime.parse(raw);
    const { subject = '', text = '', html = '' } = email;
    const mail = { ...readMail({ to: email.to?.[0]?.address ?? '', subject, text, html }), email, raw };
    mails.push(mail);
    const reader = waiting.shift();
    if (reader === undefined) unread.push(mail);
    else reader(mail);
  };
  const open = () =>
    new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString();
          const refusal = refuse(raw);
          if (refusal !== null) return done(refusal);
          receive(raw).then(() => done(), done);
        });
      },
    });
  const listen = async (server: SMTPServer, port: number) => {
    server.on('error', () => {});
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.server.address() as AddressInfo).port;
  };

  let server = open();
  const port = await listen(server, 0);
  const goAway = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    next: () => {
      const mail = unread.shift();
      return mail === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(mail);
    },
    goAway,
    comeBack: async () => {
      server = open();
      await listen(server, port);
    },
    [Symbol.asyncDispose]: goAway,
  };
};
