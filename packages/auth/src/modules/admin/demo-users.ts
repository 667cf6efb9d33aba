import type { Role } from '@latchkey/contract';
import type { Kernel } from '../../kernel/module.ts';
import { nobody } from '../../kernel/principal.ts';
import { isUniqueViolation } from '../../kernel/unique-violation.ts';
import { PasswordEntity } from '../authentication/password.entity.ts';
import { UserEntity } from '../users/user.entity.ts';

/** An account for demonstrations, whose address counts as verified. */
export interface DemoUser {
  email: string;
  name: string;
  role: Role;
  password: string;
}

/** Accounts to try things out with, for whoever runs the service. */
export class DemoUsers {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** False when the address has an account, which stays as it is. */
  async create({ email, name, role, password }: DemoUser): Promise<boolean> {
    const { clock, database, hasher, secrets } = this.#kernel;
    const hash = await hasher.hash(password);
    const now = clock.now();
    const user = { id: secrets.createId(), email, name, role, emailVerifiedAt: now, createdAt: now, updatedAt: now };
    const caller = nobody(secrets.createTraceId());
    const creating = database.write(async ({ em, record }) => {
      em.create(UserEntity, user);
      await em.flush();
      em.create(PasswordEntity, { userId: user.id, hash, changedAt: now });
      record({ type: 'user.created', caller, userId: user.id, actorId: null, data: { role } });
      return true;
    });
    return creating.catch((error: unknown) => {
      if (isUniqueViolation(error)) return false;
      throw error;
    });
  }
}
