import { z } from 'zod';
import { singleLine } from './text.ts';
import { Email, NewPassword, Password } from './user.ts';

export const ChangePasswordInput = z.strictObject({ currentPassword: Password, newPassword: NewPassword });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

export const ReauthenticateInput = z.strictObject({ password: Password });
export const ForgotPasswordInput = z.strictObject({ email: Email });
export const ChangeEmailInput = z.strictObject({ newEmail: Email });

/** The address that an account is to have once it has consented. */
export const PendingEmail = z.object({ pendingEmail: z.string().nullable() }).meta({ id: 'PendingEmail' });
export type PendingEmail = z.infer<typeof PendingEmail>;

/** What stands behind `#token=` in the link of a mail. */
export const MailToken = singleLine()
  .min(1, 'This field is required.')
  .max(128, 'This is too long for a token.')
  .meta({ examples: ['kX2m9Qw0b7sV4tLzN8cR1yHfJ5uAeDgPiO3xTqSWvMo'] });

/** The code of a mail, in whatever case, with or without its dash. */
export const MailCode = singleLine()
  .min(1, 'This field is required.')
  .max(32, 'This is too long for a code.')
  .meta({ examples: ['7K3M-X9QD'] });

const isEither = ({ token, code }: { token?: string | undefined; code?: string | undefined }): boolean =>
  (token === undefined) !== (code === undefined);

const belongToCode = ({ code, email }: { code?: string | undefined; email?: string | undefined }): boolean =>
  email === undefined || code !== undefined;

const EITHER = { path: ['token'], error: 'Send either the token or the code.' };
const WITH_CODE = { path: ['code'], error: 'Send the code that was mailed to this address.' };

export const ResetPasswordInput = z
  .strictObject({
    token: MailToken.optional(),
    email: Email.optional(),
    code: MailCode.optional(),
    newPassword: NewPassword,
  })
  .refine(isEither, EITHER)
  .refine(belongToCode, WITH_CODE)
  .refine(({ code, email }) => code === undefined || email !== undefined, {
    path: ['email'],
    error: 'Say whose code this is.',
  });
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>;

export const VerifyEmailInput = z
  .strictObject({ token: MailToken.optional(), email: Email.optional(), code: MailCode.optional() })
  .refine(isEither, EITHER)
  .refine(belongToCode, WITH_CODE);
export type VerifyEmailInput = z.infer<typeof VerifyEmailInput>;

export const ResendVerificationInput = z.strictObject({
  email: Email.optional().meta({ description: 'Without a session: which address.' }),
});

/** The same whether there was anything to send or not. */
export const VerificationSent = z.object({ verification: z.literal('sent') }).meta({ id: 'VerificationSent' });
export type VerificationSent = z.infer<typeof VerificationSent>;
