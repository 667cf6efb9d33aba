import { defineModule } from '../../kernel/module.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { adminProcedures } from './admin.procedures.ts';
import { AdminSessionService } from './admin-session.service.ts';
import { AdminUserService } from './admin-user.service.ts';

/** Accounts and their sessions, for administrators. */
export const adminModule = defineModule({
  name: 'admin',
  run: (kernel, { sessions }: { sessions: SessionService }) => {
    const users = new AdminUserService(kernel, sessions);
    return { users, procedures: { admin: adminProcedures(users, new AdminSessionService(kernel, sessions)) } };
  },
});
