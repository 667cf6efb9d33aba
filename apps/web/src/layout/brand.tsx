import { Link } from 'react-router';
import classes from './brand.module.css';
import { KeyMark } from './key-mark.tsx';

/** Mark and name; leads home. */
export const Brand = () => (
  <Link to="/" className={classes.brand} aria-label="Latchkey, home">
    <KeyMark />
    <span>Latchkey</span>
  </Link>
);
