import { defineModule } from '../../kernel/module.ts';
import type { AccountService } from '../accounts/account.service.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import { AdminRoster } from './admin-roster.ts';
import { adminSessionProcedures } from './admin-session.procedures.ts';
import { AdminSessionService } from './admin-session.service.ts';
import { adminUserProcedures } from './admin-user.procedures.ts';
import { AdminUserService } from './admin-user.service.ts';
import { BanService } from './ban.service.ts';
import { DemoUsers } from './demo-users.ts';
import { UserAdministrationService } from './user-administration.service.ts';

interface AdminNeeds {
  sessions: SessionService;
  accounts: AccountService;
  verifications: VerificationService;
  mail: { notices: SecurityNotices };
}

/** Accounts and their sessions, for administrators. */
export const adminModule = defineModule({
  name: 'admin',
  run: (kernel, { sessions, accounts, verifications, mail: { notices } }: AdminNeeds) => {
    const users = new AdminUserService(kernel, sessions);
    const roster = new AdminRoster(kernel, accounts);
    const administration = new UserAdministrationService(kernel, {
      accounts,
      roster,
      sessions,
      verifications,
      notices,
    });
    return {
      users,
      roster,
      demoUsers: new DemoUsers(kernel),
      procedures: {
        admin: {
          users: adminUserProcedures({ users, administration, bans: new BanService(sessions, roster) }),
          sessions: adminSessionProcedures(new AdminSessionService(kernel, sessions, roster)),
        },
      },
    };
  },
});
