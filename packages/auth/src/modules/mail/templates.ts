import type { Config } from '../../config.ts';
import type { MailMessage } from '../../kernel/ports.ts';
import { formatCode } from '../../kernel/secrets.ts';
import { layOut, type MailContent } from './layout.ts';

/** A link's token and a code, made for one mail: they exist there, and their hashes in the database. */
export interface MailSecret {
  token: string;
  code: string;
  validMinutes: number;
}

/** Where the pages are that mails lead to; from the settings, never from a request. */
interface Pages {
  publicUrl: URL;
  links: Config['mail']['links'];
}

interface SecretMail extends Pages {
  secret: MailSecret;
}

interface Notice extends Pages {
  data: Record<string, string>;
}

/** A mail that is complete: all that is left is to write it down. */
export type PreparedMail = { to: string } & (
  | { kind: 'secret'; template: SecretTemplate; secret: MailSecret }
  | { kind: 'notice'; template: NoticeTemplate; data: Record<string, string> }
);

/** The token is in the fragment, which browsers send neither to a server nor on as a referrer. */
const linkTo = (path: string, { secret, publicUrl }: SecretMail): string =>
  new URL(`${path}#token=${secret.token}`, publicUrl).href;

const lasting = (minutes: number): string => {
  if (minutes % 1440 === 0) return minutes === 1440 ? '24 hours' : `${minutes / 1440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? 'one hour' : `${minutes / 60} hours`;
  return `${minutes} minutes`;
};

const withSecret = (mail: SecretMail, page: keyof Pages['links'], label: string) => ({
  action: { label, url: linkTo(mail.links[page], mail) },
  code: formatCode(mail.secret.code),
  validity: `The link and the code work once, within ${lasting(mail.secret.validMinutes)} from now.`,
});

const SECRET_TEMPLATES = {
  verify_email: (mail: SecretMail): MailContent => ({
    subject: 'Verify your e-mail address',
    paragraphs: [
      'There is an account, hopefully yours, with this e-mail address. Please confirm that the address is yours.',
    ],
    ...withSecret(mail, 'verifyEmail', 'Verify e-mail address'),
    footer:
      'If you know of no such account, do nothing: without your confirmation nobody can claim this address as theirs.',
  }),
  reset_password: (mail: SecretMail): MailContent => ({
    subject: 'Choose a new password',
    paragraphs: ['Somebody, hopefully you, asked for a new password for your account.'],
    ...withSecret(mail, 'resetPassword', 'Choose a new password'),
    footer: 'If it was not you, do nothing: your password stays as it is.',
  }),
  change_email: (mail: SecretMail): MailContent => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: ['Somebody, hopefully you, wants to log in with this e-mail address from now on.'],
    ...withSecret(mail, 'verifyEmail', 'Confirm e-mail address'),
    footer: 'If it was not you, do nothing: without your confirmation nothing changes.',
  }),
  invitation: (mail: SecretMail): MailContent => ({
    subject: 'You have been invited',
    paragraphs: ['An account has been made for you. Choose a password, and it is yours.'],
    ...withSecret(mail, 'resetPassword', 'Choose a password'),
    footer: 'If you did not expect this, do nothing: without a password nobody can log in.',
  }),
};

const at = ({ data }: Notice): string =>
  [data.device, data.ipAddress, data.at].filter((part) => part !== undefined && part !== '').join(' · ');

const IF_NOT_YOU = 'If it was not you, choose a new password at once: that ends all sessions.';
const choosePassword = ({ publicUrl, links }: Notice) => ({
  label: 'Choose a new password',
  url: new URL(links.forgotPassword, publicUrl).href,
});

const NOTICE_TEMPLATES = {
  address_in_use: (mail: Notice): MailContent => ({
    subject: 'You have an account already',
    paragraphs: [
      'Somebody, hopefully you, wanted to use this e-mail address for an account. There is one already.',
      'You can log in with it. If you do not know the password, choose a new one.',
    ],
    action: choosePassword(mail),
    footer: 'If it was not you, do nothing: nothing has changed.',
  }),
  email_change_requested: (mail: Notice): MailContent => ({
    subject: 'A change of your e-mail address was asked for',
    paragraphs: [
      'Somebody, hopefully you, wants to log in to your account with another e-mail address. It changes once that address is confirmed.',
      at(mail),
    ],
    action: choosePassword(mail),
    footer: IF_NOT_YOU,
  }),
  email_changed: (mail: Notice): MailContent => ({
    subject: 'Your e-mail address was changed',
    paragraphs: ['From now on you log in with another e-mail address, and this one gets no more mails.', at(mail)],
    footer: 'If it was not you, tell whoever runs this service at once.',
  }),
  password_changed: (mail: Notice): MailContent => ({
    subject: 'Your password was changed',
    paragraphs: ['The password of your account was changed. All other sessions have ended.', at(mail)],
    action: choosePassword(mail),
    footer: IF_NOT_YOU,
  }),
  password_reset: (mail: Notice): MailContent => ({
    subject: 'You have a new password',
    paragraphs: [
      'A new password was chosen with a link or code that we mailed you. All sessions have ended.',
      at(mail),
    ],
    action: choosePassword(mail),
    footer: 'If it was not you, somebody reads your mails. Secure your mailbox first, then choose a new password.',
  }),
  new_device: (mail: Notice): MailContent => ({
    subject: 'A login from a new device',
    paragraphs: ['Your account was used on a device for the first time.', at(mail)],
    action: choosePassword(mail),
    footer: IF_NOT_YOU,
  }),
  account_locked: (mail: Notice): MailContent => ({
    subject: 'Too many attempts to log in',
    paragraphs: [
      'Somebody tried too many wrong passwords for your account, so logins are held back for a while. Sessions that are open go on.',
      at(mail),
    ],
    action: choosePassword(mail),
    footer: 'If it was you, wait a while, or choose a new password.',
  }),
  token_reuse_detected: (mail: Notice): MailContent => ({
    subject: 'A session was ended for your safety',
    paragraphs: [
      'A key that an app of yours had used before was used again, maybe by somebody who copied it. We ended the session that it belongs to; log in again on that device.',
      at(mail),
    ],
    action: choosePassword(mail),
    footer: 'If you restored a device from a backup, that may have been the reason, and nothing is wrong.',
  }),
  webhook_disabled: ({ data, publicUrl }: Notice): MailContent => ({
    subject: 'A webhook was disabled',
    paragraphs: [
      `Events are not sent to ${data.host ?? ''} any more: ${data.reason === 'gone' ? 'it answered that it is gone for good (410).' : 'for days nothing has arrived there.'}`,
      data.description ?? '',
      'What happens meanwhile is in the audit log, and can be sent once the webhook is enabled again.',
    ],
    action: { label: 'Look at the webhook', url: new URL(`/admin/webhooks/${data.webhookId ?? ''}`, publicUrl).href },
    footer: 'You get this mail because you are an administrator.',
  }),
  app_token_created: (mail: Notice): MailContent => ({
    subject: 'An app token was created',
    paragraphs: [
      'An app token was created for your account: a key with which a program acts in your name until it expires or you revoke it.',
      at(mail),
    ],
    action: { label: 'See my app tokens', url: new URL(mail.links.account, mail.publicUrl).href },
    footer: 'If it was not you, choose a new password at once: that ends all sessions, and all app tokens.',
  }),
};

export type SecretTemplate = keyof typeof SECRET_TEMPLATES;
export type NoticeTemplate = keyof typeof NOTICE_TEMPLATES;
export type TemplateName = SecretTemplate | NoticeTemplate;

export const isNotice = (template: TemplateName): template is NoticeTemplate =>
  Object.hasOwn(NOTICE_TEMPLATES, template);

export const isSecret = (template: TemplateName): template is SecretTemplate =>
  Object.hasOwn(SECRET_TEMPLATES, template);

/** Writes a mail down, as text and as HTML. */
export const renderMail = (
  mail: PreparedMail,
  { publicUrl, mail: { links } }: Pick<Config, 'publicUrl' | 'mail'>,
): MailMessage => {
  const pages = { publicUrl, links };
  const content =
    mail.kind === 'secret'
      ? SECRET_TEMPLATES[mail.template]({ secret: mail.secret, ...pages })
      : NOTICE_TEMPLATES[mail.template]({ data: mail.data, ...pages });
  return { to: mail.to, ...layOut(content, publicUrl) };
};
