import { Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useIdentity } from '../session/use-identity.ts';
import { DeleteAccountForm } from './delete-account-form.tsx';
import { RestoreHint } from './restore-hint.tsx';

interface DeleteAccountDialogProps {
  isOpen: boolean;
  close: () => void;
}

/** Says what the deletion does, and makes sure that it is meant. */
export const DeleteAccountDialog = ({ isOpen, close }: DeleteAccountDialogProps) => {
  const { email } = useIdentity().user;
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <Modal
      opened={isOpen}
      onClose={isDeleting ? () => undefined : close}
      title={
        <Text span fw={650} size="lg">
          Delete your account?
        </Text>
      }
      withCloseButton={false}
      centered
    >
      <Text component="div" mb="lg">
        The account <b>{email}</b> is deleted at once. You are signed out here and on all other devices, and nobody can
        log in to it any more. <RestoreHint />
      </Text>
      <DeleteAccountForm email={email} onBusy={setIsDeleting} onCancel={close} />
    </Modal>
  );
};
