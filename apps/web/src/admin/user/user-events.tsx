import { authApi } from '@latchkey/client/react';
import type { AdminUser } from '@latchkey/contract';
import { Anchor, Group, Stack, Title } from '@mantine/core';
import { Link } from 'react-router';
import { EventList } from '../../audit/event-list.tsx';
import { EventListSkeleton } from '../../audit/event-list-skeleton.tsx';
import { ErrorNotice } from '../../errors/error-notice.tsx';

const SHOWN = 5;

interface UserEventsProps {
  user: AdminUser;
}

/** What happened to an account last. */
export const UserEvents = ({ user: { id, email } }: UserEventsProps) => {
  const { data, error, isPending, refetch } = authApi.admin.events.list.useQuery({ userId: id, limit: SHOWN });
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2} size="h4">
          Latest events
        </Title>
        <Anchor component={Link} to={`/admin/events?${new URLSearchParams({ user: id })}`} size="sm">
          All in the audit log
        </Anchor>
      </Group>
      {error !== null && <ErrorNotice error={error} onRetry={refetch} />}
      {isPending && <EventListSkeleton />}
      {data !== undefined && <EventList label={`Latest events about ${email}`} events={data.items} />}
    </Stack>
  );
};
