import { Group, Paper, Skeleton, Stack, VisuallyHidden } from '@mantine/core';

const ROWS = ['first', 'second', 'third'];

/** The shape of the list before it is there. */
export const DeviceListSkeleton = () => (
  <Paper withBorder radius="lg" p="lg" role="status">
    <VisuallyHidden>Loading the devices…</VisuallyHidden>
    <Stack gap="xl">
      {ROWS.map((row) => (
        <Group key={row} wrap="nowrap" aria-hidden>
          <Skeleton w={44} h={44} radius="md" flex="0 0 44px" />
          <Stack gap={8} flex={1}>
            <Skeleton h={14} maw={360} />
            <Skeleton h={10} maw={240} />
          </Stack>
        </Group>
      ))}
    </Stack>
  </Paper>
);
