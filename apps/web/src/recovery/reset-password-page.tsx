import { Anchor, Stack, Text } from '@mantine/core';
import { use, useState } from 'react';
import { Link, Navigate } from 'react-router';
import { Card } from '../layout/card.tsx';
import type { LoginState } from '../login/login-state.ts';
import { MailLinkContext } from '../mail-link/mail-link-context.ts';
import { SessionContext } from '../session/session-context.ts';
import { PasswordIsSet } from './password-is-set.tsx';
import { ResetByCodeForm } from './reset-by-code-form.tsx';
import { ResetByLinkForm } from './reset-by-link-form.tsx';
import { UselessLink } from './useless-link.tsx';

type Outcome = { kind: 'open' } | { kind: 'refused' } | { kind: 'done'; email: string | null };

/** Where a link or code from a mail becomes a password: a forgotten one, or the first one of somebody who was invited. */
export const ResetPasswordPage = () => {
  const { token, forget } = use(MailLinkContext);
  const session = use(SessionContext);
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'open' });
  if (outcome.kind === 'done') {
    const state: LoginState = { notice: 'password_set', ...(outcome.email !== null && { email: outcome.email }) };
    return session.status === 'anonymous' ? <Navigate replace to="/login" state={state} /> : <PasswordIsSet />;
  }
  if (outcome.kind === 'refused' && token === null) {
    return <UselessLink />;
  }
  const refuse = () => {
    forget();
    setOutcome({ kind: 'refused' });
  };
  if (token === null) return <ByCode onDone={(email) => setOutcome({ kind: 'done', email })} />;
  return (
    <Card
      title="Choose a password"
      description="From then on it is the one to log in with. An earlier one stops working, and all devices of the account are signed out."
    >
      <ResetByLinkForm
        key={token}
        token={token}
        onRefused={refuse}
        onDone={() => setOutcome({ kind: 'done', email: null })}
      />
    </Card>
  );
};

interface ByCodeProps {
  onDone: (email: string) => void;
}

const ByCode = ({ onDone }: ByCodeProps) => (
  <Stack gap="lg">
    <Card title="Choose a password" description="Open the link in the mail again, or use the code in it.">
      <ResetByCodeForm onDone={onDone} />
    </Card>
    <Text size="sm" c="dimmed" ta="center">
      No mail, or too late?{' '}
      <Anchor component={Link} to="/forgot-password" inherit>
        Ask for a new one
      </Anchor>
    </Text>
  </Stack>
);
