import { AuthError } from '../../kernel/auth-error.ts';
import { defineModule } from '../../kernel/module.ts';
import { PurgeJob } from '../../kernel/purge-job.ts';
import type { MailOutbox } from '../mail/mail-outbox.ts';
import type { SecurityNotices } from '../mail/security-notices.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { VerificationService } from '../verifications/verification.service.ts';
import { authenticationProcedures } from './authentication.procedures.ts';
import { AuthenticationService } from './authentication.service.ts';
import { credentialProcedures } from './credential.procedures.ts';
import { EmailService } from './email.service.ts';
import { EmailOwnership } from './email-ownership.ts';
import { KnownDeviceEntity } from './known-device.entity.ts';
import { KnownDevices } from './known-devices.ts';
import { LoginGuard } from './login-guard.ts';
import { CreatePasswords } from './migrations/20261120090100-create-passwords.ts';
import { CreateKnownDevices } from './migrations/20261121100100-create-known-devices.ts';
import { IndexUnusedDevices } from './migrations/20261122300200-index-unused-devices.ts';
import { PasswordEntity } from './password.entity.ts';
import { PasswordService } from './password.service.ts';
import { PasswordPolicy } from './password-policy.ts';
import { PasswordResetService } from './password-reset.service.ts';
import { pendingEmailProcedures } from './pending-email.procedures.ts';
import { RegistrationService } from './registration.service.ts';

interface Needs {
  sessions: SessionService;
  verifications: VerificationService;
  mail: { outbox: MailOutbox; notices: SecurityNotices };
}

/** As long as a browser keeps the cookie of a device, which each login renews (RFC 6265bis §5.5). */
const KEEP_UNUSED_DEVICES_DAYS = 400;

/** Registration, login and logout with e-mail and password, and the life of both. */
export const authenticationModule = defineModule({
  name: 'authentication',
  entities: [PasswordEntity, KnownDeviceEntity],
  migrations: [
    { name: '20261120090100-create-passwords', class: CreatePasswords },
    { name: '20261121100100-create-known-devices', class: CreateKnownDevices },
    { name: '20261122300200-index-unused-devices', class: IndexUnusedDevices },
  ],
  run: (kernel, { sessions, verifications, mail: { outbox, notices } }: Needs) => {
    const policy = new PasswordPolicy(kernel);
    const ownership = new EmailOwnership(kernel, sessions);
    const devices = new KnownDevices(kernel);
    const guard = new LoginGuard(kernel, { devices, notices });
    const authentication = new AuthenticationService(kernel, { sessions, devices, notices });
    const registration = new RegistrationService(kernel, { sessions, verifications, outbox, devices });
    const purge = new PurgeJob(kernel, {
      name: 'known devices',
      removeBatch: (em, limit) => em.getRepository(KnownDeviceEntity).removeUnused(KEEP_UNUSED_DEVICES_DAYS, limit),
    });
    const emails = new EmailService(kernel, { verifications, notices, ownership });
    return {
      authentication,
      guard,
      maintain: () => purge.purge(),
      start: () => purge.start(),
      close: () => purge.close(),
      procedures: {
        auth: {
          ...authenticationProcedures({ authentication, registration, sessions, guard }),
          ...credentialProcedures({
            passwords: new PasswordService(kernel, { sessions, verifications, notices, devices }),
            resets: new PasswordResetService(kernel, { sessions, verifications, notices, ownership, devices }),
            emails,
          }),
          ...pendingEmailProcedures(emails),
        },
      },
      rules: {
        password: (facts) => policy.check(facts),
        // After the password was proved: nobody else learns that there is such an account.
        login: ({ user }) => {
          if (kernel.config.requireEmailVerification && !user.emailVerified) throw new AuthError('EMAIL_NOT_VERIFIED');
        },
      },
    };
  },
});
