import type { CreatedAppToken } from '@latchkey/contract';
import { Button, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { CreateAppTokenForm } from './create-app-token-form.tsx';
import { NewAppToken } from './new-app-token.tsx';

/** Opens the form for a new token, and shows the token afterwards: once. */
export const CreateAppTokenButton = () => {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [created, setCreated] = useState<CreatedAppToken | null>(null);
  return (
    <>
      <Button variant="default" onClick={open}>
        Create an app token
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        // Nothing of the token is left behind.
        onExitTransitionEnd={() => setCreated(null)}
        closeOnClickOutside={created === null}
        closeOnEscape={created === null}
        withCloseButton={false}
        centered
        title={
          <Text span fw={650} size="lg">
            {created === null ? 'Create an app token' : `“${created.name}” is ready`}
          </Text>
        }
      >
        {created === null ? (
          <CreateAppTokenForm onCreated={setCreated} onCancel={close} />
        ) : (
          <NewAppToken token={created.token} onDone={close} />
        )}
      </Modal>
    </>
  );
};
