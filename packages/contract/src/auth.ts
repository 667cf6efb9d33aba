import { z } from 'zod';
import { VerificationSent } from './credentials.ts';
import { Identity } from './session.ts';
import { Email, NewPassword, Password, PersonName } from './user.ts';

export const RegisterInput = z.strictObject({
  email: Email,
  password: NewPassword,
  name: PersonName.optional(),
});
export type RegisterInput = z.infer<typeof RegisterInput>;

/** Logged in at once, or asked to read the mail first. */
export const RegisterResult = z.union([Identity, VerificationSent]);
export type RegisterResult = z.infer<typeof RegisterResult>;

export const LoginInput = z.strictObject({ email: Email, password: Password });
export type LoginInput = z.infer<typeof LoginInput>;

/** What a client may know before anybody has logged in. */
export const AuthConfig = z
  .object({
    session: z.object({
      idleTimeoutMinutes: z.number().int(),
      lifetimeHours: z.number().int(),
      maxPerUser: z.number().int().meta({ description: '0: no limit' }),
      reauthWindowMinutes: z.number().int(),
    }),
    password: z.object({ minLength: z.number().int(), maxLength: z.number().int() }),
    account: z.object({
      purgeDeletedAfterDays: z.number().int().meta({ description: 'How long a deleted account can be restored.' }),
    }),
    sessionCookies: z.boolean().meta({
      description: 'Whether logging in gives a cookie; false: there are tokens only, and no pages to log in on.',
    }),
    requireEmailVerification: z.boolean().meta({ description: 'Whether registering ends with a mail.' }),
    modules: z.array(z.string()).meta({ description: 'The modules that are switched on.' }),
  })
  .meta({ id: 'AuthConfig' });
export type AuthConfig = z.infer<typeof AuthConfig>;
