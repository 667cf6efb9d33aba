import { Avatar, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconDevices, IconLogout, IconUser } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useIdentity } from '../session/use-identity.ts';
import { useLogOut } from '../session/use-log-out.ts';
import { initialOf } from './initial-of.ts';

/** What concerns oneself, on wide screens. */
export const UserMenu = () => {
  const { user } = useIdentity();
  const { logOut, isLoggingOut } = useLogOut();
  return (
    <Menu position="bottom-end" width={240} shadow="md" radius="md">
      <Menu.Target>
        <UnstyledButton visibleFrom="sm" aria-label={`My menu, ${user.email}`}>
          <Avatar radius="xl" color="pine" aria-hidden>
            {initialOf(user)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="xs">Logged in as</Text>
          <Text size="sm" c="var(--mantine-color-text)" truncate>
            {user.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/sessions" leftSection={<IconDevices size={16} aria-hidden />}>
          Devices
        </Menu.Item>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} aria-hidden />}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} disabled={isLoggingOut} onClick={logOut}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
