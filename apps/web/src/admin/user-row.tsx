import type { AdminUser } from '@latchkey/contract';
import { Box, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { LastActive } from './last-active.tsx';
import { UserBadges } from './user-badges.tsx';
import classes from './user-row.module.css';

interface UserRowProps {
  user: AdminUser;
}

/** One account; the whole row leads to it. */
export const UserRow = ({ user }: UserRowProps) => {
  const { id, email, name, activeSessions, lastActiveAt } = user;
  return (
    <Table.Tr className={classes.row}>
      <Table.Td>
        <Link to={`/admin/users/${id}`} className={classes.link}>
          {name ?? email}
        </Link>
        {name !== null && (
          <Text size="sm" c="dimmed" className={classes.email}>
            {email}
          </Text>
        )}
        <Text size="sm" c="dimmed" hiddenFrom="sm" mt={2}>
          {activeSessions === 1 ? '1 session' : `${activeSessions} sessions`}, active <LastActive at={lastActiveAt} />
        </Text>
        <Box hiddenFrom="sm" mt={4}>
          <UserBadges user={user} />
        </Box>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <UserBadges user={user} />
      </Table.Td>
      <Table.Td visibleFrom="sm">{activeSessions}</Table.Td>
      <Table.Td visibleFrom="sm">
        <LastActive at={lastActiveAt} />
      </Table.Td>
    </Table.Tr>
  );
};
