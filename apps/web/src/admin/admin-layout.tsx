import { Link, Outlet, useLocation } from 'react-router';
import classes from './admin-layout.module.css';

const PARTS = [
  { to: '/admin', label: 'Users', below: '/admin/users/' },
  { to: '/admin/events', label: 'Audit log', below: '/admin/events/' },
];

/** The parts of the administration, one step apart. */
export const AdminLayout = () => {
  const { pathname } = useLocation();
  return (
    <>
      <nav className={classes.parts} aria-label="Administration">
        {PARTS.map(({ to, label, below }) => (
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
