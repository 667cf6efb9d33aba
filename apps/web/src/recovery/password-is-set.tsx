import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { Card } from '../layout/card.tsx';
import { useEmailInUse } from '../session/use-email-in-use.ts';

/** For somebody who goes on being logged in, with an account whose password it was not. */
export const PasswordIsSet = () => (
  <Card
    takesFocus
    title="The new password is set"
    description={
      <>
        All sessions of its account have ended. Here you are still logged in as <b>{useEmailInUse()}</b>, which is
        another account; log out to use the new password.
      </>
    }
  >
    <Group>
      <Button component={Link} to="/sessions">
        Go to my devices
      </Button>
    </Group>
  </Card>
);
