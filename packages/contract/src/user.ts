import { z } from 'zod';
import { singleLine, textOfLength } from './text.ts';

/** An e-mail address, trimmed and in lower case (RFC 5321 §4.5.3.1.3: 254 characters at most). */
export const Email = singleLine()
  .trim()
  .toLowerCase()
  .max(254, 'Use at most 254 characters.')
  .regex(z.regexes.email, 'Enter a valid e-mail address.')
  .meta({ format: 'email', examples: ['ada@example.com'] });

/** How a person wants to be called; any script, one line. */
export const PersonName = singleLine()
  .trim()
  .min(1, 'Enter a name.')
  .max(100, 'Use at most 100 characters.')
  .meta({ examples: ['Ada Lovelace'] });

/** A password as somebody types it to prove who they are. */
export const Password = textOfLength(1, 256).meta({ format: 'password', examples: ['tidal-copper-lantern'] });

/** A password that somebody chooses: 8 to 256 characters of any Unicode, no composition rules (NIST SP 800-63B §3.1.1). */
export const NewPassword = textOfLength(8, 256).meta({
  format: 'password',
  examples: ['tidal-copper-lantern'],
});

export const Role = z.enum(['user', 'admin']);
export type Role = z.infer<typeof Role>;

/** An account, as its owner sees it. */
export const User = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    role: Role,
    emailVerified: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({
    id: 'User',
    examples: [
      {
        id: '019a9f3e-5c1b-7a30-9f0e-6d1c2b3a4f50',
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        role: 'user',
        emailVerified: false,
        createdAt: '2026-11-20T09:30:00.000Z',
      },
    ],
  });
export type User = z.infer<typeof User>;

export const UpdateMeInput = z.strictObject({
  name: PersonName.nullable().optional(),
});
