import { useMutation } from '@tanstack/react-query';
import { AuthApiError } from '../auth-api-error.ts';

interface AuthMutation<Data, Input> {
  mutationFn(input: Input): Promise<Data>;
  onSuccess?(data: Data): unknown;
  onError?(error: AuthApiError): unknown;
  onSettled?(): unknown;
}

/** A mutation that fails with an `AuthApiError`, for its types as well; those of tRPC's own hooks do not know it. */
export const useAuthMutation = <Data, Input = void>({ mutationFn, ...reactions }: AuthMutation<Data, Input>) =>
  useMutation<Data, AuthApiError, Input>({
    ...reactions,
    mutationFn: async (input) => {
      try {
        return await mutationFn(input);
      } catch (error) {
        throw AuthApiError.from(error);
      }
    },
  });
