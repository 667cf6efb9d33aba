import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from 'react-router';
import { MessagePage } from '../layout/message-page.tsx';
import { useIdentity } from '../session/use-identity.ts';

/** For those who are logged in, but not as an administrator. */
export const NotAllowedPage = () => (
  <MessagePage
    icon={IconLock}
    title="This page is for administrators"
    action={
      <Button component={Link} to="/sessions" variant="default" mt="sm">
        Go to my devices
      </Button>
    }
  >
    You are logged in as {useIdentity().user.email}, and that account is not an administrator. If it should be, ask
    somebody who is one.
  </MessagePage>
);
