import { Paper, Skeleton, Stack, VisuallyHidden } from '@mantine/core';

const ROWS = ['first', 'second', 'third', 'fourth', 'fifth'];

interface TableSkeletonProps {
  /** What is being loaded, for screen readers. */
  of: string;
}

/** The shape of a table before it is there. */
export const TableSkeleton = ({ of }: TableSkeletonProps) => (
  <Paper withBorder radius="lg" p="lg" role="status">
    <VisuallyHidden>Loading {of}…</VisuallyHidden>
    <Stack gap="lg">
      {ROWS.map((row) => (
        <Skeleton key={row} h={16} />
      ))}
    </Stack>
  </Paper>
);
