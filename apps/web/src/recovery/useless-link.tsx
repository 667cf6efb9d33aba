import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Card } from '../layout/card.tsx';

/** For a link that was used, is too old, or has been replaced by a newer one. */
export const UselessLink = () => (
  <Card
    takesFocus
    title="This link does not work any more"
    description="It was used already, its time is over, or a newer mail took its place. Nothing was changed. We can mail you a new one."
  >
    <Group>
      <Button component={Link} to="/forgot-password">
        Ask for a new link
      </Button>
    </Group>
    <Text size="sm" c="dimmed">
      You chose a password with it already? Then{' '}
      <Anchor component={Link} to="/login" inherit>
        log in
      </Anchor>
      . If it was an invitation, asking for a new link works as well.
    </Text>
  </Card>
);
