import { defineModule } from '../../kernel/module.ts';
import type { AccountService } from '../accounts/account.service.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { adminSessionProcedures } from './admin-session.procedures.ts';
import { AdminSessionService } from './admin-session.service.ts';
import { adminUserProcedures } from './admin-user.procedures.ts';
import { AdminUserService } from './admin-user.service.ts';
import { UserAdministrationService } from './user-administration.service.ts';

interface AdminNeeds {
  sessions: SessionService;
  accounts: AccountService;
}

/** Accounts and their sessions, for administrators. */
export const adminModule = defineModule({
  name: 'admin',
  run: (kernel, { sessions, accounts }: AdminNeeds) => {
    const users = new AdminUserService(kernel, sessions);
    const administration = new UserAdministrationService(kernel, sessions, accounts);
    return {
      users,
      procedures: {
        admin: {
          users: adminUserProcedures(users, administration),
          sessions: adminSessionProcedures(new AdminSessionService(kernel, sessions)),
        },
      },
    };
  },
});
