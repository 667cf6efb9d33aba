import { Paper, Skeleton, Stack, VisuallyHidden } from '@mantine/core';

const ROWS = ['first', 'second', 'third', 'fourth', 'fifth'];

/** The shape of the list before it is there. */
export const EventListSkeleton = () => (
  <Paper withBorder radius="lg" p="lg" role="status">
    <VisuallyHidden>Loading the events…</VisuallyHidden>
    <Stack gap="lg">
      {ROWS.map((row) => (
        <Stack key={row} gap={8} aria-hidden>
          <Skeleton h={14} maw={420} />
          <Skeleton h={10} maw={260} />
        </Stack>
      ))}
    </Stack>
  </Paper>
);
