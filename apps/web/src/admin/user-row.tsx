import type { AdminUser } from '@latchkey/contract';
import { Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { LastActive } from './last-active.tsx';
import { RoleBadge } from './role-badge.tsx';
import classes from './user-row.module.css';

interface UserRowProps {
  user: AdminUser;
}

/** One account; the whole row leads to it. */
export const UserRow = ({ user }: UserRowProps) => {
  const { id, email, name, role, activeSessions, lastActiveAt } = user;
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
          {role === 'admin' && 'admin, '}
          {activeSessions === 1 ? '1 session' : `${activeSessions} sessions`}, active <LastActive at={lastActiveAt} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <RoleBadge role={role} />
      </Table.Td>
      <Table.Td visibleFrom="sm">{activeSessions}</Table.Td>
      <Table.Td visibleFrom="sm">
        <LastActive at={lastActiveAt} />
      </Table.Td>
    </Table.Tr>
  );
};
