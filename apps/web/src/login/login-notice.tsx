import { EndReason } from '@latchkey/contract';
import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { use } from 'react';
import { useLocation } from 'react-router';
import { END_REASONS } from '../session/end-reasons.ts';
import { SessionContext } from '../session/session-context.ts';

/** Says why somebody finds themselves on the login page. */
export const LoginNotice = () => {
  const reason = useEndReason();
  return reason === null ? null : (
    <Alert variant="light" icon={<IconInfoCircle aria-hidden />}>
      {END_REASONS[reason]}
    </Alert>
  );
};

/** As the page before said it, or else as the service says it of the cookie that the browser still has. */
const useEndReason = (): EndReason | null => {
  const session = use(SessionContext);
  const { state } = useLocation();
  const told = EndReason.safeParse(state?.endReason);
  if (told.success) return told.data;
  return session.status === 'anonymous' ? session.endReason : null;
};
