import { Burger, Button, Drawer, NavLink, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLogout } from '@tabler/icons-react';
import { NavLink as RouterNavLink } from 'react-router';
import { useIdentity } from '../session/use-identity.ts';
import { useLogOut } from '../session/use-log-out.ts';
import { navItemsFor } from './nav-items-for.ts';

/** Navigation and what concerns oneself, on phones. */
export const MobileMenu = () => {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { user } = useIdentity();
  const { logOut, isLoggingOut } = useLogOut();
  return (
    <>
      <Burger
        hiddenFrom="sm"
        size="sm"
        opened={isOpen}
        onClick={open}
        aria-label="Open the menu"
        aria-expanded={isOpen}
      />
      <Drawer
        opened={isOpen}
        onClose={close}
        position="right"
        size="min(85vw, 320px)"
        title={
          <Text span fw={650} size="lg">
            Menu
          </Text>
        }
        closeButtonProps={{ 'aria-label': 'Close the menu' }}
      >
        <Stack gap="lg">
          <nav aria-label="Main">
            {navItemsFor(user.role).map(({ to, label, icon: Icon }) => (
              <NavLink
                key={to}
                component={RouterNavLink}
                to={to}
                label={label}
                leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
                onClick={close}
              />
            ))}
          </nav>
          <Stack gap="xs">
            <Text size="sm" c="dimmed" truncate>
              Logged in as {user.email}
            </Text>
            <Button
              variant="default"
              leftSection={<IconLogout size={16} aria-hidden />}
              loading={isLoggingOut}
              onClick={logOut}
            >
              Log out
            </Button>
          </Stack>
        </Stack>
      </Drawer>
    </>
  );
};
