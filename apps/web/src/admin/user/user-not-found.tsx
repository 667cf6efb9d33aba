import { Button } from '@mantine/core';
import { IconUserQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import { MessagePage } from '../../layout/message-page.tsx';

/** For the address of an account that does not exist. */
export const UserNotFound = () => (
  <MessagePage
    icon={IconUserQuestion}
    title="No such user"
    action={
      <Button component={Link} to="/admin" variant="default" mt="sm">
        See all users
      </Button>
    }
  >
    Nobody has this id. The account may have been purged after its deletion.
  </MessagePage>
);
