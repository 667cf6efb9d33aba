import type { Identity } from '@latchkey/contract';
import { use } from 'react';
import { IdentityContext } from './identity-context.ts';

/** Who is logged in, for what is rendered inside `RequireSession`. */
export const useIdentity = (): Identity => {
  const identity = use(IdentityContext);
  if (identity === null) throw new Error('Rendered outside RequireSession.');
  return identity;
};
