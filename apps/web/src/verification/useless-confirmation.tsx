import { Button, Group } from '@mantine/core';
import { Link } from 'react-router';
import { Card } from '../layout/card.tsx';
import { useEmailInUse } from '../session/use-email-in-use.ts';

interface UselessConfirmationProps {
  onEnterCode: () => void;
}

/** For a link that was used, is too old, or has been replaced by a newer one. */
export const UselessConfirmation = ({ onEnterCode }: UselessConfirmationProps) => {
  const isLoggedIn = useEmailInUse() !== null;
  return (
    <Card
      takesFocus
      title="This link does not work any more"
      description={`It was used already, its time is over, or a newer mail took its place. If you have confirmed your address with it, all is well. If not, ${
        isLoggedIn ? 'your account page sends you a new mail.' : 'log in; you will be offered a new mail.'
      }`}
    >
      <Group>
        <Button component={Link} to={isLoggedIn ? '/account' : '/login'}>
          {isLoggedIn ? 'Go to my account' : 'Log in'}
        </Button>
        <Button variant="default" onClick={onEnterCode}>
          Enter a code
        </Button>
      </Group>
    </Card>
  );
};
