import { Button, Stack } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { ErrorNotice } from '../errors/error-notice.tsx';
import { Emptiness } from '../layout/emptiness.tsx';
import { LoadMore } from '../layout/load-more.tsx';
import { Page } from '../layout/page.tsx';
import { EventFilter } from './event-filter.tsx';
import { EventList } from './event-list.tsx';
import { EventListSkeleton } from './event-list-skeleton.tsx';
import { useEventFilter } from './use-event-filter.ts';
import { useEvents } from './use-events.ts';

/** The audit log: who did what, when and from where. */
export const EventsPage = () => {
  const filter = useEventFilter();
  const { list, events, problems, isWrong, isOutdated, failure } = useEvents(filter);
  return (
    <Page title="Audit log" description="What happened to accounts and sessions here, the newest first.">
      <Stack gap="md">
        <EventFilter filter={filter} problems={problems} />
        {isWrong && (
          <NoEvents
            title="This finds nothing"
            hint="What is wrong is said at the fields above."
            onClear={filter.clear}
          />
        )}
        {!isWrong && failure !== null && <ErrorNotice error={failure.error} onRetry={failure.retry} />}
        {!isWrong && failure === null && list.isPending && <EventListSkeleton />}
        {events.length > 0 && <EventList label="Events" events={events} isOutdated={isOutdated} />}
        {!isWrong && !isOutdated && list.isSuccess && events.length === 0 && (
          <NoEvents
            title="Nothing matches"
            hint="Try a longer time, or another kind of event."
            onClear={filter.clear}
          />
        )}
        {!isOutdated && <LoadMore list={list} />}
      </Stack>
    </Page>
  );
};

interface NoEventsProps {
  hint: string;
  title: string;
  onClear: () => void;
}

/** There is always at least the event of one's own login, so that an empty list is due to the filter. */
const NoEvents = ({ title, hint, onClear }: NoEventsProps) => (
  <Emptiness
    icon={IconListSearch}
    title={title}
    action={
      <Button variant="default" size="xs" mt="xs" onClick={onClear}>
        Show all events
      </Button>
    }
  >
    {hint}
  </Emptiness>
);
