import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { useSingleRun } from '../forms/use-single-run.ts';
import { useReauthentication } from '../reauthentication/use-reauthentication.ts';
import type { Act } from './act.ts';

interface ConfirmDialogProps {
  act: Act | null;
  isOpen: boolean;
  close: () => void;
  /** Gets the focus when the button that opened the dialog is gone with what was ended. */
  focusAfter: RefObject<HTMLElement | null>;
}

/** Asks before something ends, shows progress and failure, and tells when it is done. */
export const ConfirmDialog = ({ act, isOpen, close, focusAfter }: ConfirmDialogProps) => {
  const whenProved = useReauthentication();
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (confirmed: Act) => whenProved(() => confirmed.perform()),
    onSuccess: (message) => {
      notifications.show({ message });
      close();
    },
  });
  const keepFocus = () => {
    reset();
    if (document.activeElement === document.body) focusAfter.current?.focus();
  };
  const confirm = useSingleRun(async () => {
    if (act !== null) await mutateAsync(act);
  });
  return (
    <Modal
      opened={isOpen}
      onClose={isPending ? () => undefined : close}
      onExitTransitionEnd={keepFocus}
      title={
        <Text span fw={650} size="lg">
          {act?.title}
        </Text>
      }
      withCloseButton={false}
      centered
    >
      <Stack gap="lg">
        <Text component="div">{act?.consequence}</Text>
        {error !== null && <ErrorNotice error={error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close} disabled={isPending} data-autofocus>
            Cancel
          </Button>
          <Button color="red.9" loading={isPending} onClick={confirm}>
            {act?.label}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
