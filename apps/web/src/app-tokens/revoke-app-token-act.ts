import { AuthApiError } from '@latchkey/client';
import type { AppToken } from '@latchkey/contract';
import type { Act } from '../confirmation/act.ts';

/** The end of an app token. */
export const revokeAppTokenAct = (
  { id, name, prefix }: AppToken,
  revoke: (input: { id: string }) => Promise<unknown>,
): Act => ({
  title: `Revoke “${name}”?`,
  consequence: `Every program that uses the token ${prefix}… is refused at once. This cannot be taken back; you can create another token.`,
  label: 'Revoke token',
  perform: async () => {
    try {
      await revoke({ id });
      return `“${name}” is revoked.`;
    } catch (error) {
      // What was wanted is so already, for example because it was done in another tab.
      if (error instanceof AuthApiError && error.code === 'NOT_FOUND') return `“${name}” was revoked already.`;
      throw error;
    }
  },
});
