import { authApi } from '@latchkey/client/react';
import type { AdminUser } from '@latchkey/contract';
import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import { toApiError } from '../../errors/to-api-error.ts';
import { Page } from '../../layout/page.tsx';
import { UserBadges } from '../user-badges.tsx';
import { UserAccess } from './user-access.tsx';
import { UserEvents } from './user-events.tsx';
import { UserFacts } from './user-facts.tsx';
import { UserNotFound } from './user-not-found.tsx';
import classes from './user-page.module.css';
import { UserProfile } from './user-profile.tsx';
import { UserSessions } from './user-sessions.tsx';

/** One account: who it is, what it may, where it is logged in, and what happened to it. */
export const UserPage = () => {
  const { id = '' } = useParams();
  const { data: user, error, refetch } = authApi.admin.users.get.useQuery({ id });
  if (error !== null && isAboutTheId(error)) return <UserNotFound />;
  return (
    <Page
      title={user === undefined ? 'User' : (user.name ?? user.email)}
      description={
        <span className={classes.below}>
          <Anchor component={Link} to="/admin" size="sm" className={classes.back}>
            <IconArrowLeft size={14} aria-hidden /> All users
          </Anchor>
          {user !== undefined && <UserBadges user={user} />}
        </span>
      }
    >
      {error !== null && <ErrorNotice error={error} onRetry={refetch} />}
      {user === undefined ? error === null && <Skeleton h={180} radius="lg" /> : <Parts user={user} />}
    </Page>
  );
};

const Parts = ({ user }: { user: AdminUser }) => (
  <>
    <UserFacts user={user} />
    {user.deletedAt === null && <UserProfile user={user} />}
    <UserAccess user={user} />
    {user.deletedAt === null && <UserSessions user={user} />}
    <UserEvents user={user} />
  </>
);

/** Nobody has this id, or it is none. */
const isAboutTheId = (error: unknown): boolean =>
  ['USER_NOT_FOUND', 'VALIDATION_FAILED'].includes(toApiError(error).code);
