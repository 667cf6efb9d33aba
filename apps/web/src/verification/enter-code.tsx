import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Card } from '../layout/card.tsx';
import { useEmailInUse } from '../session/use-email-in-use.ts';
import { AddressAndCodeForm } from './address-and-code-form.tsx';
import { CodeForm } from './code-form.tsx';

interface EnterCodeProps {
  onConfirmed: () => void;
}

/** For whoever comes without a link. With a session, the code says enough; without one, it takes the address. */
export const EnterCode = ({ onConfirmed }: EnterCodeProps) => {
  const email = useEmailInUse();
  return email === null ? (
    <Card title="Confirm your address" description="With the code that we mailed you.">
      <AddressAndCodeForm onConfirmed={onConfirmed} />
      <Text size="sm" c="dimmed">
        Is it the new address of an account that has another one? Then open the link of the mail, or{' '}
        <Anchor component={Link} to="/login?next=/verify-email" inherit>
          log in
        </Anchor>{' '}
        before you enter the code.
      </Text>
    </Card>
  ) : (
    <Card
      title="Confirm your address"
      description={
        <>
          With the code that we mailed you. You are logged in as <b>{email}</b>.
        </>
      }
    >
      <CodeForm onConfirmed={onConfirmed} />
    </Card>
  );
};
