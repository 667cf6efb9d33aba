import { defineModule } from '../../kernel/module.ts';
import { CreateUsers } from './migrations/20261120090000-create-users.ts';
import { AddSessionEpochToUsers } from './migrations/20261120100000-add-session-epoch.ts';
import { AddBansAndDeletion } from './migrations/20261121110000-add-bans-and-deletion.ts';
import { IndexUserSearch } from './migrations/20261121110100-index-user-search.ts';
import { UserEntity } from './user.entity.ts';
import { userProcedures } from './user.procedures.ts';
import { UserService } from './user.service.ts';

/** Accounts and their profiles. */
export const usersModule = defineModule({
  name: 'users',
  entities: [UserEntity],
  migrations: [
    { name: '20261120090000-create-users', class: CreateUsers },
    { name: '20261120100000-add-session-epoch', class: AddSessionEpochToUsers },
    { name: '20261121110000-add-bans-and-deletion', class: AddBansAndDeletion },
    { name: '20261121110100-index-user-search', class: IndexUserSearch },
  ],
  run: (kernel) => ({ procedures: { users: userProcedures(new UserService(kernel)) } }),
});
