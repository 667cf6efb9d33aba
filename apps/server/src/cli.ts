import { Command } from 'commander';
import { auditVerify } from './cli/audit-verify.ts';
import { createAdmin } from './cli/create-admin.ts';
import { doctor } from './cli/doctor.ts';
import { keys } from './cli/keys.ts';
import { migrate } from './cli/migrate.ts';
import { seed } from './cli/seed.ts';

const program = new Command('latchkey')
  .description('Looks after a Latchkey service. Reads the same settings as the server, which may run at the same time.')
  .showHelpAfterError()
  .addHelpText('after', '\nExit codes: 0 done and all is well, 1 it failed or found something wrong.');

program.addCommand(migrate);
program.addCommand(createAdmin);
program.addCommand(seed);
program.addCommand(doctor);
program.addCommand(keys);
program.addCommand(
  new Command('audit').description('look after the audit log').showHelpAfterError().addCommand(auditVerify),
);

await program.parseAsync();
