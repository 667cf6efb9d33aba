import type { Role } from '@latchkey/contract';
import { IconDevices, IconUser, IconUserShield } from '@tabler/icons-react';

const NAV_ITEMS = [
  { to: '/sessions', label: 'Devices', icon: IconDevices, role: null },
  { to: '/account', label: 'Account', icon: IconUser, role: null },
  { to: '/admin', label: 'Administration', icon: IconUserShield, role: 'admin' },
] as const;

/** The pages that somebody with this role can go to. */
export const navItemsFor = (mine: Role) => NAV_ITEMS.filter(({ role }) => role === null || role === mine);
