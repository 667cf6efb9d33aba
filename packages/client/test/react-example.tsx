import { AuthProvider, useLogin, useLogout, useSession, useSessions } from '@latchkey/client/react';
import type { FormEvent } from 'react';

const LoginForm = ({ notice }: { notice: string | null }) => {
  const login = useLogin();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    login.mutate({ email: String(fields.get('email')), password: String(fields.get('password')) });
  };
  return (
    <form onSubmit={submit}>
      {notice !== null && <p>Your session has ended: {notice}</p>}
      <input name="email" type="email" autoComplete="username" aria-label="E-mail address" required />
      <input name="password" type="password" autoComplete="current-password" aria-label="Password" required />
      <button type="submit" disabled={login.isPending}>
        Log in
      </button>
      {login.error?.code === 'RATE_LIMITED' && <p>Wait {login.error.retryAfterSeconds} seconds.</p>}
      {login.error !== null && <p role="alert">{login.error.message}</p>}
    </form>
  );
};

const Devices = () => {
  const { sessions, list, revoke, revokeOthers } = useSessions();
  const logout = useLogout();
  return (
    <>
      {list.error !== null && <p role="alert">{list.error.message}</p>}
      <ul>
        {sessions.map(({ id, device, current }) => (
          <li key={id}>
            {device.label}{' '}
            {!current && (
              <button type="button" onClick={() => revoke.mutate({ id })}>
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" onClick={() => list.fetchNextPage()}>
          More
        </button>
      )}
      <button type="button" onClick={() => revokeOthers.mutate()}>
        End all others
      </button>
      <button type="button" onClick={() => logout.mutate()}>
        Log out
      </button>
    </>
  );
};

const Page = () => {
  const session = useSession();
  switch (session.status) {
    case 'loading':
      return <p>One moment …</p>;
    case 'failed':
      return <p role="alert">{session.error.message}</p>;
    case 'anonymous':
      return <LoginForm notice={session.endReason} />;
    case 'authenticated':
      return <Devices />;
  }
};

export const App = () => (
  <AuthProvider url="https://auth.example.com">
    <Page />
  </AuthProvider>
);
