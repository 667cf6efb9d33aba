import { AuthError } from '../../kernel/auth-error.ts';
import type { Kernel } from '../../kernel/module.ts';
import type { Principal, PrincipalUser } from '../../kernel/principal.ts';
import { UserEntity } from './user.entity.ts';
import { toPrincipalUser } from './user-view.ts';

/** Profiles. */
export class UserService {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Changes what a user may change about themselves; what is absent stays as it is. */
  updateMe({ user, caller }: Principal, changes: { name?: string | null | undefined }): Promise<PrincipalUser> {
    const { clock, database } = this.#kernel;
    return database.write(async ({ em, record }) => {
      const stored = await em.getRepository(UserEntity).findById(user.id);
      if (stored === null) throw new AuthError('USER_NOT_FOUND');
      if (changes.name !== undefined && changes.name !== stored.name) {
        stored.name = changes.name;
        stored.updatedAt = clock.now();
        record({ type: 'user.updated', caller, userId: user.id, data: { changed: ['name'] } });
      }
      return toPrincipalUser(stored);
    });
  }
}
