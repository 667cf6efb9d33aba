import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { Card } from '../layout/card.tsx';
import { useEmailInUse } from '../session/use-email-in-use.ts';

/** The address is proved. */
export const Confirmed = () => {
  const email = useEmailInUse();
  return (
    <Card
      takesFocus
      title="Your address is confirmed"
      description={
        email === null ? (
          'You can log in with it now.'
        ) : (
          <>
            You are logged in as <b>{email}</b>.
          </>
        )
      }
    >
      <Group>
        <Button component={Link} to={email === null ? '/login' : '/account'}>
          {email === null ? 'Log in' : 'Go to my account'}
        </Button>
      </Group>
    </Card>
  );
};
