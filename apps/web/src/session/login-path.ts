import type { Location } from 'react-router';

/** The login page, which comes back to `location` afterwards. */
export const loginPath = ({ pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>): string =>
  `/login?${new URLSearchParams({ next: `${pathname}${search}${hash}` })}`;
