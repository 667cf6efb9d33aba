import { Button, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { InviteForm } from './invite-form.tsx';

/** Opens the form that invites somebody. */
export const InviteButton = () => {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
        Invite somebody
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
        title={
          <Text span fw={650} size="lg">
            Invite somebody
          </Text>
        }
      >
        <InviteForm onDone={close} />
      </Modal>
    </>
  );
};
