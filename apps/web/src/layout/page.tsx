import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  description?: ReactNode;
  /** What can be done with the page as a whole. */
  action?: ReactNode;
  children: ReactNode;
}

/** A page with its heading, which also names the browser tab. */
export const Page = ({ title, description, action, children }: PageProps) => {
  useDocumentTitle(`${title} · Latchkey`);
  return (
    <Stack gap="xl">
      <Group justify="space-between" align="flex-end" gap="md">
        <Box flex="1 1 20rem">
          <Title order={1} size="h2">
            {title}
          </Title>
          {description !== undefined && (
            <Text component="div" c="dimmed" mt={6} maw={620}>
              {description}
            </Text>
          )}
        </Box>
        {action}
      </Group>
      {children}
    </Stack>
  );
};
