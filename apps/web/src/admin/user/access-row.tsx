import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from '../../errors/error-notice.tsx';
import classes from './access-row.module.css';

interface AccessRowProps {
  title: string;
  children: ReactNode;
  action: ReactNode;
  /** Why the last attempt did not work; null when it did. */
  error?: unknown;
}

/** One way of letting somebody in or keeping them out: how it stands, and what can be done. */
export const AccessRow = ({ title, children, action, error = null }: AccessRowProps) => (
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
