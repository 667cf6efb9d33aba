import type { User } from '@latchkey/contract';

/** The first letter of a name, or of the address when there is none; whole, even outside the basic plane. */
export const initialOf = ({ name, email }: Pick<User, 'name' | 'email'>): string =>
  [...(name ?? email)][0]?.toUpperCase() ?? '?';
