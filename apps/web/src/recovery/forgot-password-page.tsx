import { authApi } from '@latchkey/client/react';
import { Anchor, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { Card } from '../layout/card.tsx';
import { SendAgain } from '../verification/send-again.tsx';
import { ForgotPasswordForm } from './forgot-password-form.tsx';

/** Where a forgotten password becomes a mail. */
export const ForgotPasswordPage = () => {
  const forgot = authApi.auth.forgotPassword.useMutation();
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  return (
    <Stack gap="lg">
      {mailedTo === null ? (
        <Card
          title="Forgot your password?"
          description="Tell us your e-mail address, and we mail you a link to choose a new password. Until then, the old one stays."
        >
          <ForgotPasswordForm send={forgot.mutateAsync} onSent={setMailedTo} />
        </Card>
      ) : (
        <Card
          takesFocus
          title="Check your inbox"
          description={
            <>
              If there is an account with the address <b>{mailedTo}</b>, a mail is on its way. Open its link, or{' '}
              <Anchor component={Link} to="/reset-password" state={{ email: mailedTo }} inherit>
                enter its code
              </Anchor>
              . Both work once, within one hour.
            </>
          }
        >
          <SendAgain send={() => forgot.mutateAsync({ email: mailedTo })} />
        </Card>
      )}
      <Text size="sm" c="dimmed" ta="center">
        <Anchor component={Link} to="/login" inherit>
          Back to the login
        </Anchor>
      </Text>
    </Stack>
  );
};
