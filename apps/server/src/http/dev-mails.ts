import { randomBytes } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { ConsoleMailer, escapeHtml, type Mailer, type MailMessage, pageSecurityHeaders } from '@latchkey/auth';
import express, { type Request, type Response, type Router } from 'express';
import type { Logger } from 'pino';

const PATH = '/dev/mails';

/** Nobody reads older ones, and memory stays bounded. */
const MAX_MAILS = 50;

interface KeptMail extends MailMessage {
  at: Date;
}

/** Where mails of development go: into the log, and onto a page on which their links can be clicked. */
export class DevMailbox implements Mailer {
  readonly #console: ConsoleMailer;
  readonly #mails: KeptMail[] = [];

  constructor(logger: Logger, publicUrl: string) {
    this.#console = new ConsoleMailer(logger, ` (easier to click on: ${publicUrl}${PATH})`);
  }

  async send(message: MailMessage): Promise<void> {
    this.#mails.unshift({ ...message, at: new Date() });
    this.#mails.splice(MAX_MAILS);
    await this.#console.send(message);
  }

  /** The page; for this machine alone, as it shows secrets. */
  routes(publicUrl: string): Router {
    const routes = express.Router();
    const secure = pageSecurityHeaders({
      isHttps: publicUrl.startsWith('https:'),
      styleSources: [(_req, res) => `'nonce-${String((res as Response).locals.nonce)}'`],
    });
    routes.get(PATH, (req, res, next) => {
      if (!isFromThisMachine(req, new URL(publicUrl).host)) return next();
      const nonce = randomBytes(16).toString('base64');
      res.locals.nonce = nonce;
      secure(req, res, () => {
        res.setHeader('Cache-Control', 'no-store');
        res.type('html').send(pageOf(this.#mails, { nonce, publicUrl }));
      });
    });
    return routes;
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * A proxy on this machine speaks for others; and a page from elsewhere may have its name resolve to this machine
 * (DNS rebinding), which the name in `Host` gives away.
 */
const isFromThisMachine = ({ headers, socket }: Request, publicHost: string): boolean => {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  const { host = '' } = headers;
  const { remoteAddress = '' } = socket;
  const isLocalName = LOCAL_HOST.test(host) || host === publicHost;
  return !isForwarded && isLocalName && loopback.check(remoteAddress, isIPv6(remoteAddress) ? 'ipv6' : 'ipv4');
};

/** Links of our own become links; nothing else does. */
const linkify = (text: string, publicUrl: string): string =>
  escapeHtml(text)
    .split('\n')
    .map((line) => (line.startsWith(`${publicUrl}/`) ? `<a href="${line}">${line}</a>` : line))
    .join('\n');

const articleOf = ({ subject, to, at, text }: KeptMail, publicUrl: string): string => `<article>
<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to)} · <time>${at.toISOString()}</time></p>
<pre>${linkify(text, publicUrl)}</pre>
</article>`;

const pageOf = (
  mails: KeptMail[],
  { nonce, publicUrl }: { nonce: string; publicUrl: string },
): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<title>Mails · Latchkey</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
article { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .75rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 0 } p { opacity: .75; margin: .25rem 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0 0 }
</style></head>
<body>
<h1>Mails</h1>
<p>What this server has mailed since its start, the newest first. In development only, and only on this machine; with MAIL_URL they are sent instead.</p>
${mails.length === 0 ? '<p>Nothing yet.</p>' : mails.map((mail) => articleOf(mail, publicUrl)).join('\n')}
</body>
</html>
`;
