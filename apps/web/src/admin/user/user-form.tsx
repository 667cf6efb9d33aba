import type { AdminUser } from '@latchkey/contract';
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { RefObject } from 'react';
import { ConfirmDialog } from '../../confirmation/confirm-dialog.tsx';
import { useConfirmation } from '../../confirmation/use-confirmation.ts';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import { ROLE_CHOICES } from '../role-choices.ts';
import { isGrave, updateAct } from './update-act.ts';
import { useUserActs } from './use-user-acts.ts';
import { useUserForm } from './use-user-form.ts';
import classes from './user-form.module.css';

interface UserFormProps {
  user: AdminUser;
  isMe: boolean;
  /** Gets the focus when the form begins anew. */
  focusAfter: RefObject<HTMLElement | null>;
}

/** What an administrator may change about an account. What has consequences is asked for once more. */
export const UserForm = ({ user, isMe, focusAfter }: UserFormProps) => {
  const { update } = useUserActs();
  const { ask, dialog } = useConfirmation();
  const { form, failure, onSubmit, isSending } = useUserForm(user, async (input) => {
    if (isGrave(input)) return ask(updateAct({ user, input, update: update.mutateAsync }));
    if (input.name === undefined) return;
    await update.mutateAsync(input);
    notifications.show({ message: 'The name is saved.' });
    focusAfter.current?.focus({ preventScroll: true });
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {failure !== null && <ErrorNotice error={failure} />}
        <TextInput key={form.key('name')} {...form.getInputProps('name')} label="Name" autoComplete="off" />
        <TextInput
          key={form.key('email')}
          {...form.getInputProps('email')}
          label="E-mail address"
          type="email"
          autoComplete="off"
          disabled={isMe}
          classNames={{ input: classes.field }}
          description={
            isMe
              ? 'Your own address is changed on your account page, with your password.'
              : 'A new address is not verified until its owner does it. Both addresses get a mail; no session ends.'
          }
        />
        <NativeSelect
          key={form.key('role')}
          {...form.getInputProps('role')}
          label="Role"
          data={ROLE_CHOICES}
          disabled={isMe}
          classNames={{ input: classes.field }}
          description={
            isMe
              ? 'Your own role is for another administrator to change.'
              : 'With a new role all their sessions end, and they have to log in again.'
          }
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isSending}>
            Save
          </Button>
        </Group>
      </Stack>
      <ConfirmDialog {...dialog} focusAfter={focusAfter} />
    </form>
  );
};
