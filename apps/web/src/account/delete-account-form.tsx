import { useDeleteAccount } from '@latchkey/client/react';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useSingleRun } from '../forms/use-single-run.ts';
import { useReauthentication } from '../reauthentication/use-reauthentication.ts';

interface DeleteAccountFormProps {
  email: string;
  onBusy: (isBusy: boolean) => void;
  onCancel: () => void;
}

/** The address has to be typed: a click too many deletes nothing. */
export const DeleteAccountForm = ({ email, onBusy, onCancel }: DeleteAccountFormProps) => {
  const navigate = useNavigate();
  const whenProved = useReauthentication();
  const deletion = useDeleteAccount({
    onDeleted: () => navigate('/goodbye', { replace: true, state: { isDeleted: true } }),
  });
  const deleting = useMutation({
    mutationFn: () => whenProved(() => deletion.mutateAsync()),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
  });
  const deleteOnce = useSingleRun(deleting.mutateAsync);
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isRight = typed.trim().toLowerCase() === email;
    setIsWrong(!isRight);
    if (!isRight) field.current?.focus();
    else deleteOnce();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {deleting.error !== null && <ErrorNotice error={deleting.error} />}
        <TextInput
          ref={field}
          label="Type your e-mail address to confirm"
          type="email"
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={isWrong && 'This is not the address of your account.'}
          data-autofocus
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} disabled={deleting.isPending}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" loading={deleting.isPending}>
            Delete my account
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
