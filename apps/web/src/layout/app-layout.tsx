import { useEffect, useRef } from 'react';
import { Outlet, useLocation } from 'react-router';
import classes from './app-layout.module.css';
import { ConnectionNotice } from './connection-notice.tsx';
import { Header } from './header.tsx';

/** The frame of all pages that need a session. */
export const AppLayout = () => {
  const main = useFocusOnArrival();
  return (
    <>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <ConnectionNotice />
      <Header />
      <main className={classes.main} id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
};

/** A page change in place moves no focus by itself; screen readers would stay at the link that was followed. */
const useFocusOnArrival = () => {
  const target = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shownBefore = useRef(pathname);
  useEffect(() => {
    if (shownBefore.current === pathname) return;
    shownBefore.current = pathname;
    target.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  return target;
};
