import type { AdminUser } from '@latchkey/contract';
import { Paper, Table } from '@mantine/core';
import { UserRow } from './user-row.tsx';
import classes from './user-table.module.css';

interface UserTableProps {
  users: AdminUser[];
  /** Still shows what was asked for before. */
  isOutdated: boolean;
}

/** Accounts in rows; on a phone the less important columns are folded into the first one. */
export const UserTable = ({ users, isOutdated }: UserTableProps) => (
  <Paper
    withBorder
    radius="lg"
    className={classes.frame}
    data-outdated={isOutdated || undefined}
    aria-busy={isOutdated}
  >
    <Table verticalSpacing="sm" horizontalSpacing="lg" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>User</Table.Th>
          <Table.Th visibleFrom="sm" w="30%">
            State
          </Table.Th>
          <Table.Th visibleFrom="sm" w={100}>
            Sessions
          </Table.Th>
          <Table.Th visibleFrom="sm" w={160}>
            Last active
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {users.map((user) => (
          <UserRow key={user.id} user={user} />
        ))}
      </Table.Tbody>
    </Table>
  </Paper>
);
