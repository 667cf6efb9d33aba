import { Alert } from '@mantine/core';
import { IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { use } from 'react';
import { useLocation } from 'react-router';
import { END_REASONS } from '../session/end-reasons.ts';
import { SessionContext } from '../session/session-context.ts';
import { LOGIN_NOTICES, readLoginState } from './login-state.ts';

/** Says why somebody finds themselves on the login page: as the page before said it, or else as the service does. */
export const LoginNotice = () => {
  const session = use(SessionContext);
  const { notice, endReason } = readLoginState(useLocation().state);
  const reason = endReason ?? (session.status === 'anonymous' ? session.endReason : null);
  if (notice !== undefined) {
    return (
      <Alert variant="light" role="status" icon={<IconCircleCheck aria-hidden />}>
        {LOGIN_NOTICES[notice]}
      </Alert>
    );
  }
  return reason === null ? null : (
    <Alert variant="light" role="status" icon={<IconInfoCircle aria-hidden />}>
      {END_REASONS[reason]}
    </Alert>
  );
};
