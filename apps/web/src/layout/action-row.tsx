import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../errors/error-notice.tsx';
import classes from './action-row.module.css';

interface ActionRowProps {
  title: string;
  children: ReactNode;
  action: ReactNode;
  /** Why the last attempt did not work; null when it did. */
  error?: unknown;
}

/** One matter in a section: how it stands, and what can be done about it. */
export const ActionRow = ({ title, children, action, error = null }: ActionRowProps) => (
  <div className={classes.row}>
    <div className={classes.words}>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" component="div">
        {children}
      </Text>
    </div>
    <Group gap="xs">{action}</Group>
    {error !== null && (
      <div className={classes.error}>
        <ErrorNotice error={error} />
      </div>
    )}
  </div>
);
