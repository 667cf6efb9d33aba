import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followSession } from '../follow-session.ts';
import { afterCookieChange } from './cookie-change.ts';
import { useSession } from './hooks.ts';
import { onOtherPageLogin } from './other-pages.ts';
import { authApi } from './trpc.ts';

interface LiveSessionProps {
  onConnection: (isConnected: boolean) => void;
}

/**
 * Keeps what the page knows true while others act: a session that ends elsewhere ends here at once, a list of
 * sessions follows, and a login or logout in another tab of the browser is one here, too.
 */
export const LiveSession = ({ onConnection }: LiveSessionProps): null => {
  const session = useSession();
  const queries = useQueryClient();
  const utils = authApi.useUtils();
  const sessionId = session.status === 'authenticated' ? session.session.id : null;

  useEffect(() => onOtherPageLogin(() => void queries.resetQueries()), [queries]);

  useEffect(() => {
    if (sessionId === null) return;
    const leave = followSession({
      client: utils.client,
      sessionId,
      onNews: ({ kind }) => {
        onConnection(kind !== 'lost');
        if (kind === 'lost') return;
        if (kind === 'refused') void afterCookieChange(() => utils.auth.me.invalidate());
        else void Promise.all([utils.sessions.list.invalidate(), utils.admin.sessions.list.invalidate()]);
      },
    });
    return () => {
      leave();
      onConnection(true);
    };
  }, [sessionId, utils, onConnection]);

  return null;
};
