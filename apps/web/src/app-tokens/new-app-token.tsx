import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useId } from 'react';
import classes from './new-app-token.module.css';

interface NewAppTokenProps {
  token: string;
  onDone: () => void;
}

/** The one time that a token is seen. */
export const NewAppToken = ({ token, onDone }: NewAppTokenProps) => {
  const labelId = useId();
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
        Copy it now: it is not shown again. Whoever has it can do in your name what you have allowed it, so keep it as
        you keep a password.
      </Alert>
      <div>
        <Text size="sm" fw={600} mb={4} id={labelId}>
          Your new token
        </Text>
        <Code block role="textbox" aria-readonly aria-labelledby={labelId} className={classes.token}>
          {token}
        </Code>
      </div>
      <Group justify="flex-end" gap="sm">
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
              data-autofocus
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>I have copied it</Button>
      </Group>
    </Stack>
  );
};
