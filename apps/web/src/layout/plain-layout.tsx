import type { ReactNode } from 'react';
import { ColorSchemeToggle } from '../theme/color-scheme-toggle.tsx';
import { Brand } from './brand.tsx';
import classes from './plain-layout.module.css';

interface PlainLayoutProps {
  children: ReactNode;
}

/** One narrow column under the mark, for pages that need no navigation. */
export const PlainLayout = ({ children }: PlainLayoutProps) => (
  <div className={classes.root}>
    <header className={classes.header}>
      <Brand />
      <ColorSchemeToggle />
    </header>
    <main className={classes.main}>{children}</main>
  </div>
);
