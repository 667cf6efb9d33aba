import { useResetPassword } from '@latchkey/client/react';
import { ResetPasswordInput } from '@latchkey/contract';
import { Button, Stack } from '@mantine/core';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { toApiError } from '../errors/to-api-error.ts';
import { explainWeakPassword } from '../forms/explain-weak-password.ts';
import { NewPasswordField } from '../forms/new-password-field.tsx';
import { useContractForm } from '../forms/use-contract-form.ts';

interface ResetByLinkFormProps {
  token: string;
  onDone: () => void;
  onRefused: () => void;
}

/** A password for whoever followed the link of a mail. */
export const ResetByLinkForm = ({ token, onDone, onRefused }: ResetByLinkFormProps) => {
  const reset = useResetPassword();
  const { form, failure, onSubmit, isSending } = useContractForm({
    schema: ResetPasswordInput,
    initialValues: { newPassword: '' },
    toInput: (values) => ({ token, ...values }),
    send: async (input) => {
      try {
        await reset.mutateAsync(input);
        onDone();
      } catch (error) {
        if (toApiError(error).code !== 'TOKEN_INVALID') throw error;
        onRefused();
      }
    },
    explain: explainWeakPassword,
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <NewPasswordField
          key={form.key('newPassword')}
          {...form.getInputProps('newPassword')}
          label="New password"
          size="md"
          autoFocus
        />
        <Button type="submit" size="md" loading={isSending}>
          Set password
        </Button>
      </Stack>
    </form>
  );
};
