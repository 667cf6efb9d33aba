import { KeyMark } from './key-mark.tsx';
import classes from './loading-page.module.css';

/** Shown while it is not known yet who is logged in; invisible at first, for mostly that takes a moment only. */
export const LoadingPage = () => (
  <div className={classes.root} role="status">
    <KeyMark size={48} />
    <span className={classes.text}>Loading…</span>
  </div>
);
