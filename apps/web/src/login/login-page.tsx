import { Anchor, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { Card } from '../layout/card.tsx';
import { ConfirmAddressCard } from '../verification/confirm-address-card.tsx';
import { LoginForm } from './login-form.tsx';
import { LoginNotice } from './login-notice.tsx';
import { readLoginState } from './login-state.ts';

/** Where everybody starts, and where an ended session leads to. */
export const LoginPage = () => {
  const { search, state, key } = useLocation();
  // For this visit: whoever has confirmed their address comes here anew.
  const [unverified, setUnverified] = useState<{ email: string; visit: string } | null>(null);
  // The notice may say the same, of a session that ended for that reason.
  const [bannedOn, setBannedOn] = useState<string | null>(null);
  return (
    <Stack gap="lg">
      {unverified?.visit === key ? (
        <NotVerified email={unverified.email} onBack={() => setUnverified(null)} />
      ) : (
        <>
          {bannedOn !== key && <LoginNotice />}
          <Card title="Log in">
            <LoginForm
              key={key}
              email={readLoginState(state).email ?? ''}
              onBanned={() => setBannedOn(key)}
              onUnverified={(email) => setUnverified({ email, visit: key })}
            />
          </Card>
          <Text size="sm" c="dimmed" ta="center">
            No account yet?{' '}
            <Anchor component={Link} to={`/register${search}`} inherit>
              Create one
            </Anchor>
          </Text>
        </>
      )}
    </Stack>
  );
};

interface NotVerifiedProps {
  email: string;
  onBack: () => void;
}

const NotVerified = ({ email, onBack }: NotVerifiedProps) => (
  <>
    <ConfirmAddressCard
      title="Confirm your address first"
      description={
        <>
          Your password is right, but nobody has confirmed yet that <b>{email}</b> is yours. Open the link of the mail
          that we sent there, or enter its code.
        </>
      }
      email={email}
      isSent={false}
    />
    <Text size="sm" c="dimmed" ta="center">
      <Anchor component="button" type="button" inherit onClick={onBack}>
        Back to the login
      </Anchor>
    </Text>
  </>
);
