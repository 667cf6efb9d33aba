import { Paper, Text, ThemeIcon } from '@mantine/core';
import type { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './emptiness.module.css';

interface EmptinessProps {
  icon: typeof IconAlertCircle;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** In place of a list without entries; screen readers announce it. */
export const Emptiness = ({ icon: Icon, title, children, action }: EmptinessProps) => (
  <Paper withBorder radius="lg" className={classes.root} role="status">
    <ThemeIcon size={48} radius="xl" variant="light" color="gray">
      <Icon size={24} stroke={1.6} aria-hidden />
    </ThemeIcon>
    <Text fw={600}>{title}</Text>
    <Text size="sm" c="dimmed">
      {children}
    </Text>
    {action}
  </Paper>
);
