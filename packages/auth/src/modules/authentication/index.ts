import { defineModule } from '../../kernel/module.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { authenticationProcedures } from './authentication.procedures.ts';
import { AuthenticationService } from './authentication.service.ts';
import { CreatePasswords } from './migrations/20261120090100-create-passwords.ts';
import { PasswordEntity } from './password.entity.ts';
import { PasswordPolicy } from './password-policy.ts';

/** Registration, login and logout with e-mail and password. */
export const authenticationModule = defineModule({
  name: 'authentication',
  entities: [PasswordEntity],
  migrations: [{ name: '20261120090100-create-passwords', class: CreatePasswords }],
  run: (kernel, { sessions }: { sessions: SessionService }) => {
    const policy = new PasswordPolicy(kernel);
    return {
      procedures: { auth: authenticationProcedures(new AuthenticationService(kernel, sessions), sessions) },
      rules: { password: (facts) => policy.check(facts) },
    };
  },
});
