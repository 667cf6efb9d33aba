import { Outlet } from 'react-router';
import { NotFoundPage } from '../errors/not-found-page.tsx';
import { useModules } from './use-modules.ts';

interface RequireModuleProps {
  name: string;
}

/** For pages of a module that may be left out: without it they do not exist. */
export const RequireModule = ({ name }: RequireModuleProps) => {
  const modules = useModules();
  if (modules === null) return null;
  return modules.includes(name) ? <Outlet /> : <NotFoundPage />;
};
