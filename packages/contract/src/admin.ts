import { z } from 'zod';
import { pageInput, pageOf } from './page.ts';
import { Session } from './session.ts';
import { singleLine } from './text.ts';
import { Role, User } from './user.ts';

/** An account, as an administrator sees it. */
export const AdminUser = User.extend({
  activeSessions: z.number().int(),
  lastActiveAt: z.iso.datetime().nullable().meta({ description: 'Null: never logged in, or long ago.' }),
}).meta({ id: 'AdminUser' });
export type AdminUser = z.infer<typeof AdminUser>;

export const AdminUserListInput = z.strictObject({
  ...pageInput,
  search: singleLine().trim().max(200).optional().meta({ description: 'A part of the e-mail address or of the name.' }),
  role: Role.optional(),
});
export type AdminUserListInput = z.infer<typeof AdminUserListInput>;
export const AdminUserPage = pageOf(AdminUser);
export type AdminUserPage = z.infer<typeof AdminUserPage>;

export const UserIdInput = z.strictObject({ id: z.uuid('This is not a user id.').toLowerCase() });
export const AdminSessionListInput = z.strictObject({
  id: z.uuid('This is not a user id.').toLowerCase(),
  ...pageInput,
});
export const AdminSessionPage = pageOf(Session);
