import { Anchor, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { Card } from '../layout/card.tsx';
import { ConfirmAddressCard } from '../verification/confirm-address-card.tsx';
import { RegisterForm } from './register-form.tsx';

/** Where an account begins. */
export const RegisterPage = () => {
  const { search } = useLocation();
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  return (
    <Stack gap="lg">
      {mailedTo === null ? (
        <Card title="Create an account">
          <RegisterForm onMailSent={setMailedTo} />
        </Card>
      ) : (
        <ConfirmAddressCard
          title="We sent you a mail"
          description={
            <>
              It is on its way to <b>{mailedTo}</b>. Open its link, or enter its code here; then you can log in. If this
              address has an account already, the mail says so instead.
            </>
          }
          email={mailedTo}
          isSent
        />
      )}
      <Text size="sm" c="dimmed" ta="center">
        Have an account already?{' '}
        <Anchor component={Link} to={`/login${search}`} inherit>
          Log in
        </Anchor>
      </Text>
    </Stack>
  );
};
