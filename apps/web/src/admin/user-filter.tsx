import { Role } from '@latchkey/contract';
import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import type { useUserFilter } from './use-user-filter.ts';

const TYPING_PAUSE_MS = 300;
const MAX_SEARCH_LENGTH = 200;
const ROLES = [
  { value: 'all', label: 'All' },
  { value: 'user', label: 'Users' },
  { value: 'admin', label: 'Admins' },
];

interface UserFilterProps {
  filter: ReturnType<typeof useUserFilter>;
}

/** Search and role. */
export const UserFilter = ({ filter: { search, role, setSearch, setRole } }: UserFilterProps) => {
  const searchSoon = useDebouncedCallback(setSearch, TYPING_PAUSE_MS);
  return (
    <Group gap="sm" role="search">
      <TextInput
        aria-label="Search by e-mail or name"
        placeholder="Search by e-mail or name"
        type="search"
        maxLength={MAX_SEARCH_LENGTH}
        leftSection={<IconSearch size={16} aria-hidden />}
        defaultValue={search}
        onChange={({ currentTarget }) => searchSoon(currentTarget.value.trim())}
        flex="1 1 16rem"
      />
      <SegmentedControl
        aria-label="Role"
        data={ROLES}
        value={role ?? 'all'}
        onChange={(value) => setRole(Role.safeParse(value).data ?? null)}
      />
    </Group>
  );
};
