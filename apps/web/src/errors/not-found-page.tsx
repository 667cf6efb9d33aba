import { Button } from '@mantine/core';
import { IconDoorOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { MessagePage } from '../layout/message-page.tsx';

/** For addresses that lead nowhere. */
export const NotFoundPage = () => (
  <MessagePage
    icon={IconDoorOff}
    title="There is no door here"
    action={
      <Button component={Link} to="/" variant="default" mt="sm">
        Go to my devices
      </Button>
    }
  >
    The page that you are looking for does not exist, or it has moved.
  </MessagePage>
);
