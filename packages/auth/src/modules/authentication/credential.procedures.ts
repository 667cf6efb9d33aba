import {
  ChangeEmailInput,
  ChangePasswordInput,
  ForgotPasswordInput,
  ReauthenticateInput,
  ResendVerificationInput,
  ResetPasswordInput,
  VerificationSent,
  VerifyEmailInput,
} from '@latchkey/contract';
import { z } from 'zod';
import { type Authentication, type Principal, requireLogin } from '../../kernel/principal.ts';
import type { Context } from '../../trpc/context.ts';
import { limited } from '../../trpc/limited.ts';
import { protectedProcedure, publicProcedure, recentProcedure } from '../../trpc/procedures.ts';
import type { Credential } from '../verifications/verification.service.ts';
import type { EmailService } from './email.service.ts';
import type { PasswordService, RenewedSession, RenewingCall } from './password.service.ts';
import type { PasswordResetService } from './password-reset.service.ts';

interface CredentialServices {
  passwords: PasswordService;
  resets: PasswordResetService;
  emails: EmailService;
}

const tags = ['Account'];
const SENT: VerificationSent = { verification: 'sent' };

/** What somebody does about the password and the address of their account. */
export const credentialProcedures = ({ passwords, resets, emails }: CredentialServices) => ({
  changePassword: protectedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/change-password',
        tags,
        summary: 'Change my password',
        description: 'All other sessions end; this one gets a new cookie.',
      },
      successStatus: 204,
      errors: ['AUTH_INVALID', 'PASSWORD_TOO_WEAK'],
    })
    .input(ChangePasswordInput)
    .use(limited('provePassword', ({ ctx }) => ({ user: ctx.principal.user.id })))
    .output(z.void())
    .mutation(async ({ ctx, input }) => renew(ctx, await passwords.change(renewing(ctx), input))),

  reauthenticate: protectedProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/reauthenticate',
        tags,
        summary: 'Confirm my password',
        description: 'The session is recent again and gets a new cookie. Sensitive operations ask for it.',
      },
      successStatus: 204,
      errors: ['AUTH_INVALID', 'CONFLICT'],
    })
    .input(ReauthenticateInput)
    .use(limited('provePassword', ({ ctx }) => ({ user: ctx.principal.user.id })))
    .output(z.void())
    .mutation(async ({ ctx, input }) => renew(ctx, await passwords.reauthenticate(renewing(ctx), input.password))),

  forgotPassword: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/forgot-password',
        tags,
        protect: false,
        summary: 'Ask for a new password',
        description: 'Mails a link and a code, if the address has an account. The answer does not tell.',
      },
      successStatus: 202,
    })
    .input(ForgotPasswordInput)
    .use(limited('forgotPassword', ({ input, address }) => ({ address, account: input.email })))
    .output(VerificationSent)
    .mutation(async ({ ctx: { caller }, input }) => {
      await resets.forgot(input.email, caller);
      return SENT;
    }),

  resetPassword: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/reset-password',
        tags,
        protect: false,
        summary: 'Choose a new password',
        description:
          'With the token or the code of the mail, an invitation included. All sessions end, and nobody is logged in.',
      },
      successStatus: 204,
      errors: ['TOKEN_INVALID', 'PASSWORD_TOO_WEAK'],
    })
    .input(ResetPasswordInput)
    .use(limited('redeem', ({ input, address }) => ({ address, account: input.email ?? null })))
    .output(z.void())
    .mutation(({ ctx: { caller }, input }) => resets.reset(input, caller)),

  verifyEmail: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/verify-email',
        tags,
        protect: false,
        summary: 'Verify an e-mail address',
        description:
          'With the token of the mail; with its code and a session; or with its code and the address. A new address becomes the one of the account.',
      },
      successStatus: 204,
      errors: ['TOKEN_INVALID', 'EMAIL_TAKEN', 'UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN'],
    })
    .input(VerifyEmailInput)
    .use(
      limited('redeem', async ({ ctx, input, address }) => ({
        address,
        account: input.token === undefined ? (input.email ?? (await whoCalls(ctx)).user.email) : null,
      })),
    )
    .output(z.void())
    .mutation(async ({ ctx, input }) => {
      const outcome = await ctx.authenticate({ countsAsActivity: true });
      const isLoggedIn = outcome.kind === 'active' && outcome.principal.scopes === null;
      const callingUserId = isLoggedIn ? outcome.principal.user.id : null;
      await emails.verify(toCredential(input, outcome), { caller: ctx.caller, callingUserId });
    }),

  resendVerification: publicProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/verify-email/resend',
        tags,
        protect: false,
        summary: 'Mail the verification once more',
        description: 'To the address of the session, or to the one that is given. The answer is always the same.',
      },
      successStatus: 202,
      errors: ['UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN'],
    })
    .input(ResendVerificationInput)
    .use(
      limited('resendVerification', async ({ ctx, input, address }) => ({
        address,
        account: input.email ?? (await whoCalls(ctx)).user.email,
      })),
    )
    .output(VerificationSent)
    .mutation(async ({ ctx, input }) => {
      await emails.resend(input.email ?? (await whoCalls(ctx)).user.email, ctx.caller);
      return SENT;
    }),

  changeEmail: recentProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/change-email',
        tags,
        summary: 'Ask for another e-mail address',
        description: 'Mails a link and a code to the new address; it counts once that is confirmed.',
      },
      successStatus: 202,
      errors: ['REAUTH_REQUIRED'],
    })
    .input(ChangeEmailInput)
    .use(
      limited('changeEmail', ({ ctx, input, address }) => ({
        user: ctx.principal.user.id,
        address,
        account: input.newEmail,
      })),
    )
    .output(VerificationSent)
    .mutation(async ({ ctx, input }) => {
      await emails.requestChange(ctx.principal, input.newEmail);
      return SENT;
    }),
});

const renewing = ({ principal, sessionToken, deviceToken }: Context & { principal: Principal }): RenewingCall => ({
  principal,
  sessionToken,
  deviceToken,
});

/** The old token of a cookie is dead already. */
const renew = ({ cookie }: Context, { token, session }: RenewedSession): void => {
  if (token !== null) cookie.set(token, session.expiresAt);
};

/** For operations that anyone may call, and which need a session only where nothing else says who calls. */
const whoCalls = async (ctx: Context) => requireLogin(await ctx.authenticate({ countsAsActivity: true }));

const toCredential = ({ token, code = '', email }: VerifyEmailInput, outcome: Authentication): Credential => {
  if (token !== undefined) return { token };
  if (email !== undefined) return { code, owner: { email } };
  return { code, owner: { userId: requireLogin(outcome).user.id } };
};
