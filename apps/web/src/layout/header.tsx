import { Group } from '@mantine/core';
import { NavLink } from 'react-router';
import { useIdentity } from '../session/use-identity.ts';
import { ColorSchemeToggle } from '../theme/color-scheme-toggle.tsx';
import { Brand } from './brand.tsx';
import classes from './header.module.css';
import { MobileMenu } from './mobile-menu.tsx';
import { navItemsFor } from './nav-items-for.ts';
import { UserMenu } from './user-menu.tsx';

/** Mark, navigation, and what concerns oneself. On a phone the latter two are behind one button. */
export const Header = () => {
  const { user } = useIdentity();
  return (
    <header className={classes.header}>
      <div className={classes.inner}>
        <Brand />
        <nav className={classes.nav} aria-label="Main">
          {navItemsFor(user.role).map(({ to, label }) => (
            <NavLink key={to} to={to} className={() => classes.link}>
              {label}
            </NavLink>
          ))}
        </nav>
        <Group gap="xs" ml="auto" wrap="nowrap">
          <ColorSchemeToggle />
          <UserMenu />
          <MobileMenu />
        </Group>
      </div>
    </header>
  );
};
