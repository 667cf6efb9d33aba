import { Role } from '@latchkey/contract';
import { Group, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTypedSearch } from './use-typed-search.ts';
import { toUserState, type useUserFilter } from './use-user-filter.ts';

const MAX_SEARCH_LENGTH = 200;
const ROLES = [
  { value: 'all', label: 'All' },
  { value: 'user', label: 'Users' },
  { value: 'admin', label: 'Admins' },
];
const STATES = [
  { value: '', label: 'All but deleted' },
  { value: 'active', label: 'Not banned' },
  { value: 'banned', label: 'Banned' },
  { value: 'deleted', label: 'Deleted' },
];

interface UserFilterProps {
  filter: ReturnType<typeof useUserFilter>;
}

/** Search, role, and whether they may log in. */
export const UserFilter = ({ filter: { search, role, state, setSearch, setRole, setState } }: UserFilterProps) => {
  const { text, type } = useTypedSearch(search, setSearch);
  return (
    <Group gap="sm" role="search">
      <TextInput
        aria-label="Search by e-mail or name"
        placeholder="Search by e-mail or name"
        type="search"
        maxLength={MAX_SEARCH_LENGTH}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        flex="1 1 16rem"
      />
      <SegmentedControl
        aria-label="Role"
        data={ROLES}
        value={role ?? 'all'}
        onChange={(value) => setRole(Role.safeParse(value).data ?? null)}
      />
      <NativeSelect
        aria-label="State"
        data={STATES}
        value={state ?? ''}
        onChange={({ currentTarget }) => setState(toUserState(currentTarget.value))}
        flex="0 1 9.5rem"
      />
    </Group>
  );
};
