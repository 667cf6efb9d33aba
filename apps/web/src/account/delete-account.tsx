import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { DeleteAccountDialog } from './delete-account-dialog.tsx';

/** The way to the end of my account. */
export const DeleteAccount = () => {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Group>
      <Button variant="light" color="red" onClick={open}>
        Delete my account
      </Button>
      <DeleteAccountDialog isOpen={isOpen} close={close} />
    </Group>
  );
};
