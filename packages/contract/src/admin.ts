import { z } from 'zod';
import { pageInput, pageOf } from './page.ts';
import { Session } from './session.ts';
import { Instant, singleLine } from './text.ts';
import { Email, PersonName, Role, User } from './user.ts';

/** An account, as an administrator sees it. */
export const AdminUser = User.extend({
  hasPassword: z.boolean().meta({ description: 'False: invited, and has not chosen a password yet.' }),
  activeSessions: z.number().int(),
  lastActiveAt: z.iso.datetime().nullable().meta({ description: 'Null: never logged in, or long ago.' }),
  banned: z
    .object({
      at: z.iso.datetime(),
      until: z.iso.datetime().nullable().meta({ description: 'Null: for good.' }),
      reason: z.string(),
    })
    .nullable()
    .meta({ description: 'Null: not banned, or not any more.' }),
  deletedAt: z.iso.datetime().nullable().meta({ description: 'Until it is purged it can be restored.' }),
}).meta({ id: 'AdminUser' });
export type AdminUser = z.infer<typeof AdminUser>;

export const AdminUserListInput = z.strictObject({
  ...pageInput,
  search: singleLine()
    .trim()
    .max(200)
    .optional()
    .meta({ description: 'A part of the e-mail address or of the name; of one or two letters, the beginning.' }),
  role: Role.optional(),
  banned: z.boolean().optional().meta({ description: 'Only those who are banned now, or only those who are not.' }),
  deleted: z.boolean().default(false).meta({ description: 'Deleted accounts instead of the others.' }),
});
export type AdminUserListInput = z.infer<typeof AdminUserListInput>;
export const AdminUserPage = pageOf(AdminUser);
export type AdminUserPage = z.infer<typeof AdminUserPage>;

const userId = z.uuid('This is not a user id.').toLowerCase();

export const UserIdInput = z.strictObject({ id: userId });

export const AdminUserCreateInput = z.strictObject({
  email: Email,
  name: PersonName.optional(),
  role: Role.default('user'),
});
export type AdminUserCreateInput = z.infer<typeof AdminUserCreateInput>;

/** What an administrator may change about an account; what is absent stays as it is. */
export const AdminUserUpdateInput = z.strictObject({
  id: userId,
  name: PersonName.nullable().optional(),
  role: Role.optional(),
  email: Email.optional(),
});
export type AdminUserUpdateInput = z.infer<typeof AdminUserUpdateInput>;

export const BanInput = z.strictObject({
  id: userId,
  reason: singleLine()
    .trim()
    .min(1, 'Say why.')
    .max(500, 'Use at most 500 characters.')
    .meta({ description: 'For the audit log; the user finds it in an export only.' }),
  until: Instant.optional().meta({ description: 'When it ends by itself. Absent: for good.' }),
});
export type BanInput = z.infer<typeof BanInput>;

export const AdminSessionListInput = z.strictObject({
  id: userId,
  ...pageInput,
});
export const AdminSessionPage = pageOf(Session);
