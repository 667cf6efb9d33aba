import { Badge, Group, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useIdentity } from '../session/use-identity.ts';
import classes from './email-status.module.css';

/** My address, and whether it is known to be mine. */
export const EmailStatus = () => {
  const { email, emailVerified } = useIdentity().user;
  return (
    <Group gap="sm">
      <Text className={classes.email}>{email}</Text>
      {emailVerified ? (
        <Badge variant="light" tt="none" leftSection={<IconCheck size={12} aria-hidden />}>
          verified
        </Badge>
      ) : (
        <Badge variant="light" color="gray" tt="none">
          not verified
        </Badge>
      )}
    </Group>
  );
};
