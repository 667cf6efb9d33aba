import { authApi } from '@latchkey/client/react';
import { Stack } from '@mantine/core';
import { keepPreviousData } from '@tanstack/react-query';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { LoadMore } from '../layout/load-more.tsx';
import { Page } from '../layout/page.tsx';
import { NoUsers } from './no-users.tsx';
import { useUserFilter } from './use-user-filter.ts';
import { UserFilter } from './user-filter.tsx';
import { UserTable } from './user-table.tsx';
import { UserTableSkeleton } from './user-table-skeleton.tsx';

/** All accounts, the newest first. */
export const UsersPage = () => {
  const filter = useUserFilter();
  const { search, role } = filter;
  const list = authApi.admin.users.list.useInfiniteQuery(
    { ...(search !== '' && { search }), ...(role !== null && { role }) },
    { getNextPageParam: ({ nextCursor }) => nextCursor, placeholderData: keepPreviousData },
  );
  const users = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title="Users" description="Everybody who has an account here, the newest first.">
      <Stack gap="md">
        <UserFilter filter={filter} />
        {list.error !== null && <ErrorNotice error={list.error} onRetry={list.refetch} />}
        {list.isPending && <UserTableSkeleton />}
        {users.length > 0 && <UserTable users={users} isOutdated={list.isPlaceholderData} />}
        {list.isSuccess && users.length === 0 && <NoUsers isFiltered={search !== '' || role !== null} />}
        <LoadMore list={list} />
      </Stack>
    </Page>
  );
};
