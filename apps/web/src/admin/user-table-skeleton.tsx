import { Paper, Skeleton, Stack, VisuallyHidden } from '@mantine/core';

const ROWS = ['first', 'second', 'third', 'fourth', 'fifth'];

/** The shape of the table before it is there. */
export const UserTableSkeleton = () => (
  <Paper withBorder radius="lg" p="lg" role="status">
    <VisuallyHidden>Loading the users…</VisuallyHidden>
    <Stack gap="lg">
      {ROWS.map((row) => (
        <Skeleton key={row} h={16} />
      ))}
    </Stack>
  </Paper>
);
