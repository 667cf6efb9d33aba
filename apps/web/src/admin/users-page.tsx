import { authApi } from '@latchkey/client/react';
import { Stack } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { LoadMore } from '../layout/load-more.tsx';
import { Page } from '../layout/page.tsx';
import { TableSkeleton } from '../layout/table-skeleton.tsx';
import { InviteButton } from './invite-button.tsx';
import { NoUsers } from './no-users.tsx';
import { type UserState, useUserFilter } from './use-user-filter.ts';
import { UserFilter } from './user-filter.tsx';
import { UserTable } from './user-table.tsx';

const STATE_INPUT = {
  active: { banned: false },
  banned: { banned: true },
  deleted: { deleted: true },
} satisfies Record<NonNullable<UserState>, object>;

/** All accounts, the newest first. */
export const UsersPage = () => {
  const filter = useUserFilter();
  const { search, role, state } = filter;
  const list = authApi.admin.users.list.useInfiniteQuery(
    { ...(search !== '' && { search }), ...(role !== null && { role }), ...(state !== null && STATE_INPUT[state]) },
    { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
  );
  const users = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title="Users" description="Everybody who has an account here, the newest first." action={<InviteButton />}>
      <Stack gap="md">
        <UserFilter filter={filter} />
        {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
        {list.isPending && <TableSkeleton of="the users" />}
        {users.length > 0 && <UserTable users={users} isOutdated={list.isPlaceholderData} />}
        {list.isSuccess && users.length === 0 && <NoUsers isFiltered={filter.isFiltered} />}
        <LoadMore list={list} />
      </Stack>
    </Page>
  );
};
