import { useLayoutEffect, useMemo, useState } from 'react';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { MailLinkContext } from './mail-link-context.ts';
import { tokenIn } from './token-in.ts';

const PATHS = ['/reset-password', '/verify-email'];

/**
 * Takes the token of a mail out of the address bar before anything else happens, so that it is neither in the
 * history of the browser nor on a screenshot, and keeps it for the page that the link leads to.
 */
export const MailLinkBoundary = () => {
  const { pathname, search, hash } = useLocation();
  const navigate = useNavigate();
  const [link, setLink] = useState<{ pathname: string; token: string } | null>(null);
  const token = PATHS.includes(pathname) ? tokenIn(hash) : null;
  if (token !== null && token !== link?.token) setLink({ pathname, token });
  else if (link !== null && link.pathname !== pathname) setLink(null);

  useLayoutEffect(() => {
    if (token !== null) void navigate({ pathname, search }, { replace: true });
  }, [token, pathname, search, navigate]);

  const value = useMemo(() => ({ token: link?.token ?? null, forget: () => setLink(null) }), [link]);
  return (
    <MailLinkContext value={value}>
      <Outlet />
    </MailLinkContext>
  );
};
