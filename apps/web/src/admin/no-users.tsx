import { Paper, Text, ThemeIcon } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import classes from './no-users.module.css';

interface NoUsersProps {
  isFiltered: boolean;
}

/** In place of a table without rows. */
export const NoUsers = ({ isFiltered }: NoUsersProps) => (
  <Paper withBorder radius="lg" className={classes.root} role="status">
    <ThemeIcon size={48} radius="xl" variant="light" color="gray">
      <IconUserSearch size={24} stroke={1.6} aria-hidden />
    </ThemeIcon>
    <Text fw={600}>{isFiltered ? 'Nobody matches' : 'Nobody is here yet'}</Text>
    <Text size="sm" c="dimmed">
      {isFiltered
        ? 'Try a part of the e-mail address or of the name, or another role.'
        : 'Accounts appear here as soon as somebody registers.'}
    </Text>
  </Paper>
);
