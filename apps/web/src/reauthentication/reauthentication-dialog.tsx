import { Modal, Text } from '@mantine/core';
import { useIdentity } from '../session/use-identity.ts';
import { ReauthenticationForm } from './reauthentication-form.tsx';

interface ReauthenticationDialogProps {
  isOpen: boolean;
  onProved: () => void;
  onCancel: () => void;
}

/** Above whatever else asks: what it interrupts goes on behind it. */
const ABOVE_OTHER_DIALOGS = 300;
const HIDES_OTHER_DIALOGS = { backgroundOpacity: 0.7, blur: 10 };

/** Asks whether the one at the keyboard is still the one who logged in. */
export const ReauthenticationDialog = ({ isOpen, onProved, onCancel }: ReauthenticationDialogProps) => {
  const { email } = useIdentity().user;
  return (
    <Modal
      opened={isOpen}
      onClose={onCancel}
      zIndex={ABOVE_OTHER_DIALOGS}
      overlayProps={HIDES_OTHER_DIALOGS}
      title={
        <Text span fw={650} size="lg">
          Confirm it is you
        </Text>
      }
      withCloseButton={false}
      centered
    >
      <Text mb="lg">
        It has been a while since you entered your password. Enter it once more to go on as <b>{email}</b>.
      </Text>
      <ReauthenticationForm email={email} onProved={onProved} onCancel={onCancel} />
    </Modal>
  );
};
