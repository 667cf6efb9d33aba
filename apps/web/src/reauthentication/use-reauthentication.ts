import { AuthApiError } from '@latchkey/client';
import { use } from 'react';
import { ReauthenticationContext } from './reauthentication-context.ts';

/**
 * For acts that the service allows only to somebody who has said their password a moment ago: where it refuses, asks
 * for the password and does the act once more. Forms of the contract and dialogs that confirm do it by themselves.
 * @example
 * const whenProved = useReauthentication();
 * await whenProved(() => changeEmail.mutateAsync(input));
 */
export const useReauthentication = () => {
  const prove = use(ReauthenticationContext);
  return async <Result>(act: () => Promise<Result>): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AuthApiError) || error.code !== 'REAUTH_REQUIRED') throw error;
      await prove(error);
      return act();
    }
  };
};
