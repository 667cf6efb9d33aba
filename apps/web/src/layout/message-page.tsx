import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface MessagePageProps {
  icon: typeof IconAlertCircle;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** A page that has one thing to say. */
export const MessagePage = ({ icon: Icon, title, children, action }: MessagePageProps) => {
  useDocumentTitle(`${title} · Latchkey`);
  return (
    <Stack align="center" gap="md" py={{ base: 'xl', sm: 64 }} ta="center">
      <ThemeIcon size={56} radius="xl" variant="light">
        <Icon size={28} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Title order={1} size="h2">
        {title}
      </Title>
      <Text component="div" c="dimmed" maw={440}>
        {children}
      </Text>
      {action}
    </Stack>
  );
};
