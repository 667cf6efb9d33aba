import { Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';

interface CardProps {
  title: string;
  description?: ReactNode;
  /** When the card replaces another one in place, screen readers would stay where that one was. */
  takesFocus?: boolean;
  children?: ReactNode;
}

/** The one matter of a narrow page; its heading names the browser tab, too. */
export const Card = ({ title, description, takesFocus = false, children }: CardProps) => {
  useDocumentTitle(`${title} · Latchkey`);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  return (
    <Paper withBorder radius="lg" p={{ base: 'lg', sm: 'xl' }}>
      <Title order={1} size="h2" ref={heading} tabIndex={-1}>
        {title}
      </Title>
      {description !== undefined && (
        <Text component="div" c="dimmed" mt="xs">
          {description}
        </Text>
      )}
      {children !== undefined && (
        <Stack gap="lg" mt="lg">
          {children}
        </Stack>
      )}
    </Paper>
  );
};
