import type { Role } from '@latchkey/contract';
import { Badge } from '@mantine/core';

interface RoleBadgeProps {
  role: Role;
}

/** Administrators stand out, users do not. */
export const RoleBadge = ({ role }: RoleBadgeProps) => (
  <Badge variant="light" tt="none" color={role === 'admin' ? 'pine' : 'gray'}>
    {role}
  </Badge>
);
