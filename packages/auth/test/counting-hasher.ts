import type { PasswordHasher } from '../src/kernel/ports.ts';
import { fakeHasher } from './fake-hasher.ts';

/** Tells how many passwords were compared. */
export const createCountingHasher = (): PasswordHasher & { checks: number } => {
  const hasher = {
    ...fakeHasher,
    checks: 0,
    verify: (password: string, storedHash: string | null) => {
      hasher.checks += 1;
      return fakeHasher.verify(password, storedHash);
    },
  };
  return hasher;
};
