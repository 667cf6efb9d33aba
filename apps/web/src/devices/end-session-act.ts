import { AuthApiError } from '@latchkey/client';
import type { Session } from '@latchkey/contract';
import type { Act } from '../confirmation/act.ts';

interface EndSessionOptions {
  session: Session;
  consequence: string;
  revoke: (input: { id: string }) => Promise<unknown>;
}

/** Ending one session, wherever its owner may be. */
export const endSessionAct = ({ session: { id, device }, consequence, revoke }: EndSessionOptions): Act => ({
  title: `Sign out ${device.label}?`,
  consequence,
  label: 'Sign out',
  perform: async () => {
    try {
      await revoke({ id });
      return `${device.label} is signed out.`;
    } catch (error) {
      // What was wanted is so already, for example because it was done in another tab.
      if (error instanceof AuthApiError && error.code === 'SESSION_NOT_FOUND')
        return `${device.label} was signed out already.`;
      throw error;
    }
  },
});
