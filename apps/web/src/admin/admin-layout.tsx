import { Link, Outlet, useLocation } from 'react-router';
import { useModules } from '../session/use-modules.ts';
import classes from './admin-layout.module.css';

const PARTS = [
  { to: '/admin', label: 'Users', below: '/admin/users/', module: null },
  { to: '/admin/events', label: 'Audit log', below: '/admin/events/', module: null },
  { to: '/admin/webhooks', label: 'Webhooks', below: '/admin/webhooks/', module: 'webhooks' },
];

/** The parts of the administration, one step apart. */
export const AdminLayout = () => {
  const { pathname } = useLocation();
  const modules = useModules() ?? [];
  const parts = PARTS.filter(({ module }) => module === null || modules.includes(module));
  return (
    <>
      <nav className={classes.parts} aria-label="Administration">
        {parts.map(({ to, label, below }) => (
          <Link key={to} to={to} className={classes.part} aria-current={currentFor(pathname, to, below)}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
};

const currentFor = (pathname: string, to: string, below: string) => {
  if (pathname.replace(/\/$/, '') === to) return 'page';
  return pathname.startsWith(below) ? 'true' : undefined;
};
