import { authApi } from '@latchkey/client/react';
import type { ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { Card } from '../layout/card.tsx';
import type { LoginState } from '../login/login-state.ts';
import { CodeForm } from './code-form.tsx';
import { SendAgain } from './send-again.tsx';

interface ConfirmAddressCardProps {
  title: string;
  description: ReactNode;
  email: string;
  /** Whether a mail has just gone out. */
  isSent: boolean;
}

/** For somebody who cannot log in before their address is confirmed; leads to the login page, which knows it then. */
export const ConfirmAddressCard = ({ title, description, email, isSent }: ConfirmAddressCardProps) => {
  const resend = authApi.auth.resendVerification.useMutation();
  const navigate = useNavigate();
  const { search } = useLocation();
  const state: LoginState = { notice: 'address_confirmed', email };
  return (
    <Card title={title} description={description} takesFocus>
      <CodeForm email={email} onConfirmed={() => navigate(`/login${search}`, { state })} />
      <SendAgain send={() => resend.mutateAsync({ email })} isSent={isSent} />
    </Card>
  );
};
